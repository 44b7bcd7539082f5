import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import {
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { eventually } from '../deploy-local/eventually.ts';
import { SAID, stackTemplate } from './stack-template.ts';

/** The result of one execution of the stack's machine. */
type Ended = {
  children: readonly { item: string; child: string }[];
  caught?: { Error: string; Cause: string };
};

/** The stack, and the result of its machine. */
export type Standing = {
  region: string;
  machines: SFNClient;
  outputs: Record<'Lists' | 'Table' | 'Reader' | 'Machine', string>;
  executionArn: string;
  ended: Ended;
};

type Outputs = Standing['outputs'];

const MINUTES = 600;

/** Creates the stack and returns its outputs. */
export async function createStack(region: string, StackName: string): Promise<Outputs> {
  const client = new CloudFormationClient({ region });
  const TemplateBody = JSON.stringify(stackTemplate);
  await client.send(new CreateStackCommand({ StackName, TemplateBody, Capabilities: ['CAPABILITY_IAM'] }));
  await waitUntilStackCreateComplete({ client, maxWaitTime: MINUTES }, { StackName });
  return outputsOf(client, StackName);
}

async function outputsOf(client: CloudFormationClient, StackName: string): Promise<Outputs> {
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }));
  const outputs = Stacks[0]?.Outputs ?? [];
  return Object.fromEntries(outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue])) as Outputs;
}

/** Runs the machine once, on the older of two versions of a list. */
export async function runOnce(region: string, outputs: Outputs): Promise<Standing> {
  const [objects, machines] = [new S3Client({ region }), new SFNClient({ region })];
  const at = { Bucket: outputs.Lists, Key: 'list.json' };
  const put = (list: readonly string[]) =>
    objects.send(new PutObjectCommand({ ...at, Body: JSON.stringify(list) }));
  const { VersionId: version } = await put(SAID.item.old);
  await put(SAID.item.new);
  const input = JSON.stringify({ bucket: at.Bucket, key: at.Key, version });
  const start = new StartExecutionCommand({ stateMachineArn: outputs.Machine, input });
  const { executionArn = '' } = await machines.send(start);
  const { output, error, cause } = await eventually(MINUTES, 'the end of the execution', async () => {
    const seen = await machines.send(new DescribeExecutionCommand({ executionArn }));
    return seen.status === 'RUNNING' ? null : seen;
  });
  if (output === undefined) throw new Error(`the execution ended with ${error}: ${cause?.slice(0, 500)}`);
  const ended: Partial<Ended> = JSON.parse(output);
  if (!ended.children) throw new Error(`the execution says nothing of its children: ${output.slice(0, 500)}`);
  return { region, machines, outputs, executionArn, ended: { ...ended, children: ended.children } };
}

/** Empties the bucket and removes the stack, if it exists. */
export async function removeStack(region: string, StackName: string): Promise<void> {
  const [client, objects] = [new CloudFormationClient({ region }), new S3Client({ region })];
  const outputs = await outputsOf(client, StackName).catch((error: Error) => {
    // The stack was never created.
    if (/does not exist/.test(error.message)) return null;
    throw error;
  });
  if (!outputs) return;
  const { Lists: Bucket } = outputs;
  if (Bucket) {
    const { Versions = [] } = await objects.send(new ListObjectVersionsCommand({ Bucket }));
    for (const { Key, VersionId } of Versions)
      await objects.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
  }
  await client.send(new DeleteStackCommand({ StackName }));
  await waitUntilStackDeleteComplete({ client, maxWaitTime: MINUTES }, { StackName });
}
