import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import type { ClientCheck } from '../../../lambdas/domain/plan-document/client-check.ts';
import type { ScopePlan } from '../../../lambdas/domain/plan-document/scope-plan.ts';
import { scopesOf } from '../../../lambdas/domain/planning/progress.ts';
import { cases, factsOf, PROJECTS, rotatingIn } from './random-emergencies.ts';

/**
 * Returns the facts that are known in one project: the organization's listing, its own listing and its own
 * clients.
 */
const factsIn = (project: string, facts: ReturnType<typeof factsOf>) => ({
  ...facts,
  inventory: {
    ...facts.inventory,
    projects: facts.inventory.projects.filter(({ projectId }) => projectId === project),
  },
  clients: facts.clients.filter((client) => client.project === project),
});

const planned = (facts: ReturnType<typeof factsOf>) => {
  const { scopePlans } = scopesOf(rotatingIn(facts.inventory), facts);
  // What clients may lose in other scopes decides nothing here. Which clients are asked for the project of
  // their API key may differ by scope.
  const plain = ({ mayRunOn: _, mayRunOnMoved: __, ...check }: ClientCheck): ClientCheck => check;
  const shares = scopePlans.map(
    ({ unprobed: _, runningLeaves, ...share }): ScopePlan => ({
      ...share,
      checks: share.checks.map(plain),
      ...(runningLeaves && { runningLeaves: runningLeaves.map(plain) }),
    }),
  );
  return (scope: string): ScopePlan | undefined => shares.find((one) => one.scope === scope);
};
const heldIn = (plan: ScopePlan | undefined) =>
  (plan?.successions ?? []).map(({ retiring, held: isHeld = false }) => [retiring, isHeld]);

describe("a project's share of an emergency", () => {
  it('holds back what its own listing, that of the organization and its own clients hold back, and nothing else', () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(...PROJECTS), (of, project) => {
        const facts = factsOf(of);
        expect(heldIn(planned(factsIn(project, facts))(project))).toEqual(heldIn(planned(facts)(project)));
      }),
      { numRuns: 500 },
    );
  });

  it('is decided whole by these alone, where what the organization holds back is known', () => {
    let compared = 0;
    fc.assert(
      fc.property(cases, fc.constantFrom(...PROJECTS), (of, project) => {
        const facts = factsOf(of);
        const [all, own] = [planned(facts), planned(factsIn(project, facts))];
        // The organization's cut waits for clients of other projects. While it waits, the organization's
        // anchor stays a way in for this project.
        fc.pre(JSON.stringify(heldIn(all(ORGANIZATION))) === JSON.stringify(heldIn(own(ORGANIZATION))));
        expect(own(project)).toEqual(all(project));
        if (all(project)) compared++;
      }),
      { numRuns: 500 },
    );
    expect(compared).toBeGreaterThan(100);
  });
});
