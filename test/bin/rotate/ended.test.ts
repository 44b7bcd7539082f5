import { expect, it } from 'vitest';
import { executionArn } from '../doctor/account.ts';
import { output } from '../execution.ts';
import { windlass } from '../run.ts';
import { entered, serveStepFunctions } from '../step-functions.ts';

/**
 * Returns what `windlass follow --json` prints of an execution. A text is the output of an execution that
 * succeeded.
 */
async function followed(ended: string | Omit<Parameters<typeof serveStepFunctions>[0], 'counts'>) {
  const story = typeof ended === 'string' ? { ending: { status: 'SUCCEEDED', output: ended } } : ended;
  const sfn = await serveStepFunctions(story);
  const env = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x', AWS_ENDPOINT_URL_SFN: sfn.url };
  const { code, stdout } = await windlass(['follow', executionArn('acme', 'drill'), '--json'], env).finally(
    sfn.close,
  );
  return { code, ...JSON.parse(stdout) };
}

it('I13: the JSON of a run says that another took over while it planned, as its screen and its exit code do', async () => {
  const halt = { Error: 'Superseded', Cause: 'an emergency took over' };
  const execution = { id: 'arn', startedAt: '2026-11-02T09:00:00.000Z' };
  const superseded = JSON.stringify({ execution, halt, release: { outcome: 'superseded' } });
  const told = { code: 4, status: 'SUCCEEDED', takenOver: 'an emergency took over', output: null };
  expect(await followed(superseded)).toMatchObject(told);
});

it('and null of any other', async () => {
  expect(await followed(output)).toMatchObject({ code: 0, status: 'SUCCEEDED', takenOver: null });
});

/** Returns what `windlass follow` shows of an emergency that failed with this error. */
async function failed(error: string, asked: object = { reason: 'leaked' }): Promise<string> {
  const input = JSON.stringify({ mode: 'emergency', anchors: ['cert_a'], ...asked });
  const sfn = await serveStepFunctions({
    ending: { status: 'FAILED', error, cause: 'no such client: leaveBehind.0: ghost', input },
  });
  const env = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x', AWS_ENDPOINT_URL_SFN: sfn.url };
  const { stdout } = await windlass(['follow', executionArn('acme', 'drill')], env).finally(sfn.close);
  return stdout.replaceAll(/\s+/g, ' ');
}

it('I15: an emergency that is refused for a name says that its anchors are remembered, and will be cut', async () => {
  const told = await failed('InvalidRequest');
  expect(told).toContain('cert_a is remembered as compromised: a run within minutes cuts it without a soak');
  expect(told).toContain('windlass compromised acme --retract ID --reason TEXT');
  expect(await failed('ApiUnavailable')).not.toContain('Remembered');
  // A request without a reason cannot be read, so its anchors were not remembered.
  expect(await failed('InvalidRequest', {})).toContain('Remembered nothing: the emergency could not be read');
});
const { plan, ...rest } = JSON.parse(output);
const blocked = [{ anchor: 'cert_other', reason: 'cert_other has no successor: upload one' }];
const document = { ...rest, plan: { ...plan, blocked, anyBlocked: true } };

it('says in the words of the history how it ended, and what its plan has blocked', async () => {
  const release = { outcome: 'rotated' };
  expect(await followed(JSON.stringify({ ...document, release }))).toMatchObject({
    outcome: 'rotated',
    blocked,
  });
  expect(await followed(JSON.stringify({ ...rest, plan, release }))).toMatchObject({ blocked: [] });
});

it.each([
  ['ends red', 'FAILED', 'Blocked', { outcome: 'blocked' }, 'blocked'],
  ['halts', 'FAILED', 'SuccessorRefused', { outcome: 'halted' }, 'halted'],
  ['is stopped', 'ABORTED', 'Stopped', undefined, 'stopped'],
  ['is cut off', 'TIMED_OUT', undefined, undefined, 'unfinished'],
  ['finds another at work', 'FAILED', 'Busy', undefined, 'busy'],
])(
  'says it also of one that %s, which has no output: by its last state',
  async (_, status, error, release, outcome) => {
    const last = entered('FailStateEntered', 'Halted', { ...document, ...(release && { release }) });
    const ending = { status, ...(error && { error }) };
    expect(await followed({ history: [entered('TaskStateEntered', 'Plan'), last], ending })).toMatchObject({
      ...{ status, outcome, blocked, output: null },
    });
  },
);
