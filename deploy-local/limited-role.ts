import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { eventually } from './operator.ts';
import { roleTemplate } from './probe-templates.ts';
import type { Workspace } from './workspace.ts';

const ROLES = 'difference-role';

/** The settings of a role that may read one partition of the table, and one schedule. */
export async function limited({ settings }: Workspace, deployed: { organization: string; table: string }) {
  const cloudFormation = new CloudFormationClient(settings);
  const create = new CreateStackCommand({
    StackName: ROLES,
    TemplateBody: roleTemplate(deployed),
    Capabilities: ['CAPABILITY_IAM'],
  });
  await cloudFormation.send(create).catch((error) => {
    if (error.name !== 'AlreadyExistsException') throw error;
  });
  await endOf(cloudFormation, ROLES);
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: ROLES }));
  const RoleArn = Stacks?.[0]?.Outputs?.[0]?.OutputValue;
  const assume = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'differences' });
  const { Credentials: { AccessKeyId, SecretAccessKey, SessionToken } = {} } = await new STSClient(
    settings,
  ).send(assume);
  if (!AccessKeyId || !SecretAccessKey || !SessionToken) throw new Error('the role gave no credentials');
  const credentials = {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
  };
  return { ...settings, credentials };
}

/** The status that a stack comes to. */
export const endOf = (cloudFormation: CloudFormationClient, StackName: string): Promise<string> =>
  eventually(60, `the stack ${StackName}`, async () => {
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    const status = Stacks?.[0]?.StackStatus ?? '';
    return status.endsWith('_IN_PROGRESS') ? null : status;
  });
