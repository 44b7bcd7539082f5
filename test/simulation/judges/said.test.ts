import { expect, test } from 'vitest';
import { createSaidWatch } from '../../../simulation/judges/blocking/said.ts';
import type { JudgeContext } from '../../../simulation/judges/watch.ts';
import type { LoggedEvent } from '../../../simulation/log/event-log.ts';

const NOW = 1_780_000_000;

/** The findings of a story in which every invocation is a plan's. */
function judged(...story: LoggedEvent[]): string[] {
  const invocations = { get: () => ({ step: 'plan' }) };
  const context = {
    replay: { state: { invocations, compromised: new Map() } },
    rules: { anchor: () => ({ expiresAt: NOW - 10 }), TOLERANCE: 0 },
    scenario: { policy: { leadTime: 86_400, safetyMargin: 3600 } },
  } as unknown as JudgeContext;
  const watch = createSaidWatch(context);
  return story.flatMap((event) => watch(event).map(({ kind, what }) => `${kind}: ${what}`));
}

const planned = (execution: string, ...scopes: string[]): LoggedEvent => {
  const blocked = scopes.length > 0 ? [{ anchor: 'cert_old', reason: 'none', scopes }] : [];
  const result = { decision: blocked.length > 0 ? 'blocked' : 'idle', mode: 'scheduled', blocked };
  return { at: 1000 * NOW, what: 'returned', execution, invocation: 1, result, heard: true };
};
const ended = (execution: string, error: string | null): LoggedEvent => {
  return { at: 1000 * NOW, what: 'ended', execution, error, cause: '' };
};

test('a run that ends well with something blocked that nobody was told of is silent (I13)', () => {
  expect(judged(planned('sweep', 'proj_a'), ended('sweep', null))).toEqual([
    'silent: sweep ended well, though cert_old proj_a is blocked, which nobody had been told',
  ]);
});

test('a run that released its lease is not silent about what was said before, though another run has found it over since', () => {
  const before = [planned('first', 'proj_a', 'proj_b'), ended('first', 'Blocked')];
  const between = [planned('between', 'proj_b'), ended('between', null)];
  expect(judged(...before, planned('sweep', 'proj_a', 'proj_b'), ...between, ended('sweep', null))).toEqual(
    [],
  );
});

test('what was over and is blocked again is said again', () => {
  const before = [
    planned('first', 'proj_a'),
    ended('first', 'Blocked'),
    planned('between'),
    ended('between', null),
  ];
  expect(judged(...before, planned('sweep', 'proj_a'), ended('sweep', null))).toHaveLength(1);
});

test('a call that ends only after its run has released the lease does not make that run one that was taken over from', () => {
  const released: LoggedEvent = {
    ...{ at: 1000 * NOW, what: 'invoked', execution: 'first', invocation: 2 },
    ...{ state: 'Release the lease', step: 'release', input: { plan: {} } },
  };
  const late: LoggedEvent = {
    ...{ at: 1000 * NOW, what: 'failed', execution: 'first', invocation: 3 },
    ...{ error: 'Superseded', message: 'first does not hold the lease any more' },
  };
  const first = [planned('first', 'proj_a'), released, late];
  expect(
    judged(...first, ended('first', 'Blocked'), planned('sweep', 'proj_a'), ended('sweep', null)),
  ).toEqual([]);
  expect(judged(...first, ended('first', null))).toHaveLength(1);
});
