import { expect, test } from 'vitest';
import type { Blocked } from '../../../../lambdas/domain/plan-document/blocked.ts';
import { createSaidWatch } from '../../../../simulation/judges/blocking/said.ts';
import type { JudgeContext } from '../../../../simulation/judges/watch.ts';
import type { LoggedEvent } from '../../../../simulation/log/event-log.ts';

const NOW = 1_780_000_000;
const EXPIRES = NOW - 10;

/**
 * Returns the findings for a story in which every invocation is a Plan and an anchor exists until it is
 * deleted.
 */
function judged(...story: LoggedEvent[]): string[] {
  const invocations = { get: () => ({ step: 'plan' }) };
  const gone = new Set<string>();
  const exists = (id: string) => !gone.has(id);
  const running = { has: (execution: string) => !execution.startsWith('dead') };
  const plans = { get: () => [{ existing: { has: exists } }] };
  const context = {
    replay: {
      state: { invocations, compromised: new Map(), retractedAt: new Map(), plans, running },
      exists,
    },
    rules: { anchor: () => ({ expiresAt: EXPIRES }), TOLERANCE: 0 },
    scenario: { policy: { leadTime: 86_400, safetyMargin: 3600 } },
  } as unknown as JudgeContext;
  const watch = createSaidWatch(context);
  return story.flatMap(withItsBeginning).flatMap((event) => {
    if (event.what === 'anchor') gone.add(event.anchorId);
    return watch(event).map(({ kind, what }) => `${kind}: ${what}`);
  });
}

/** Puts the beginning of each plan right before its end. */
const withItsBeginning = (event: LoggedEvent): LoggedEvent[] => {
  if (event.what !== 'returned') return [event];
  const { at, execution, invocation } = event;
  return [{ at, what: 'invoked', execution, invocation, state: 'Plan', step: 'plan', input: {} }, event];
};

const planned = (execution: string, ...scopes: string[]): LoggedEvent =>
  saying(execution, scopes.length > 0 ? [{ anchor: 'cert_old', reason: 'none', scopes }] : []);
