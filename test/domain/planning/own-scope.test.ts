import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Inventory, scopesOf as listingsOf, ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import type { ClientFacts } from '../../../lambdas/domain/client.ts';
import type { ScopePlan } from '../../../lambdas/domain/plan-document.ts';
import type { Succession } from '../../../lambdas/domain/planning/facts.ts';
import { scopesOf } from '../../../lambdas/domain/planning/progress.ts';
import { anchor, DAY, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

const PROJECTS = ['proj_a', 'proj_b', 'proj_c'];
const IDS = ['bad', 'worse', 'new', 'other', 'old'];
const anchors = [
  ...[anchor('bad', 'acme@1', 400), anchor('worse', 'keel@1', 300)],
  ...[anchor('new', 'acme@2', 800), anchor('other', 'keel@2', 800), anchor('old', 'oak@1', -1)],
];
const PAIRS = [
  { authority: 'acme', retiring: 'bad', successor: 'new' },
  { authority: 'keel', retiring: 'worse', successor: 'other' },
];

const subset = fc.subarray(IDS);
/** A leaf by the anchors that it leads to, some of which have issued it themselves. */
const leaves = fc.option(
  fc.record({ chainsTo: subset, issued: fc.boolean(), ends: fc.constantFrom(1, 30, 900) }),
);
const cases = fc.record({
  active: fc.record(Object.fromEntries([ORGANIZATION, ...PROJECTS].map((scope) => [scope, subset]))),
  clients: fc.array(
    fc.record({ project: fc.constantFrom(...PROJECTS), running: leaves, staged: leaves, previous: leaves }),
    { maxLength: 8 },
  ),
  leaveBehind: fc.subarray(['client-0', 'client-1']),
  onListing: fc.subarray([ORGANIZATION, ...PROJECTS]),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

const held = (name: string, stage: string, of: Case['clients'][number]['running']) => {
  if (!of) return null;
  const { chainsTo, issued, ends } = of;
  return {
    ...leaf(`${name} ${stage} ${chainsTo.join(' ')}`, ...chainsTo),
    issuers: issued ? chainsTo.slice(0, 1) : [],
    validUntil: Object.fromEntries(chainsTo.map((id) => [id, NOW + ends * DAY])),
  };
};

function factsOf({ active, clients, leaveBehind, onListing }: Case) {
  const inventory = inventoryOf(anchors, active, PROJECTS);
  return {
    inventory,
    policy: policyOf(),
    request: {
      mode: 'emergency' as const,
      anchors: ['bad', 'worse'],
      reason: 'leaked',
      leaveBehind,
      onListing,
    },
    now: NOW,
    memory: { soaks: [], cuts: [] },
    clients: clients.map(({ project, running, staged, previous }, i): ClientFacts => {
      const name = `client-${i}`;
      const at = (stage: string, of: typeof running) => held(name, stage, of);
      const stages = { running: at('running', running), staged: at('staged', staged) };
      return { name, project, secret: name, ...stages, previous: at('previous', previous) };
    }),
  };
}

/** What is to be rotated, in the scopes of an inventory where it is active. */
const rotatingIn = (inventory: Inventory): Succession[] =>
  PAIRS.flatMap(({ authority, retiring, successor }) => {
    const scopes = listingsOf(inventory).flatMap(({ scope, anchors: listing }) =>
      listing.some(({ anchorId, active }) => active && anchorId === retiring) ? scope : [],
    );
    const [from, to] = [retiring, successor].map((id) => anchors.find(({ anchorId }) => anchorId === id));
    return from && to && scopes.length > 0 ? [{ authority, retiring: from, successor: to, scopes }] : [];
  });

/** What is known in one project: the organization's listing and its own, and its own clients. */
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
  return (scope: string): ScopePlan | undefined => scopePlans.find((one) => one.scope === scope);
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
        // The organization's cut waits for clients of other projects, and what it waits for stays a way in here.
        fc.pre(JSON.stringify(heldIn(all(ORGANIZATION))) === JSON.stringify(heldIn(own(ORGANIZATION))));
        expect(own(project)).toEqual(all(project));
        if (all(project)) compared++;
      }),
      { numRuns: 500 },
    );
    expect(compared).toBeGreaterThan(100);
  });
});
