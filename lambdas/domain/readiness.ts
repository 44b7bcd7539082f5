import { type Inventory, ORGANIZATION, type Scope } from './anchor.ts';
import type { ClientFacts, LeafFacts } from './client.ts';
import type { Blocked, ClientCheck } from './document.ts';
import type { Succession } from './succession.ts';

/** True when the client's traffic is judged by this scope: its own project's, or the organization's (F7). */
export const reaches = (client: { project: string }, scope: Scope): boolean =>
  scope === ORGANIZATION || scope === client.project;

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
    else blocked.push({ anchor: succession.retiring.anchorId, reason: reasons.join('; ') });
  }
  return { ready, blocked };
}

/**
 * What proves one succession in one scope: a check for each client that reaches the scope and belongs to the
 * succession, by the leaf that Plan saw chaining to the successor.
 */
export function checksFor(
  succession: Succession,
  scope: Scope,
  clients: readonly ClientFacts[],
  trustedAfter: (project: string, scope: Scope) => ReadonlySet<string>,
): ClientCheck[] {
  return clients.flatMap((client) => {
    const leaf = reaches(client, scope) ? provingLeaf(client, succession) : null;
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

/** The anchors a project trusts once `scope` has been cut, and every scope of an earlier wave with it (F7). */
export function trustAfterCut(inventory: Inventory, ready: readonly Succession[]) {
  const own = new Map<Scope, Set<string>>();
  const activeOf = (scope: Scope): Set<string> => {
    const known = own.get(scope);
    if (known) return known;
    const listing =
      scope === ORGANIZATION
        ? inventory.organization
        : (inventory.projects.find(({ projectId }) => projectId === scope)?.anchors ?? []);
    const active = new Set(listing.filter(({ active }) => active).map(({ anchorId }) => anchorId));
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
