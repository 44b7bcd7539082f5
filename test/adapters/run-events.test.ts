import { EventBridge } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { announce, eventBridgeRunEvents } from '../../lambdas/adapters/aws/run-events.ts';
import type { RunEvent } from '../../lambdas/domain/memory/run-event.ts';
import type { Metric } from '../../lambdas/domain/metrics.ts';
import { awsAccount, clientSettings } from './aws-account.ts';
import { type Answer, scriptedApi } from './openai/scripted-api.ts';

const EXECUTION = 'arn:aws:states:eu-west-1:123456789012:execution:windlass-acme:1';
const KEY = `sk-admin-${'aB3'.repeat(12)}`;

const halted = (cause: string): RunEvent => ({
  kind: 'halted',
  detail: {
    ...{ version: 1, execution: EXECUTION, startedAt: 'then', at: 'now', outcome: 'halted' },
    ...{ summary: cause, error: 'ApiUnavailable', cause },
    ...{ successions: [], successionCount: 0, scopeCount: 1 },
    blocked: [{ anchor: 'cert_a', reason: `it was asked with ${KEY}`, scopes: [] }],
    ...{ blockedCount: 1, nextRotationAt: null },
  },
});

/**
 * Announces an event to an event bus that gives these answers. Returns what was counted and what was logged.
 */
async function announced(...answers: Answer[]) {
  const { url, heard } = await scriptedApi(...answers);
  const warned: string[] = [];
  const counted: Metric[] = [];
  const events = eventBridgeRunEvents(
    () => 'acme',
    async () => new EventBridge(clientSettings(url)),
    (text) => warned.push(text),
  );
  const metrics = { emit: (some: readonly Metric[]) => void counted.push(...some) };
  await announce({ events, metrics }, halted('the API did not answer'));
  return { heard, warned, counted };
}

describe('an event of a run', () => {
  it('is on the default bus under our source and its kind, with whose run it is', async () => {
    const { events: bus, eventBridge } = await awsAccount();
    const events = eventBridgeRunEvents(() => 'acme', eventBridge);
    await events.put(halted('the API did not answer'));
    expect(bus.all()).toEqual([
      {
        source: 'windlass',
        detailType: 'Windlass Run Halted',
        resources: [EXECUTION],
        detail: expect.objectContaining({
          ...{ version: 1, organization: 'acme', execution: EXECUTION },
          ...{ error: 'ApiUnavailable', cause: 'the API did not answer' },
        }),
      },
    ]);
  });

  it('has nothing in its words that looks like a secret, and no stack trace (I14)', async () => {
    const { events: bus, eventBridge } = await awsAccount();
    const cause = JSON.stringify({ errorMessage: `refused ${KEY}`, trace: ['at step (index.js:1:1)'] });
    await eventBridgeRunEvents(() => 'acme', eventBridge).put(halted(cause));
    const [{ detail } = { detail: {} }] = bus.all();
    expect(detail).toMatchObject({ cause: 'refused [key]', summary: 'refused [key]' });
    expect(JSON.stringify(detail)).not.toMatch(/sk-admin|index\.js/);
  });

  it('that is put counts as none that was lost', async () => {
    const { counted, warned } = await announced({
      body: { FailedEntryCount: 0, Entries: [{ EventId: '1' }] },
    });
    expect([counted, warned]).toEqual([[{ name: 'EventsLost', value: 0 }], []]);
  });

  it.each<[string, Answer, RegExp]>([
    [
      'the bus does not take',
      { body: { FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'later' }] } },
      /"Windlass Run Halted" was not put: InternalFailure: later/,
    ],
    [
      'the role may not put',
      {
        status: 400,
        body: { message: 'not authorized' },
        headers: { 'x-amzn-errortype': 'AccessDeniedException' },
      },
      /not put: AccessDeniedException: not authorized/,
    ],
    ['is lost on its way', (response) => response.destroy(), /not put: \w+: /],
    ['nobody can read the answer to', { body: 'no JSON' }, /not put: \w+: /],
  ])('that %s is counted and logged, and fails nothing', async (_, answer, said) => {
    const { counted, warned } = await announced(answer);
    expect(counted).toEqual([{ name: 'EventsLost', value: 1 }]);
    expect(warned).toEqual([expect.stringMatching(said)]);
  });
});