const saying = (execution: string, blocked: readonly Blocked[]): LoggedEvent => {
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

const early = (event: LoggedEvent): LoggedEvent => ({ ...event, at: 1000 * (EXPIRES - 7_200) });

test('what comes nearer to its date is said again, unless the anchor was deleted: that has none any more (I13)', () => {
  const before = [planned('first', 'proj_a'), ended('first', 'Blocked')].map(early);
  const deleted: LoggedEvent = {
    ...{ at: 1000 * NOW, what: 'anchor', by: 'outsider', anchorId: 'cert_old', exists: false },
  };
  const sweep = [planned('sweep', 'proj_a'), ended('sweep', null)];
  expect(judged(...before, ...sweep)).toEqual([
    'silent: sweep ended well, though cert_old proj_a is blocked and nearer to its date',
  ]);
  expect(judged(...before, deleted, ...sweep)).toEqual([]);
  const again = [planned('sweep', 'proj_a'), ended('sweep', 'Blocked')];
  expect(judged(...before, ...again)).toEqual([]);
  expect(judged(...before, deleted, ...again)).toEqual([
    'repeated: sweep ended red for what had been said, and is no nearer to its date',
  ]);
});

test('who is outside comes no nearer to anything by the date of the anchor (I13)', () => {
  const reason =
    'client billing runs on cert_old, which is compromised and active nowhere for it: it gets in nowhere. Stage';
  const shutOut = [
    { anchor: 'cert_old', client: 'billing', scopes: ['proj_a'], shutOut: true as const, reason },
  ];
  const before = [saying('first', shutOut), ended('first', 'Blocked')].map(early);
  expect(judged(...before, saying('sweep', shutOut), ended('sweep', null))).toEqual([]);
  expect(judged(...before, saying('sweep', shutOut), ended('sweep', 'Blocked'))).toEqual([
    'repeated: sweep ended red for what had been said, and is no nearer to its date',
  ]);
});

test('a plan that nobody waited for need not have struck off what it saw to be over: either is right after it', () => {
  const before = [planned('first', 'proj_a'), ended('first', 'Blocked')];
  const unheard: LoggedEvent = { ...planned('unheard'), heard: false } as LoggedEvent;
  for (const error of [null, 'Blocked'])
    for (const plan of [unheard, planned('dead')])
      expect(judged(...before, plan, planned('sweep', 'proj_a'), ended('sweep', error))).toEqual([]);
  expect(judged(...before, planned('heard'), planned('sweep', 'proj_a'), ended('sweep', null))).toHaveLength(
    1,
  );
});

const releases = (execution: string): LoggedEvent => ({
  ...{ at: 1000 * NOW, what: 'invoked', execution, invocation: 2 },
  ...{ state: 'Release the lease', step: 'release', input: { plan: {} } },
});

test('a run is not silent about what another is about to end red for: its Release has said so, and lasts (I13)', () => {
  const red = [planned('first', 'proj_a'), releases('first')];
  const sweep = [planned('sweep', 'proj_a'), ended('sweep', null)];
  expect(judged(...red, ...sweep, ended('first', 'Blocked'))).toEqual([]);
  // The first run can report only what its own plan saw.
  expect(judged(planned('first', 'proj_b'), releases('first'), ...sweep)).toHaveLength(1);
  // A run that is still at work may end under another name.
  expect(judged(planned('first', 'proj_a'), ...sweep)).toHaveLength(1);
  // The first run ends well after all, so nobody was told.
  expect(judged(...red, ...sweep, ended('first', null))).toEqual([
    'silent: first ended well, though cert_old proj_a is blocked, which nobody had been told',
  ]);
});

test('a run that had looked before another said the same does not repeat it: two at a time both end red (I13)', () => {
  const both = [planned('first', 'proj_a'), planned('second', 'proj_a'), ended('first', 'Blocked')];
  expect(judged(...both, ended('second', 'Blocked'))).toEqual([]);
  expect(judged(...both, planned('third', 'proj_a'), ended('third', 'Blocked'))).toEqual([
    'repeated: third ended red for what had been said, and is no nearer to its date',
  ]);
});

test('what a run has said is not known any more once another says something that had looked before: only the last is remembered (I13)', () => {
  const third = [planned('third', 'proj_a', 'proj_b'), ended('third', 'Blocked')];
  const red = ended('first', 'Blocked');
  const [first, second] = [planned('first', 'proj_a'), planned('second', 'proj_b')];
  expect(judged(first, second, red, ended('second', 'Blocked'), ...third)).toEqual([]);
  const together = planned('second', 'proj_a', 'proj_b');
  for (const story of [
    [first, red, together, ended('second', 'Blocked')],
    [first, together, red, ended('second', 'Blocked')],
  ])
    expect(judged(...story, ...third)).toEqual([
      'repeated: third ended red for what had been said, and is no nearer to its date',
    ]);
});

test('that clients have only to wait is told by itself, one by one or together, and by what is said alone (I13)', () => {
  const anchor = 'cert_old';
  const waits = {
    anchor,
    client: 'api',
    reason: 'its leaf is not valid yet: nothing is to be done until then',
  };
  const together = {
    ...{ anchor, clients: ['api', 'batch'], readyAt: NOW },
    reason: 'and 2 more clients have only to wait until what is staged for them is valid: api, batch',
  };
  const tooLate = {
    anchor,
    client: 'api',
    reason: 'what it runs on ends before that: stage a leaf',
    readyAt: NOW,
  };
  const before = [saying('first', [together]), ended('first', 'Blocked')];
  expect(judged(...before, saying('sweep', [waits]), ended('sweep', null))).toEqual([]);
  expect(judged(...before, saying('sweep', [tooLate]), ended('sweep', null))).toEqual([
    'silent: sweep ended well, though cert_old client api is blocked, which nobody had been told',
  ]);
});

test('that an anchor has only to wait is no news where it was told to want something (I13)', () => {
  const entry = (reason: string) => [{ anchor: 'cert_old', reason }];
  const before = [saying('first', entry('it has no successor: upload one')), ended('first', 'Blocked')];
  const waits = entry('what was uploaded is not valid yet: nothing is to be done until then');
  expect(judged(...before, saying('sweep', waits), ended('sweep', null))).toEqual([]);
});
