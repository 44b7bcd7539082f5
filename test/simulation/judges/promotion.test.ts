import { expect, it } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import { policySchema } from '../../../lambdas/domain/policy.ts';
import { servedBy } from '../../../simulation/judges/promises/soak-length.ts';
import { createPromotionWatch } from '../../../simulation/judges/promotion.ts';
import { createRules } from '../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../simulation/log/event-log.ts';
import { createReplay } from '../../../simulation/log/replay.ts';
import { calmScenario, NOW } from './calm-scenario.ts';

const DAY = 86_400;

/** After how many days a succession has served a soak that a run announces to end at once, because another anchor of it has expired. */
function servedAfter({
  held,
  lasts,
  unproven = [],
}: {
  held: boolean;
  lasts: number;
  unproven?: string[];
}): number {
  const policy = policySchema.parse({ soak: 'P3D', safetyMargin: 'P1D' });
  const about = { name: 'acme@0', line: 'acme', generation: 0, renewed: false, validAt: NOW - DAY };
  const anchors = [{ ...about, id: 'cert_acme0', expiresAt: NOW + lasts * DAY, activeIn: ['proj_a'] }];
  const scenario = calmScenario({ policy, anchors });
  const pair = { retiring: 'cert_acme0', successor: 'cert_acme1', ...(held && { held: true }) };
  const scopes = [{ scope: 'proj_a', successions: [pair], checks: [] }];
  const plan = { waves: [{ name: 'projects' as const, scopes }] };
  const context = { replay: createReplay({ projects: ['proj_a'] }), rules: createRules(scenario), scenario };
  return (servedBy(pair, { plan, soakUntil: NOW, provenBy: NOW, unproven }, context) - NOW) / DAY;
}

it('has what a run cuts nothing of soak to its own end, whatever the run hurries for (rule 5)', () => {
  expect(servedAfter({ held: false, lasts: 30 })).toBe(0);
  expect(servedAfter({ held: true, lasts: 30 })).toBe(3);
  expect(servedAfter({ held: true, lasts: 2 })).toBe(1);
  // Nor does it cut where a client holds the scope that could not be moved.
  expect(servedAfter({ held: false, lasts: 30, unproven: ['proj_a'] })).toBe(3);
});

/** Whether a second soak is found that a run begins in all scopes, after one that was served in a project, and a cut there or none. */
function isTwice({ isCutThere }: { isCutThere: boolean }): boolean {
  const policy = policySchema.parse({ soak: 'P1D' });
  const about = { line: 'acme', renewed: false, validAt: NOW - DAY, activeIn: [] };
  const anchors = [20, 90].map((days, n) => ({
    ...{ ...about, id: `cert_acme${n}`, name: `acme@${n}`, generation: n, expiresAt: NOW + days * DAY },
  }));
  const scenario = calmScenario({ policy, anchors });
  const replay = createReplay({ projects: ['proj_a'] });
  const watch = createPromotionWatch({ replay, rules: createRules(scenario), scenario });
  const successions = [{ retiring: 'cert_acme0', successor: 'cert_acme1' }];
  const run = (n: number, seconds: number, scopes: readonly string[]): object[] => {
    const [execution, at] = [`run#${n}`, 1000 * seconds];
    const of = (invocation: number) => ({ at, execution, invocation: 10 * n + invocation });
    const step = (invocation: number, name: string, input: object) =>
      ({ ...of(invocation), what: 'invoked', state: name, step: name, input }) as const;
    const waves = [{ name: 'projects', scopes: scopes.map((scope) => ({ scope, successions, checks: [] })) }];
    const plan = { decision: 'rotate', plannedAt: instant(seconds), promotions: [], successions, waves };
    const proven = (scope: string, i: number) =>
      step(2 + i, 'conclude-scope', { phase: 'overlap', verdict: { scope, verdict: 'proven' } });
    const result = { promoted: [], alreadyCurrent: [], soakUntil: instant(seconds + DAY) };
    return [
      step(1, 'plan', {}),
      ...scopes.map(proven),
      step(8, 'promote', { plan }),
      { ...of(8), what: 'returned', result, heard: true },
    ];
  };
  const trust = (seconds: number, scope: string, active: boolean, by: unknown): object => ({
    ...{ at: 1000 * seconds, what: 'trust', by, scope, active, anchorIds: ['cert_acme0'] },
  });
  const story = [
    trust(NOW, 'proj_a', true, 'setup'),
    trust(NOW, 'organization', true, 'setup'),
    ...run(1, NOW + 60, ['proj_a']),
    ...(isCutThere ? [trust(NOW + 2 * DAY, 'proj_a', false, { execution: 'run#1', invocation: 19 })] : []),
    ...run(2, NOW + 3 * DAY, isCutThere ? ['organization'] : ['proj_a', 'organization']),
  ] as LoggedEvent[];
  const kinds = story.flatMap((event) => {
    const found = watch(event).map(({ kind }) => kind);
    replay.apply(event);
    return found;
  });
  return kinds.includes('soakedTwice');
}

it('has a soak count where it was served: what is cut there by then soaks for itself where it was left out (rule 5)', () => {
  expect(isTwice({ isCutThere: true })).toBe(false);
  expect(isTwice({ isCutThere: false })).toBe(true);
});
