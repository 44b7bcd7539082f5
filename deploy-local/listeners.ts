import assert from 'node:assert/strict';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { eventually } from './eventually.ts';
import { historyOf } from './operator.ts';
import type { LocalOrganization } from './organizations.ts';
import { deleted, made, outputOf } from './probes/limited-role.ts';
import { listenersTemplate } from './probes/probe-templates.ts';
import type { Workspace } from './workspace.ts';

const stackOf = (organization: string) => `listeners-${organization}`;

/** Attaches one queue to an organization's events, as a user's own rule would, and one to its news topic. */
export async function listen({ settings }: Workspace, { name }: LocalOrganization): Promise<void> {
  const cloudFormation = new CloudFormationClient(settings);
  const news = await outputOf(cloudFormation, `Windlass-${name}`, 'NewsTopicArn');
  const template = listenersTemplate({ organization: name, news });
  assert.equal(await made(cloudFormation, stackOf(name), template), 'CREATE_COMPLETE');
}

export const stopListening = (workspace: Workspace, { name }: LocalOrganization): Promise<void> =>
  deleted(workspace, stackOf(name));

/**
 * Checks that the rotation of this organization was reported as begun and as ended, and a run with a
 * malformed request as halted.
 */
export async function hearsEverything(workspace: Workspace, { name }: LocalOrganization): Promise<void> {
  const [rotated] = (await historyOf(workspace, name)).filter(({ outcome }) => outcome === 'rotated');
  const events = await heard(workspace, name, 'Events', 3);
  const about = events.map(({ 'detail-type': type, source, detail }) => {
    const { organization, version, execution, outcome } = detail as Record<string, unknown>;
    assert.deepEqual([source, organization, version], ['windlass', name, 1]);
    return [type, execution === rotated?.execution ? 'the rotation' : 'another run', outcome].join(', ');
  });
  assert.deepEqual(about.sort(), [
    'Windlass Run Ended, the rotation, rotated',
    'Windlass Run Halted, another run, halted',
    'Windlass Run Started, the rotation, rotate',
  ]);
  const news = await heard(workspace, name, 'News', 3);
  assert.deepEqual(news.map(({ content }) => Object(content).title).sort(), [
    `Windlass for ${name}: a run halted`,
    `Windlass for ${name}: a run has begun`,
    `Windlass for ${name}: a run has ended well`,
  ]);
}

/** Returns all messages of a queue, once it has `many`. */
async function heard({ settings }: Workspace, organization: string, queue: 'Events' | 'News', many: number) {
  const url = await outputOf(new CloudFormationClient(settings), stackOf(organization), queue);
  const sqs = new SQSClient(settings);
  const messages: Record<string, unknown>[] = [];
  return eventually(30, `${many} messages in the queue ${queue}`, async () => {
    const receive = new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 });
    for (const { Body = '', ReceiptHandle } of (await sqs.send(receive)).Messages ?? []) {
      messages.push(JSON.parse(Body));
      await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
    }
    return messages.length < many ? null : messages;
  });
}
