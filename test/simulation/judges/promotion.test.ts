import { expect, it } from 'vitest';
import { policySchema } from '../../../lambdas/domain/policy.ts';
import { servedBy } from '../../../simulation/judges/promises/soak-length.ts';
import { createRules } from '../../../simulation/judges/rules.ts';
import { createReplay } from '../../../simulation/log/replay.ts';
import { calmScenario, NOW } from './calm-scenario.ts';

const DAY = 86_400;

/** After how many days a succession has served a soak that a run announces to end at once, because another anchor of it has expired. */
function servedAfter({ held, lasts }: { held: boolean; lasts: number }): number {
  const policy = policySchema.parse({ soak: 'P3D', safetyMargin: 'P1D' });
  const about = { name: 'acme@0', line: 'acme', generation: 0, renewed: false, validAt: NOW - DAY };
  const anchors = [{ ...about, id: 'cert_acme0', expiresAt: NOW + lasts * DAY, activeIn: ['proj_a'] }];
  const scenario = calmScenario({ policy, anchors });
  const pair = { retiring: 'cert_acme0', successor: 'cert_acme1', ...(held && { held: true }) };
  const scopes = [{ scope: 'proj_a', successions: [pair], checks: [] }];
  const plan = { waves: [{ name: 'projects' as const, scopes }] };
  const context = { replay: createReplay({ projects: ['proj_a'] }), rules: createRules(scenario), scenario };
  return (servedBy(pair, { plan, soakUntil: NOW, provenBy: NOW }, context) - NOW) / DAY;
}

it('has what a run cuts nothing of soak to its own end, whatever the run hurries for (rule 5)', () => {
  expect(servedAfter({ held: false, lasts: 30 })).toBe(0);
  expect(servedAfter({ held: true, lasts: 30 })).toBe(3);
  expect(servedAfter({ held: true, lasts: 2 })).toBe(1);
});
