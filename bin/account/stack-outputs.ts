import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { settingsIn } from './region.ts';

/** The name of an organization's CloudFormation stack. */
export const stackNameOf = (organization: string): string => `Windlass-${organization}`;

/**
 * The table named in the outputs of an organization's stack; null when there is no such output. Throws what
 * the SDK throws.
 */
export async function tableOutputOf(organization: string, region?: string): Promise<string | null> {
  const client = new CloudFormationClient(settingsIn(region));
  const command = new DescribeStacksCommand({ StackName: stackNameOf(organization) });
  const [stack] = (await client.send(command)).Stacks ?? [];
  return stack?.Outputs?.find(({ OutputKey }) => OutputKey === 'TableName')?.OutputValue || null;
}
