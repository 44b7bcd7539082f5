import type { Inventory } from '../anchor.ts';
import { firstFew } from '../first-few.ts';
import type { ClientFacts, Holding } from '../leaf/client-facts.ts';
import type { Blocked } from '../plan-document/blocked.ts';
import {
  activeCompromised,
  type CompromiseFacts,
  everyCompromised,
  isCompromised,
} from '../planning/compromise.ts';
import { dueAt, indexAnchors, type PlanningFacts } from '../planning/facts.ts';

/**
 * Tells of clients whose secret did not answer, for every compromised anchor. Their leaf may be the one that
 * has to be refused. Or their chain may show that an active anchor vouches for the compromised key. Nobody
 * knows (I9, I15). It passes by itself, so a run comes for it soon.
 */
export function unansweredClients(
  facts: CompromiseFacts & { inventory: Inventory; clients: readonly ClientFacts[] },
): Blocked[] {
  const isPassing = (held: Holding): boolean => held !== null && 'unknown' in held && held.passing === true;
  const silent = facts.clients.filter((one) =>
    [one.running, one.staged, one.previous ?? null].some(isPassing),
  );
  if (silent.length === 0) return [];
  const names = firstFew(
    silent.map(({ name }) => name),
    5,
  );
  return everyCompromised(facts).map((anchorId) => ({
    ...{ anchor: anchorId, unseen: true },
    reason: `what ${names.join(', ')} ${silent.length > 1 ? 'hold' : 'holds'} could not be read, so whether ${anchorId} is refused everywhere is not known; a run looks again within minutes, then ever later up to an hour`,
  }));
}

/**
 * Tells of projects that could not be listed, for every compromised anchor: nobody knows whether it is active
 * there, even if it is active elsewhere (I9, I15). Each project waits for its own listing, and no other
 * project does (I16).
 */
export function unlistedProjects(facts: CompromiseFacts & { inventory: Inventory; now: number }): Blocked[] {
  const unlisted = facts.inventory.projects.filter((project) => project.unlisted !== undefined);
  const [first] = unlisted;
  if (!first) return [];
  const scopes = unlisted.map(({ projectId }) => projectId);
  const named = facts.request.mode === 'emergency' ? facts.request.anchors : [];
  const lasting = [...indexAnchors(facts.inventory).anchors.values()].filter(
    ({ anchorId, expiresAt }) => expiresAt > facts.now && isCompromised(anchorId, facts),
  );
  const known = [...lasting, ...activeCompromised(facts)].map(({ anchorId }) => anchorId);
  const anchors = new Set([...named, ...known]);
  return [...anchors].map((anchor) => ({
    ...{ anchor, scopes, unseen: true },
    reason: `${firstFew(scopes, 5).join(', ')} could not be listed, so whether ${anchor} is active there is not known; a run looks again within minutes, then ever later up to an hour (${first.unlisted})`,
  }));
}

/**
 * Tells of due anchors that may be active in projects that could not be listed. Nothing is done there until
 * they are listed, and everywhere else it is done (rule 3, I9, I17). Compromised anchors are told of by
 * {@link unlistedProjects}.
 */
export function dueButUnlisted(facts: PlanningFacts): Blocked[] {
  const { inventory, policy, now } = facts;
  const unlisted = inventory.projects.filter((project) => project.unlisted !== undefined);
  const [first] = unlisted;
  if (!first) return [];
  const scopes = unlisted.map(({ projectId }) => projectId);
  return [...indexAnchors(inventory).anchors.values()]
    .filter((anchor) => dueAt(anchor, policy) <= now && anchor.expiresAt > now)
    .filter(({ anchorId }) => !policy.hold.includes(anchorId) && !isCompromised(anchorId, facts))
    .map(({ anchorId }) => ({
      ...{ anchor: anchorId, scopes, unseen: true },
      reason: `${firstFew(scopes, 5).join(', ')} could not be listed, so whether ${anchorId} is active there is not known, and nothing is done there: see that the API answers for it (${first.unlisted})`,
    }));
}
