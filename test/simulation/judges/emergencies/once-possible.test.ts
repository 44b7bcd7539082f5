import { expect, it } from 'vitest';
import { policySchema } from '../../../../lambdas/domain/policy.ts';
import type { Broken } from '../../../../simulation/in-process/world.ts';
import { createOncePossibleWatch } from '../../../../simulation/judges/emergencies/once-possible.ts';
import { createRules } from '../../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../../simulation/log/event-log.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import type { ScenarioAnchor } from '../../../../simulation/organizations/scenario.ts';
import { calmScenario, NOW } from '../calm-scenario.ts';

const [HOUR, DAY] = [3_600, 86_400];
const [LEAKED, SUCCESSOR] = ['cert_acme1', 'cert_acme0'];

const anchor = (id: string, expiresAt: number): ScenarioAnchor => ({
  ...{
    id,
    name: id.replace('cert_acme', 'acme@'),
    line: 'acme',
    generation: Number(id.at(-1)),
    renewed: false,
  },
  ...{ validAt: NOW - 90 * DAY, expiresAt, activeIn: ['proj_a'] },
});

/**
 * Returns the findings for a sweep that comes `seconds` after an emergency named an anchor, and that leaves
 * the anchor active. The things in `broken` are broken meanwhile.
 */
const foundAfter = (seconds: number, broken: readonly Broken[] = []): string[] => {
  const then = 1_000 * (NOW + seconds);
  return foundIn([
    ...broken.map((one): LoggedEvent => ({ at: 1_000 * NOW, what: 'trouble', broken: one, mended: false })),
    { at: 1_000 * NOW, what: 'killed', execution: 'emergency', why: 'stopped by hand' },
    { at: then, what: 'started', execution: 'sweep', request: { mode: 'scheduled' } },
    { at: then, what: 'invoked', ...sweep, state: 'Plan', step: 'plan', input: {} },
    { at: then, what: 'returned', ...sweep, result: { ...result, decision: 'blocked' }, heard: true },
    { at: then + 1_000, what: 'ended', execution: 'sweep', error: 'Blocked', cause: '' },
  ]);
};

/** Returns the findings hours after a sweep decided `decision` while an emergency was stopped. */
const foundBeside = (decision: string): string[] => {
  const at = 1_000 * NOW;
  return foundIn([
    { at, what: 'started', execution: 'sweep', request: { mode: 'scheduled' } },
    { at, what: 'invoked', ...sweep, state: 'Plan', step: 'plan', input: {} },
    { at: at + 1_000, what: 'killed', execution: 'emergency', why: 'stopped by hand' },
    { at: at + 2_000, what: 'returned', ...sweep, result: { ...result, decision }, heard: true },
    { at: at + 3_000, what: 'ended', execution: 'sweep', error: null, cause: '' },
    { at: at + 5_000 * HOUR, what: 'started', execution: 'run', request: { mode: 'manual' } },
  ]);
};

const result = { mode: 'scheduled', blocked: [] };
const sweep = { execution: 'sweep', invocation: 2 };

/**
 * Returns the findings for a story that begins with an emergency. The anchor that it names expires
 * `leakedEnds` seconds later.
 */
