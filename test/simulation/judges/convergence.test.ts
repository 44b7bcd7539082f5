import { expect, it } from 'vitest';
import { policySchema } from '../../../lambdas/domain/policy.ts';
import { judgeConvergence } from '../../../simulation/judges/convergence.ts';
import { createRules } from '../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../simulation/log/event-log.ts';
import { createReplay } from '../../../simulation/log/replay.ts';
import { calmScenario, NOW } from './calm-scenario.ts';

const DAY = 86_400;

/** What is said at the end, after quiet weeks, where an anchor that is due is still active and these others of its line could succeed it. */
function foundWith(days: Record<string, number>, ends: readonly (string | null)[] = []): string[] {
  const policy = policySchema.parse({ leadTime: 'P17D', soak: 'P2D', evidence: 'listing' });
  const about = { line: 'acme', renewed: false, validAt: NOW - 90 * DAY };
  const anchors = Object.entries({ cert_acme0: -9, ...days }).map(([id, lasts], generation) => {
    const activeIn = generation === 0 ? ['proj_a'] : [];
    const name = `acme@${generation}`;
    return { ...about, id, name, generation, activeIn, expiresAt: NOW + lasts * DAY };
  });
  const scenario = calmScenario({ start: NOW - 30 * DAY, calm: NOW - 9 * DAY, policy, anchors });
  const by = 'setup';
  const at = 1000 * scenario.start;
  const story: LoggedEvent[] = [
    ...anchors.map(({ id }): LoggedEvent => ({ at, what: 'anchor', by, anchorId: id, exists: true })),
    { at, what: 'trust', by, scope: 'proj_a', active: true, anchorIds: ['cert_acme0'] },
    ...ends.map(
      (error, n): LoggedEvent => ({
        ...{ at: at + n, what: 'ended' as const, execution: `run#${n}`, error, cause: 'it says why' },
      }),
    ),
  ];
  const replay = createReplay({ projects: ['proj_a'] });
  for (const event of story) replay.apply(event);
  return judgeConvergence(story, { replay, rules: createRules(scenario), scenario }).map(({ what }) => what);
}

it('finds what is due and still active, though something could succeed it for weeks (I11)', () => {
  expect(foundWith({ cert_acme2: 90 })).toEqual([
    'cert_acme0 is still active in proj_a, though cert_acme2 could succeed it',
  ]);
});

it('leaves time to soak where another was to succeed it until that one came due itself', () => {
  expect(foundWith({ cert_acme1: 16, cert_acme2: 90 })).toEqual([]);
  expect(foundWith({ cert_acme1: 9, cert_acme2: 90 })).toHaveLength(1);
});

it('judges by the last run that says how things stand, and not by one that learns late that another has taken over', () => {
  expect(foundWith({}, ['ProbeInconclusive', null, 'Superseded'])).toEqual([]);
  expect(foundWith({}, ['ProbeInconclusive', 'Superseded'])).toEqual([
    'the last run ended with ProbeInconclusive: it says why',
  ]);
});
