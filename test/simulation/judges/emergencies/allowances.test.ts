import { expect, it } from 'vitest';
import { policySchema } from '../../../../lambdas/domain/policy.ts';
import { allowancesSoFar } from '../../../../simulation/judges/emergencies/allowances.ts';
import { createRules } from '../../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../../simulation/log/event-log.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import { calmScenario, NOW } from '../calm-scenario.ts';

/**
 * Whether billing may be left behind by the cut of cert_acme0, after an emergency on these anchors allowed
 * it. With `isDemanded`, whether the run `by` has to honour that.
 */
function mayLeave(
  anchors: readonly string[],
  isDemanded: boolean,
  { by = 'emergency', meanwhile = [] }: { by?: string; meanwhile?: readonly LoggedEvent[] } = {},
): boolean {
  const about = { name: 'acme@0', line: 'acme', generation: 0, renewed: false, validAt: NOW, expiresAt: NOW };
  const scenario = calmScenario({
    anchors: [{ ...about, id: 'cert_acme0', activeIn: ['proj_a'] }],
    clients: [{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' }, staged: null }],
    policy: policySchema.parse({}),
  });
  const replay = createReplay({ projects: ['proj_a'] });
  const request = { mode: 'emergency', anchors, reason: 'leaked', leaveBehind: ['billing'] };
  replay.apply({ at: 1_000 * NOW, what: 'started', execution: 'emergency', request });
  for (const event of meanwhile) replay.apply(event);
  const context = { replay, rules: createRules(scenario), scenario };
  const run = { execution: by, at: 1_000 * (NOW + 60) };
  return allowancesSoFar(context, isDemanded ? run : undefined).mayLeave('billing', ['cert_acme0']);
}

it('demands that a run honours what an emergency was allowed, unless it named an anchor that never was (I6)', () => {
  expect(mayLeave(['cert_acme0'], true)).toBe(true);
  expect(mayLeave(['cert_acme0', 'cert_mistyped'], true)).toBe(false);
});

it('excuses who was left behind by such an emergency, which may have been ended before anybody looked its names up', () => {
  expect(mayLeave(['cert_acme0', 'cert_mistyped'], false)).toBe(true);
});

it('demands it of a later run where the emergency came to an answer, but not where somebody had stopped it by then', () => {
  const at = 1_000 * (NOW + 30);
  const plan = (invocation: number): LoggedEvent[] => [
    { at, what: 'invoked', execution: 'emergency', invocation, state: 'Plan', step: 'plan', input: {} },
  ];
  const returned: LoggedEvent = {
    ...{ at, what: 'returned', execution: 'emergency', invocation: 1 },
    ...{ result: { decision: 'busy' }, heard: true },
  };
  const ended: LoggedEvent = {
    at,
    what: 'ended',
    execution: 'emergency',
    error: 'JournalUnavailable',
    cause: '',
  };
  const killed: LoggedEvent = { at, what: 'killed', execution: 'emergency', why: 'stopped by hand' };
  const isDemandedAfter = (...meanwhile: LoggedEvent[]) =>
    mayLeave(['cert_acme0'], true, { by: 'next', meanwhile: [...plan(1), ...meanwhile] });
  expect(isDemandedAfter(returned, killed, ended)).toBe(true);
  expect(isDemandedAfter(...plan(2), ended)).toBe(true);
  expect(isDemandedAfter(...plan(2), killed, ended)).toBe(false);
});
