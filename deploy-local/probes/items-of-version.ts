import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { eventually } from '../eventually.ts';
import type { Workspace } from '../workspace.ts';
import { made, outputOf } from './limited-role.ts';
import { readerTemplate } from './probe-templates.ts';

/**
 * Writes a list once for each word, so that it has several versions. Returns, as JSON, the output of a
 * distributed Map that reads the first version.
 */
export async function itemsOfVersion({ settings }: Workspace, words: readonly string[]): Promise<string> {
  const [stack, cloudFormation] = ['difference-list-version', new CloudFormationClient(settings)];
  await made(cloudFormation, stack, readerTemplate());
  const bucket = await outputOf(cloudFormation, stack, 'Bucket');
  const [version] = await written(new S3Client({ ...settings, forcePathStyle: true }), bucket, words);
  const machines = new SFNClient(settings);
  const stateMachineArn = await outputOf(cloudFormation, stack, 'Machine');
  const input = JSON.stringify({ bucket, key: KEY, version });
  const { executionArn } = await machines.send(new StartExecutionCommand({ stateMachineArn, input }));
  const output = await eventually(60, 'the end of a Map that reads a list', async () => {
    const seen = await machines.send(new DescribeExecutionCommand({ executionArn }));
    if (seen.status === 'RUNNING') return null;
    if (seen.status !== 'SUCCEEDED') throw new Error(`${seen.status}: ${seen.error}: ${seen.cause}`);
    return seen.output ?? '';
  });
  // A later check looks at what stays when the stacks are gone. Nothing of this check may be there.
  await machines.send(new DeleteStateMachineCommand({ stateMachineArn }));
  return output;
}

const KEY = 'list.json';

/** The ids of the written versions, in order. */
async function written(s3: S3Client, Bucket: string, words: readonly string[]): Promise<string[]> {
  const versions: string[] = [];
  for (const word of words) {
    const put = new PutObjectCommand({ Bucket, Key: KEY, Body: JSON.stringify([{ word }]) });
    versions.push((await s3.send(put)).VersionId ?? '');
  }
  return versions;
}
