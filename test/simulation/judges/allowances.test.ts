import { expect, it } from 'vitest';
import { policySchema } from '../../../lambdas/domain/policy.ts';
import { allowancesSoFar } from '../../../simulation/judges/emergencies/allowances.ts';
import { createRules } from '../../../simulation/judges/rules.ts';
import { createReplay } from '../../../simulation/log/replay.ts';
import { calmScenario, NOW } from './calm-scenario.ts';

/** Whether billing may be left behind by the cut of cert_acme0, after an emergency on these anchors that says so. */
function mayLeave(anchors: readonly string[], isDemanded: boolean): boolean {
  const about = { name: 'acme@0', line: 'acme', generation: 0, renewed: false, validAt: NOW, expiresAt: NOW };
  const scenario = calmScenario({
    anchors: [{ ...about, id: 'cert_acme0', activeIn: ['proj_a'] }],
    clients: [{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' }, staged: null }],
    policy: policySchema.parse({}),
  });
  const replay = createReplay({ projects: ['proj_a'] });
  const request = { mode: 'emergency', anchors, reason: 'leaked', leaveBehind: ['billing'] };
  replay.apply({ at: 1_000 * NOW, what: 'started', execution: 'emergency', request });
  const context = { replay, rules: createRules(scenario), scenario };
  const run = { execution: 'emergency', at: 1_000 * NOW };
  return allowancesSoFar(context, isDemanded ? run : undefined).mayLeave('billing', ['cert_acme0']);
}

it('demands that a run honours what an emergency was allowed, unless it named an anchor that never was (I6)', () => {
  expect(mayLeave(['cert_acme0'], true)).toBe(true);
  expect(mayLeave(['cert_acme0', 'cert_mistyped'], true)).toBe(false);
});

it('excuses who was left behind by such an emergency, which may have been ended before anybody looked its names up', () => {
  expect(mayLeave(['cert_acme0', 'cert_mistyped'], false)).toBe(true);
});
