import { otherScope, type Scope, unlistedIn } from '../anchor.ts';
import { type ClientFacts, leadsTo, leafIn } from '../leaf/client-facts.ts';
import { isLeafOf, type LeafFacts } from '../leaf/leaf-facts.ts';
import type { ClientCheck } from '../plan-document/client-check.ts';
import type { PlanningFacts, Succession } from '../planning/facts.ts';

/**
 * Adds to each check what its old leaf leads to of everything that is cut in the scope. It is needed where
 * the API refuses to deactivate one of those anchors (I17).
 */
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

/**
 * Returns the anchors that are cut in a scope and that a leaf leads to. Returns nothing in the usual case,
 * where these are just the anchors that the successor takes the place of.
 */
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
 * Adds to each check the anchors that are about to be cut in the other scope that judges the client, and by
 * which its old leaf may still get in. In an emergency scopes have no order, and in waves a scope may halt.
 * In a project that could not be listed nothing proves that an old leaf is refused, so the old leaf is taken
 * out of the check.
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

/** Returns the old leaf and its chain that a check has to see refused. */
export const oldIn = ({ retiringLeaf, retiringChain }: ClientCheck) => ({
  leaf: retiringLeaf,
  chain: retiringChain,
});

const oldLeafOf = (check: ClientCheck, byName: ReadonlyMap<string, ClientFacts>): LeafFacts | null => {
  const { running = null, previous = null } = byName.get(check.client) ?? {};
  return [running, previous].map(leafIn).find((leaf) => isLeafOf(leaf, oldIn(check))) ?? null;
};
