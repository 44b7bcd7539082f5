import { expect, it } from 'vitest';
import { instant } from '../../../../lambdas/domain/instant.ts';
import { policySchema } from '../../../../lambdas/domain/policy.ts';
import { createInTimeWatch } from '../../../../simulation/judges/emergencies/in-time.ts';
import { createRules } from '../../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../../simulation/log/event-log.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import { calmScenario, NOW } from '../calm-scenario.ts';

const MINUTE = 60;

/**
 * Returns the findings for an emergency that has failed. `isReleased` says whether its Release ran. Another
 * run was scheduled `setAfter` minutes after its end, or never.
 */
function saidOf({ isReleased, setAfter }: { isReleased: boolean; setAfter: number | null }): string[] {
  const scenario = calmScenario({
    anchors: [{ id: 'cert_leaked', name: 'acme@1', expiresAt: NOW + 9e6 }] as never,
  });
  const replay = createReplay({ projectOf: () => 'proj_a', projects: ['proj_a'] });
  const watch = createInTimeWatch({ replay, rules: createRules(scenario), scenario });
  const execution = 'emergency#1';
  const ends = NOW + 40 * MINUTE;
  const at = (seconds: number) => 1_000 * seconds;
  const of = { execution, invocation: 1 };
  const request = { mode: 'emergency', anchors: ['cert_leaked'], reason: 'its key leaked' };
  const trust = {
    what: 'trust',
    by: 'outsider',
    scope: 'organization',
    anchorIds: ['cert_leaked'],
    active: true,
  };
  const set = { at: at(ends + (setAfter ?? 0) * MINUTE), what: 'schedule', by: of };
  const story = [
    { at: at(NOW), ...trust },
    { at: at(NOW), what: 'started', execution, request },
    { at: at(ends), what: 'invoked', ...of, state: 'Release without a plan', step: 'release', input: {} },
    ...(isReleased ? [{ at: at(ends), what: 'recorded', by: of, entry: { event: 'ended', execution } }] : []),
    { at: at(ends), what: 'ended', execution, error: 'Sandbox.Timedout', cause: '' },
    ...(setAfter === null ? [] : [{ ...set, next: instant(ends + (setAfter + 5) * MINUTE) }]),
    { at: at(ends + 3_600), what: 'schedule', by: 'outsider', next: null },
  ] as LoggedEvent[];
  return story.flatMap((event) => {
    const found = watch(event).map(({ what }) => what);
    replay.apply(event);
    return found;
  });
}

it('I16: what an emergency leaves is tried again within minutes, and it sets that itself before it ends', () => {
  expect(saidOf({ isReleased: true, setAfter: 2 })).toHaveLength(1);
});

it('I11: one that died in Release, or before it, is followed by what is told of its end', () => {
  expect(saidOf({ isReleased: false, setAfter: 2 })).toEqual([]);
  expect(saidOf({ isReleased: false, setAfter: 20 })).toHaveLength(1);
  expect(saidOf({ isReleased: false, setAfter: null })).toHaveLength(1);
});

/**
 * Returns the findings for an emergency that ends well while the anchor that it named is active. A run
 * activated the anchor `madeActive` seconds before the emergency listed the scope. Listings are up to `late`
 * seconds late. With `isSet`, another run is scheduled within minutes.
 */
function leftBy(
  late: number,
  { madeActive, isSet = true }: { madeActive: number; isSet?: boolean },
): string[] {
  const about = { line: 'acme', renewed: false, validAt: NOW - 9e6, activeIn: [] };
  const anchors = ['cert_acme0', 'cert_acme1'].map((id, generation) => ({
    ...{ ...about, id, name: `acme@${generation}`, generation, expiresAt: NOW + 9e6 + generation },
  }));
  const policy = policySchema.parse({ evidence: 'listing' });
  const clients = [{ name: 'one', project: 'proj_a', running: { anchor: 'cert_acme0' }, staged: null }];
  const calm = calmScenario({ anchors, policy, clients });
  const propagation = { hosts: 0, listings: late };
  const scenario = { ...calm, faultRates: { ...calm.faultRates, propagation } };
  const replay = createReplay({ projectOf: () => 'proj_a', projects: ['proj_a'] });
  const watch = createInTimeWatch({ replay, rules: createRules(scenario), scenario });
  const of = { execution: 'emergency#1', invocation: 2 };
  const [setup, at] = [{ at: 1_000 * (NOW - 900), by: 'setup' }, 1_000 * NOW];
  const trust = { what: 'trust', scope: 'proj_a', active: true };
  const [call, by] = [
    { op: 'list', scope: 'proj_a', changes: false },
    { execution: 'sweep#1', invocation: 1 },
  ];
  const result = { decision: 'idle', mode: 'emergency', waves: [], blocked: [] };
  const request = { mode: 'emergency', anchors: ['cert_acme1'], reason: 'its key leaked' };
  const story = [
    ...anchors.map(({ id }) => ({ ...setup, what: 'anchor', anchorId: id, exists: true })),
    { ...setup, ...trust, anchorIds: ['cert_acme0'] },
    { ...setup, what: 'leaf', client: 'one', stage: 'AWSCURRENT', from: null, to: 'cert_acme0#1' },
    { ...trust, at: at - 1_000 * madeActive, by, anchorIds: ['cert_acme1'] },
    { at, what: 'started', execution: 'emergency#1', request },
    { at, what: 'invoked', ...of, state: 'Plan', step: 'plan', input: {} },
    { at, what: 'compromised', by: of, anchorId: 'cert_acme1' },
    { at, what: 'called', ...of, call, answer: [] },
    { at: at + 1_000, what: 'returned', ...of, result, heard: true },
    ...(isSet ? [{ at: at + 1_000, what: 'schedule', by: of, next: instant(NOW + 5 * MINUTE) }] : []),
    { at: at + 2_000, what: 'ended', execution: 'emergency#1', error: null, cause: '' },
  ] as LoggedEvent[];
  return story.flatMap((event) => {
    const found = watch(event).map(({ what }) => what);
    replay.apply(event);
    return found;
  });
}

it('what was made active too lately for a listing to show it is the next look to cut, where one comes within minutes (I7, I16)', () => {
  expect(leftBy(20, { madeActive: 8 })).toEqual([]);
  const left = ['emergency#1 left cert_acme1 in proj_a, though cert_acme0 could succeed it'];
  expect(leftBy(20, { madeActive: 8, isSet: false })).toEqual(left);
  expect(leftBy(20, { madeActive: 21 })).toEqual(left);
  expect(leftBy(0, { madeActive: 8 })).toEqual(left);
});
