import { activeIds, type Inventory, listingOf, ORGANIZATION, type Scope, scopesOf } from '../anchor.ts';
import type { Client, ClientFacts, LeafFacts } from '../client.ts';
import type { Blocked, ClientCheck, ScopePlan } from '../document.ts';
import { firstFew } from '../first-few.ts';
import { lineageOf } from './lineage.ts';
import type { Succession } from './succession.ts';

/** True when the client's traffic is judged by this scope: its own project's, or the organization's (F7). */
export const reaches = (client: { project: string }, scope: Scope): boolean =>
  scope === ORGANIZATION || scope === client.project;

/** The clients that a scope's plan has no check for, though their traffic is judged by it. */
export const unprovenIn = <C extends Client>({ scope, checks }: ScopePlan, clients: readonly C[]): C[] => {
  const proven = new Set(checks.map(({ client }) => client));
  return clients.filter((client) => reaches(client, scope) && !proven.has(client.name));
};

/** Divides successions by whether every configured client can follow (rule 3). */
export function divideByReadiness(
  successions: readonly Succession[],
  clients: readonly ClientFacts[],
): { ready: Succession[]; blocked: Blocked[] } {
  const ready: Succession[] = [];
  const blocked: Blocked[] = [];
  for (const succession of successions) {
    const reasons = clients.flatMap((client) => unreadiness(client, succession) ?? []);
    if (reasons.length === 0) ready.push(succession);
    else blocked.push({ anchor: succession.retiring.anchorId, reason: firstFew(reasons, 5).join('; ') });
  }
  return { ready, blocked };
}

/** Divides cuts that nobody confirmed by whether some client can still prove the successor in their scope (I8). */
export function divideByProof(
  cuts: readonly Succession[],
  clients: readonly ClientFacts[],
): { provable: Succession[]; unprovable: Blocked[] } {
  const canProve = (cut: Succession): boolean =>
    cut.scopes.every((scope) => clients.some((client) => reaches(client, scope) && provingLeaf(client, cut)));
  return {
    provable: cuts.filter(canProve),
    unprovable: cuts
      .filter((cut) => !canProve(cut))
      .map(({ retiring, successor, scopes }) => ({
        anchor: retiring.anchorId,
        reason: `${retiring.anchorId} was cut in ${firstFew(scopes, 5).join(', ')}, and no client can confirm it there any more: stage a leaf for one that chains to ${successor.anchorId}, or activate ${retiring.anchorId} there again`,
      })),
  };
}

/** Names of the clients that these successions move to the leaf that is staged for them. */
export function movedBy(successions: readonly Succession[], clients: readonly ClientFacts[]): Set<string> {
  const moved = clients.filter((client) =>
    successions.some(
      (one) =>
        one.scopes.some((scope) => reaches(client, scope)) && provingLeaf({ ...client, running: null }, one),
    ),
  );
  return new Set(moved.map(({ name }) => name));
}

/**
 * What proves one succession in one scope: a check for each client that reaches the scope and belongs to the
 * succession, by the leaf that Plan saw chaining to the successor. A client that is about to be moved runs on its
 * staged leaf by the time of the cut, and on no other.
 */
export function checksFor(
  succession: Succession,
  scope: Scope,
  clients: readonly ClientFacts[],
  {
    trustedAfter,
    moved,
  }: {
    trustedAfter: (project: string, scope: Scope) => ReadonlySet<string>;
    moved: ReadonlySet<string>;
  },
): ClientCheck[] {
  return clients.flatMap((client) => {
    const held = moved.has(client.name) ? { ...client, running: null } : client;
    const leaf = reaches(client, scope) ? provingLeaf(held, succession) : null;
    if (!leaf) return [];
    const trusted = trustedAfter(client.project, scope);
    const old = [client.running, client.previous].find(
      (held) =>
        held && leadsTo(held, succession.retiring.anchorId) && !held.chainsTo.some((id) => trusted.has(id)),
    );
    const check: ClientCheck = {
      client: client.name,
      project: client.project,
      secret: client.secret,
      successor: succession.successor.anchorId,
      leaf: leaf.fingerprint,
    };
    return [old ? { ...check, retiringLeaf: old.fingerprint } : check];
  });
}

