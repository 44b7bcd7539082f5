import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { eventually } from '../eventually.ts';
import type { Workspace } from '../workspace.ts';
import { operatorTemplate, roleTemplate } from './probe-templates.ts';

/** The settings of a role that may read one partition of the table, and one schedule. */
export const limited = (workspace: Workspace, deployed: { organization: string; table: string }) =>
  assumed(workspace, 'difference-role', roleTemplate(deployed));

/**
 * The settings of an operator of one organization, with only the policy that its stack makes for operators.
 */
export async function operating(workspace: Workspace, organization: string) {
  const cloudFormation = new CloudFormationClient(workspace.settings);
  const policy = await outputOf(cloudFormation, `Windlass-${organization}`, 'OperatorPolicyArn');
  return assumed(workspace, `operator-${organization}`, operatorTemplate(policy));
}

/** Removes the operator's role. A stack cannot be deleted while a role uses its policy. */
export const dismissOperator = (workspace: Workspace, organization: string): Promise<void> =>
  deleted(workspace, `operator-${organization}`);

/** Deletes a small stack of these checks. */
export async function deleted({ settings }: Workspace, StackName: string): Promise<void> {
  const client = new CloudFormationClient(settings);
  await client.send(new DeleteStackCommand({ StackName }));
  await waitUntilStackDeleteComplete({ client, maxWaitTime: 60 }, { StackName });
}

/** The settings of a stack's only role. The stack is created when it is first needed. */
async function assumed({ settings }: Workspace, StackName: string, TemplateBody: string) {
  const cloudFormation = new CloudFormationClient(settings);
  await made(cloudFormation, StackName, TemplateBody);
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
  const RoleArn = Stacks?.[0]?.Outputs?.[0]?.OutputValue;
  const assume = new AssumeRoleCommand({ RoleArn, RoleSessionName: StackName });
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

/** Creates a stack unless it exists, and returns its final status. */
export async function made(
  cloudFormation: CloudFormationClient,
  StackName: string,
  TemplateBody: string,
): Promise<string> {
  const create = new CreateStackCommand({ StackName, TemplateBody, Capabilities: ['CAPABILITY_IAM'] });
  await cloudFormation.send(create).catch((error) => {
    if (error.name !== 'AlreadyExistsException') throw error;
  });
  return endOf(cloudFormation, StackName);
}

/** One of a stack's outputs. */
export async function outputOf(
  cloudFormation: CloudFormationClient,
  StackName: string,
  name: string,
): Promise<string> {
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
  const outputs = Stacks?.[0]?.Outputs ?? [];
  return outputs.find(({ OutputKey }) => OutputKey === name)?.OutputValue ?? '';
}

/** The final status of a stack. */
export const endOf = (cloudFormation: CloudFormationClient, StackName: string): Promise<string> =>
  eventually(60, `the stack ${StackName}`, async () => {
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    const status = Stacks?.[0]?.StackStatus ?? '';
    return status.endsWith('_IN_PROGRESS') ? null : status;
  });
