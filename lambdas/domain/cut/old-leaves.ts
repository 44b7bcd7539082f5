import { otherScope, type Scope, unlistedIn } from '../anchor.ts';
import { type ClientFacts, isLeafOf, type LeafFacts, leadsTo, leafIn } from '../client.ts';
import type { ClientCheck } from '../plan-document.ts';
import type { PlanningFacts, Succession } from '../planning/facts.ts';

/** Checks that say what their old leaf leads to of all that is cut in the scope, should the API not take one of those (I17). */
export function withCutHere(
  checks: readonly ClientCheck[],
  cut: readonly Succession[],
  clients: readonly ClientFacts[],
): ClientCheck[] {
  const byName = new Map(clients.map((client) => [client.name, client]));
  return checks.map((check) => {
    const old = oldLeafOf(check, byName);
    return old ? { ...check, ...cutHereOf(check, old, cut) } : check;
  });
}

/** What a leaf leads to of what is cut in a scope; nothing where that is all that the successor takes the place of, as with most. */
export function cutHereOf(
  { successor }: Pick<ClientCheck, 'successor'>,
  leaf: LeafFacts,
  cut: readonly Succession[],
): Pick<ClientCheck, 'cutHere'> {
  const ways = cut.filter(({ retiring }) => leadsTo(leaf, retiring.anchorId));
  const own = cut.filter((one) => one.successor.anchorId === successor);
  const isSame = ways.length === own.length && ways.every((one) => own.includes(one));
  return isSame ? {} : { cutHere: ways.map(({ retiring }) => retiring.anchorId) };
}

/**
 * Checks that say by what an old leaf may still get in, since that is about to be cut in the other scope that judges the client:
 * scopes have no order in an emergency, and one may halt in waves. In a project that nobody could list nothing proves that an
 * old leaf is refused.
 */
export function withCutElsewhere(
  checks: readonly ClientCheck[],
  scope: Scope,
  { inventory, clients }: PlanningFacts & { clients: readonly ClientFacts[] },
  cutIn: (scope: Scope) => readonly string[],
): ClientCheck[] {
  const unlisted = unlistedIn(inventory);
  const byName = new Map(clients.map((client) => [client.name, client]));
  return checks.map((whole) => {
    const { retiringLeaf, retiringChain, ...check } = whole;
    if (retiringLeaf === undefined || unlisted.has(check.project)) return check;
    const old = oldLeafOf(whole, byName);
    const elsewhere = cutIn(otherScope(scope, check.project));
    const ways = elsewhere.filter((id) => leadsTo(old, id));
    return { ...whole, ...(ways.length > 0 && { cutElsewhere: ways }) };
  });
}

/** What a check is to see refused. */
export const oldIn = ({ retiringLeaf, retiringChain }: ClientCheck) => ({
  leaf: retiringLeaf,
  chain: retiringChain,
});

const oldLeafOf = (check: ClientCheck, byName: ReadonlyMap<string, ClientFacts>): LeafFacts | null => {
  const { running = null, previous = null } = byName.get(check.client) ?? {};
  return [running, previous].map(leafIn).find((leaf) => isLeafOf(leaf, oldIn(check))) ?? null;
};