/** Names of the clients whose running leaf gets in by the retiring anchor alone, with nothing of the successor to move to. */
export function strandedBy(
  succession: Succession,
  scope: Scope,
  clients: readonly ClientFacts[],
  trustedAfter: (project: string, scope: Scope) => ReadonlySet<string>,
): string[] {
  const isStranded = (client: ClientFacts): boolean =>
    reaches(client, scope) &&
    client.running !== null &&
    leadsTo(client.running, succession.retiring.anchorId) &&
    !client.running.chainsTo.some((id) => trustedAfter(client.project, scope).has(id)) &&
    provingLeaf(client, succession) === null;
  return clients.filter(isStranded).map(({ name }) => name);
}

/**
 * Ids of the anchors beside a succession that its retiring leaf may get in by as well: active somewhere, and of the same
 * authority as far as names tell. A CA is often renewed with its key, and then its old leaves chain to both.
 */
export function kinOf(successions: readonly Succession[], inventory: Inventory): string[] {
  const authorities = new Set(successions.map(({ authority }) => authority));
  const kin = scopesOf(inventory)
    .flatMap(({ anchors }) => anchors)
    .filter(({ active, name }) => {
      const authority = lineageOf(name)?.authority ?? null;
      return active && (authority === null || authorities.has(null) || authorities.has(authority));
    });
  return successions.length > 0 ? [...new Set(kin.map(({ anchorId }) => anchorId))] : [];
}

/** The anchors a project trusts once `scope` has been cut, and every scope of an earlier wave with it (F7). */
export function trustAfterCut(inventory: Inventory, ready: readonly Succession[]) {
  const own = new Map<Scope, Set<string>>();
  const activeOf = (scope: Scope): Set<string> => {
    const known = own.get(scope);
    if (known) return known;
    const active = new Set(activeIds(listingOf(inventory, scope)));
    own.set(scope, active);
    return active;
  };
  const cut = (scope: Scope): Set<string> => {
    const here = ready.filter(({ scopes }) => scopes.includes(scope));
    const retiring = new Set(here.map((succession) => succession.retiring.anchorId));
    const remaining = [...activeOf(scope)].filter((id) => !retiring.has(id));
    return new Set([...remaining, ...here.map((succession) => succession.successor.anchorId)]);
  };
  return (project: string, scope: Scope): ReadonlySet<string> =>
    // Projects are cut before the organization, so a project's cut still leaves the organization's anchors as they are.
    new Set([...cut(project), ...(scope === ORGANIZATION ? cut(ORGANIZATION) : activeOf(ORGANIZATION))]);
}

function unreadiness(client: ClientFacts, succession: Succession): string | null {
  const { retiring, successor, scopes } = succession;
  if (!scopes.some((scope) => reaches(client, scope))) return null;
  if (!client.running || !leadsTo(client.running, retiring.anchorId)) return null;
  if (provingLeaf(client, succession)) return null;
  const staged = client.staged
    ? client.staged.problems.length > 0
      ? `the leaf staged as AWSPENDING cannot be used: ${client.staged.problems.join(', ')}`
      : `the leaf staged as AWSPENDING does not chain to ${successor.anchorId}`
    : 'no leaf is staged as AWSPENDING';
  const wanted = successor.name ? `${successor.anchorId} (${successor.name})` : successor.anchorId;
  return `client ${client.name} runs on ${retiring.anchorId} and ${staged}: stage a leaf for client ${client.name} that chains to ${wanted}`;
}

/** The sound leaf of a client that chains to the successor: the staged one first, since it is what comes next. */
function provingLeaf(client: ClientFacts, { successor }: Succession): LeafFacts | null {
  const proves = (leaf: LeafFacts | null) =>
    leaf && leaf.problems.length === 0 && leadsTo(leaf, successor.anchorId) ? leaf : null;
  return proves(client.staged) ?? proves(client.running);
}

const leadsTo = (leaf: LeafFacts, anchorId: string): boolean => leaf.chainsTo.includes(anchorId);