function foundIn(story: readonly LoggedEvent[], leakedEnds = 90 * DAY): string[] {
  const client = { name: 'billing', project: 'proj_a', running: { anchor: SUCCESSOR }, staged: null };
  const policy = policySchema.parse({
    evidence: 'listing',
    leadTime: 'P30D',
    soak: 'P1D',
    safetyMargin: 'PT6H',
  });
  const anchors = [anchor(LEAKED, NOW + leakedEnds), anchor(SUCCESSOR, NOW + 2 * DAY)];
  const scenario = calmScenario({ anchors, clients: [client], policy });
  const replay = createReplay({ projectOf: () => 'proj_a', projects: ['proj_a'] });
  const context = { replay, rules: createRules(scenario), scenario };
  const at = 1_000 * NOW;
  const by = 'setup' as const;
  const request = { mode: 'emergency' as const, anchors: [LEAKED], reason: 'its key leaked' };
  const events: LoggedEvent[] = [
    ...[LEAKED, SUCCESSOR].map(
      (anchorId): LoggedEvent => ({ at, what: 'anchor', by, anchorId, exists: true }),
    ),
    { at, what: 'trust', by, scope: 'proj_a', active: true, anchorIds: [LEAKED, SUCCESSOR] },
    { at, what: 'leaf', by, client: 'billing', stage: 'AWSCURRENT', from: null, to: `${SUCCESSOR}#1` },
    { at, what: 'started', execution: 'emergency', request },
    { at, what: 'compromised', by: { execution: 'emergency', invocation: 1 }, anchorId: LEAKED },
    ...story,
  ];
  const watch = createOncePossibleWatch(context);
  return events.flatMap((event) => {
    const findings = watch(event);
    replay.apply(event);
    return findings.map(({ kind, what }) => `${kind}: ${what}`);
  });
}

it('what is compromised and could be cut is late, once a run has come and left it (I16)', () => {
  expect(foundAfter(DAY)).toEqual([
    `emergencyLate: nobody has cut ${LEAKED} in proj_a, which was possible when sweep looked`,
  ]);
});

it('nothing is late while the API refuses the admin key, and what is broken for one client excuses nobody else (I17)', () => {
  expect(foundAfter(DAY, ['admin key'])).toEqual([]);
  expect(foundAfter(DAY, ['garbled stock', 'revoked stock'])).toHaveLength(1);
});

it('nothing is late for want of a successor that has come within its safety margin, though nothing else has changed (rule 2)', () => {
  expect(foundAfter(2 * DAY - HOUR)).toEqual([]);
});

it.each([
  ['has found it at work sets no look for it', 'busy', 0],
  ['has found what is left sets the next look', 'blocked', 1],
])('rule 6: a sweep that comes while an emergency is stopped, and %s', (_, decision, found) => {
  expect(foundBeside(decision)).toHaveLength(found);
});

it('nobody has set a look for a project that was archived when the last one looked: the sweep finds what is active there', () => {
  const at = 1_000 * NOW;
  const project = { what: 'trouble', broken: 'project proj_a' } as const;
  const found = (isArchived: boolean) =>
    foundIn([
      ...(isArchived ? [{ at, ...project, mended: false }] : []),
      { at, what: 'started', execution: 'sweep', request: { mode: 'scheduled' } },
      { at, what: 'invoked', ...sweep, state: 'Plan', step: 'plan', input: {} },
      { at: at + 1_000, what: 'killed', execution: 'emergency', why: 'stopped by hand' },
      { at: at + 2_000, what: 'returned', ...sweep, result: { ...result, decision: 'blocked' }, heard: true },
      { at: at + 3_000, what: 'ended', execution: 'sweep', error: null, cause: '' },
      ...(isArchived ? [{ at: at + 4_000, ...project, mended: true }] : []),
      { at: at + 5_000 * HOUR, what: 'started', execution: 'run', request: { mode: 'manual' } },
    ]);
  expect(found(false)).toHaveLength(1);
  expect(found(true)).toEqual([]);
});

it.each([
  ['left to the next look', 'before', 1],
  ['made active after it, which no run has seen: the sweep finds it', 'after', 0],
])('rule 6: a look comes for what the last one has %s', (_, when, found) => {
  const at = 1_000 * NOW;
  const trust = { at: at + 1_000, what: 'trust' as const, anchorIds: [LEAKED] };
  const again: LoggedEvent = { ...trust, by: 'outsider', scope: 'organization', active: true };
  const by = { execution: 'sweep', invocation: 3 };
  const story: LoggedEvent[] = [
    { at, what: 'started', execution: 'sweep', request: { mode: 'scheduled' } },
    ...(when === 'before' ? [again] : []),
    { at, what: 'invoked', ...sweep, state: 'Plan', step: 'plan', input: {} },
    { at, what: 'returned', ...sweep, result: { ...result, decision: 'rotate', atOnce: true }, heard: true },
    ...(when === 'after' ? [again] : []),
    { ...trust, by, scope: 'proj_a', active: false },
    { at: at + 2_000, what: 'ended', execution: 'sweep', error: null, cause: '' },
    { at: at + 3_000, what: 'ended', execution: 'emergency', error: null, cause: '' },
    { at: at + 5_000 * HOUR, what: 'started', execution: 'run', request: { mode: 'manual' } },
  ];
  expect(foundIn(story)).toHaveLength(found);
});

