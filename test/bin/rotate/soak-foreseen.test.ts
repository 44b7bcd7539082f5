import { expect, it } from 'vitest';
import { soakForeseen } from '../../../bin/preview/soak-foreseen.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import type { SoakMemory } from '../../../lambdas/domain/memory/journal.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, DAY, inventoryOf, NOW, policyOf } from '../../domain/organizations.ts';

/** Returns in how many days the soak of a run that begins now would end. An earlier run may have begun it. */
function daysTo({ active, soaks }: { active: Record<string, string[]>; soaks: SoakMemory[] }): number {
  const inventory = inventoryOf(
    [anchor('cert_old', 'acme@1', 20), anchor('cert_new', 'acme@2', 400)],
    active,
  );
  const facts = {
    ...{ inventory, now: NOW, request: { mode: 'scheduled' as const } },
    policy: policyOf({ evidence: 'listing' }),
    clients: [],
    memory: { soaks, begun: [], cuts: [], compromised: [], seen: [], told: [], allowed: [] },
  };
  return (soakForeseen(plan(facts as never), facts as never) - NOW) / DAY;
}

const BOTH = ['cert_old', 'cert_new'];
const pair = { retiring: 'cert_old', successor: 'cert_new' };
const begun = [{ ...pair, provenAt: instant(NOW - 5 * DAY), soakUntil: instant(NOW + 2 * DAY) }];

it('a soak that an earlier run has begun goes on until its own end (I11)', () => {
  expect(daysTo({ active: { proj_a: BOTH }, soaks: [] })).toBe(7);
  expect(daysTo({ active: { proj_a: BOTH }, soaks: begun })).toBe(2);
});

it('and begins anew where the successor is still to be activated in a scope', () => {
  expect(daysTo({ active: { proj_a: BOTH, proj_b: ['cert_old'] }, soaks: begun })).toBe(7);
});
