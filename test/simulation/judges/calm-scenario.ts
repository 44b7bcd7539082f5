import { policySchema } from '../../../lambdas/domain/policy.ts';
import type { Scenario } from '../../../simulation/organizations/scenario.ts';

/** The present of every judge's test, in Unix seconds. */
export const NOW = 1_800_000_000;

/** A scenario in which nothing goes wrong by itself, with one project unless `about` says otherwise. */
export const calmScenario = (about: Partial<Scenario> = {}): Scenario => ({
  ...{ seed: 1, start: NOW, calm: NOW, end: NOW, hosts: [], projects: ['proj_a'] },
  ...{ anchors: [], clients: [], events: [], policy: policySchema.parse({}) },
  faultRates: {
    ...{ fault: 0, slow: 0, crash: 0, kill: 0, unreachable: 0, outsider: 0, meanwhile: 0, ambush: 0 },
    ...{ pace: 10, skew: 0, propagation: { hosts: 0, listings: 0 } },
  },
  ...about,
});