it.each([
  ['had expired, and could not be seen: the sweep looks for it', -DAY, false, 0],
  ['had expired, and was seen', -DAY, true, 1],
  ['lasts, and could not be seen', 90 * DAY, false, 1],
])('rule 6: a look comes for what an emergency left, but for what %s', (_, ends, isListed, found) => {
  const at = 1_000 * NOW;
  const call = { op: 'list', scope: 'proj_a', changes: false } as const;
  const story: LoggedEvent[] = [
    { at, what: 'started', execution: 'sweep', request: { mode: 'scheduled' } },
    { at, what: 'invoked', ...sweep, state: 'Plan', step: 'plan', input: {} },
    { at, what: 'fault', ...sweep, address: 'sweep/Plan/list#1', fault: '503', call },
    ...(isListed ? [{ at, what: 'called' as const, ...sweep, call, answer: [] }] : []),
    { at: at + 1_000, what: 'killed', execution: 'emergency', why: 'stopped by hand' },
    { at: at + 2_000, what: 'returned', ...sweep, result: { ...result, decision: 'blocked' }, heard: true },
    { at: at + 3_000, what: 'ended', execution: 'sweep', error: null, cause: '' },
    { at: at + 5_000 * HOUR, what: 'started', execution: 'run', request: { mode: 'manual' } },
  ];
  expect(foundIn(story, ends)).toHaveLength(found);
});

/**
 * Returns the findings for a sweep whose Plan was tried several times, for a quarter of an hour each. `slow`
 * is how many seconds slow calls took of each attempt, and `last` is the last attempt's end.
 */
const foundOfAttempts = (slow: readonly number[], last?: LoggedEvent): string[] => {
  const began = 1_000 * (NOW + DAY);
  const call = { op: 'journal', about: 'audit', changes: false } as const;
  const attempts = slow.flatMap((seconds, i): LoggedEvent[] => {
    const at = began + 900_000 * i;
    const about = { execution: 'sweep', invocation: 2 + i };
    return [
      { at, what: 'invoked', ...about, state: 'Plan', step: 'plan', input: {} },
      { at: at + 1_000 * seconds, what: 'called', ...about, call },
      { at: at + 1_000 * (seconds + 2), what: 'called', ...about, call },
    ];
  });
  const at = began + 900_000 * slow.length;
  return foundIn([
    { at: 1_000 * NOW, what: 'killed', execution: 'emergency', why: 'stopped by hand' },
    { at: began, what: 'started', execution: 'sweep', request: { mode: 'scheduled' } },
    ...attempts,
    ...(last ? [{ ...last, at }] : []),
    { at, what: 'ended', execution: 'sweep', error: 'Sandbox.Timedout', cause: '' },
  ]);
};

it('nothing is late by a run whose every attempt at its plan was cut off for slow calls: the next one comes (rule 6)', () => {
  expect(foundOfAttempts([700, 800, 600])).toEqual([]);
});

it('what is cut off for anything else has come and left it (I16)', () => {
  expect(foundOfAttempts([700, 4, 600])).toHaveLength(1);
  const end = { at: 0, ...sweep, invocation: 3 };
  const decided: LoggedEvent = {
    ...end,
    what: 'returned',
    result: { ...result, decision: 'blocked' },
    heard: true,
  };
  expect(foundOfAttempts([700, 800], decided)).toHaveLength(1);
});
