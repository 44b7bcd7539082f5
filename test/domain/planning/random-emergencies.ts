import fc from 'fast-check';
import { type Inventory, scopesOf as listingsOf, ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import type { ClientFacts } from '../../../lambdas/domain/leaf/client-facts.ts';
import type { Succession } from '../../../lambdas/domain/planning/facts.ts';
import { anchor, DAY, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

export const PROJECTS = ['proj_a', 'proj_b', 'proj_c'];
const IDS = ['bad', 'worse', 'new', 'other', 'old'];
export const anchors = [
  ...[anchor('bad', 'acme@1', 400), anchor('worse', 'keel@1', 300)],
  ...[anchor('new', 'acme@2', 800), anchor('other', 'keel@2', 800), anchor('old', 'oak@1', -1)],
];
const PAIRS = [
  { authority: 'acme', retiring: 'bad', successor: 'new' },
  { authority: 'keel', retiring: 'worse', successor: 'other' },
];

const subset = fc.subarray(IDS);
/** Leaves by the anchors that they lead to, some of them issued by such an anchor itself. */
const leaves = fc.option(
  fc.record({ chainsTo: subset, issued: fc.boolean(), ends: fc.constantFrom(1, 30, 900) }),
);
export const cases = fc.record({
  active: fc.record(Object.fromEntries([ORGANIZATION, ...PROJECTS].map((scope) => [scope, subset]))),
  clients: fc.array(
    fc.record({ project: fc.constantFrom(...PROJECTS), running: leaves, staged: leaves, previous: leaves }),
    { maxLength: 8 },
  ),
  leaveBehind: fc.subarray(['client-0', 'client-1']),
  onListing: fc.subarray([ORGANIZATION, ...PROJECTS]),
});
export type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

const held = (name: string, stage: string, of: Case['clients'][number]['running']) => {
  if (!of) return null;
  const { chainsTo, issued, ends } = of;
  return {
    ...leaf(`${name} ${stage} ${chainsTo.join(' ')}`, ...chainsTo),
    issuers: issued ? chainsTo.slice(0, 1) : [],
    validUntil: Object.fromEntries(chainsTo.map((id) => [id, NOW + ends * DAY])),
  };
};

export function factsOf({ active, clients, leaveBehind, onListing }: Case) {
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

/** Returns the successions to rotate, in the scopes of an inventory where the retiring anchor is active. */
export const rotatingIn = (inventory: Inventory): Succession[] =>
  PAIRS.flatMap(({ authority, retiring, successor }) => {
    const scopes = listingsOf(inventory).flatMap(({ scope, anchors: listing }) =>
      listing.some(({ anchorId, active }) => active && anchorId === retiring) ? scope : [],
    );
    const [from, to] = [retiring, successor].map((id) => anchors.find(({ anchorId }) => anchorId === id));
    return from && to && scopes.length > 0 ? [{ authority, retiring: from, successor: to, scopes }] : [];
  });
