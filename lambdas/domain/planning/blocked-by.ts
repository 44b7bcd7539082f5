import type { Inventory, Scope } from '../anchor.ts';
import type { ClientFacts, Holding } from '../client.ts';
import { firstFew } from '../first-few.ts';
import type { Blocked } from '../plan-document.ts';
import {
  activeCompromised,
  type CompromiseFacts,
  isCompromised,
  isKeyUnknown,
  suspectAnchors,
  vouchingAnchors,
} from './compromise.ts';
import { dueAt, indexAnchors, type PlanningFacts, type Succession } from './facts.ts';

/** A cut that may not be made: which succession, in which scope, for whom and why (rule 3). */
export type Hold = {
  succession: Succession;
  scope: Scope;
  client?: string;
  /** The witness that nobody can look at. */
  witness?: string;
  isUnprovable?: true;
  reason: string;
};

/** Why a cut waits that nobody can prove, with what to do; `scope` may name several. */
export const nobodyProves = (scope: Scope, { retiring, successor }: Succession): string =>
  `no configured client can prove ${successor.anchorId} in ${scope}, so ${retiring.anchorId} is not cut there: configure a client of that scope with a leaf of the successor staged, or name the scope in policy.listingScopes, and in an emergency by --on-listing, to rotate it without a proof on the wire`;

/** Clients that are told of one by one for each anchor; the plan has to be carried, and the first few are what to begin with. */
const MOST_NAMED = 5;

/** What is blocked: one entry for each anchor and client, and one for all scopes of an anchor that nobody can prove. */
export function blockedBy(holds: readonly Hold[]): Blocked[] {
  const byAnchor = Map.groupBy(holds, ({ succession }) => succession.retiring.anchorId);
  return [...byAnchor].flatMap(([anchor, ofAnchor]): Blocked[] => {
    const groups = Map.groupBy(ofAnchor, ({ client, witness, isUnprovable, reason }) =>
      JSON.stringify(client ?? (witness ? [witness, reason] : isUnprovable ? [] : [reason])),
    );
    const entries = [...groups.values()].flatMap((group) => entryOf(anchor, group));
    const clients = entries.filter(({ client }) => client !== undefined);
    const others = entries.filter(({ client }) => client === undefined);
    return [...others, ...clients.slice(0, MOST_NAMED), ...restOf(anchor, clients.slice(MOST_NAMED))];
  });
}

function entryOf(anchor: string, group: readonly Hold[]): Blocked[] {
  const [first] = group;
  if (!first) return [];
  const { succession, client, witness, isUnprovable, reason } = first;
  const scopes = [...new Set(group.map(({ scope }) => scope))];
  const why = isUnprovable ? nobodyProves(firstFew(scopes, 10).join(', '), succession) : reason;
  return [
    {
      anchor,
      reason: why,
      scopes,
      ...(client && { client }),
      ...(witness && { witness }),
    },
  ];
}

function restOf(anchor: string, clients: readonly Blocked[]): Blocked[] {
  const names = clients.flatMap(({ client }) => client ?? []);
  if (names.length === 0) return [];
  return [
    {
      anchor,
      clients: names,
      reason: `and ${names.length} more clients have nothing to move to: ${firstFew(names, 20).join(', ')}`,
    },
  ];
}

/** Active anchors that vouch for a compromised key: nobody may cut them unasked, and a leaf of that key gets in (I15). */
export const vouchedFor = (facts: Parameters<typeof vouchingAnchors>[0]): Blocked[] =>
  vouchingAnchors(facts).map(({ anchorId, scopes }) => ({
    anchor: anchorId,
    scopes,
    reason: `${anchorId} is active in ${firstFew(scopes, 5).join(', ')} and has signed a certificate for a compromised key, so leaves of that key get in by it: deactivate ${anchorId} there once its own clients have another way in, or name it in an emergency`,
  }));

/** Whether a leaf of a compromised key gets in by these, nobody knows (I9, I15). */
export const suspected = (facts: Parameters<typeof suspectAnchors>[0]): Blocked[] =>
  suspectAnchors(facts).map(({ anchorId, scopes }) => ({
    anchor: anchorId,
    scopes,
    reason: `${anchorId} is active in ${firstFew(scopes, 5).join(', ')}, and its certificate could not be read: it may have a compromised key. Look at it in the vendor's console; where it is an upload of that key, name it in an emergency`,
  }));

/** Named anchors that are active nowhere, and whose key another may have that nobody can tell (I9, I15). */
export const unknownKeys = (
  facts: Parameters<typeof isKeyUnknown>[1] & { inventory: Inventory },
): Blocked[] => {
  const { anchors, activeIn } = indexAnchors(facts.inventory);
  return [...anchors.keys()]
    .filter((id) => isKeyUnknown(id, facts) && !activeIn.has(id))
    .map((anchor) => ({
      anchor,
      reason: `${anchor} is named as compromised and its certificate cannot be read: whether another anchor with its key is active is not known. Look at it in the vendor's console; where one is, name it in an emergency`,
    }));
};

/** What is compromised and not cut by this run, nor told yet: nothing ends green while it is active (I15). */
export const leftToTheNext = (
  facts: Parameters<typeof activeCompromised>[0],
  told: ReadonlySet<string>,
): Blocked[] =>
  activeCompromised(facts)
    .filter(({ anchorId }) => !told.has(anchorId))
    .map(({ anchorId, scopes }) => ({
      anchor: anchorId,
      scopes,
      reason: `${anchorId} has a key that an earlier emergency named, and is still active in ${firstFew(scopes, 5).join(', ')}: the next run comes within minutes and cuts it, or says what keeps it`,
    }));

/**
 * Clients whose secret did not answer where something compromised is to be cut: what they hold may vouch for that key, or be what
 * has to be refused, and nobody knows (I9, I15). It passes by itself, so that a run comes for it soon.
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
  return activeCompromised(facts).map(({ anchorId }) => ({
    anchor: anchorId,
    reason: `what ${names.join(', ')} ${silent.length > 1 ? 'hold' : 'holds'} could not be read, so whether ${anchorId} is refused everywhere is not known; the next run comes within minutes`,
  }));
}

/**
 * Projects that could not be listed: whether what is compromised is active there, nobody knows (I9). Each waits for its own
 * listing, and none of the others does (I16).
 */
export function unlistedProjects(facts: CompromiseFacts & { inventory: Inventory }): Blocked[] {
  const unlisted = facts.inventory.projects.filter((project) => project.unlisted !== undefined);
  const [first] = unlisted;
  if (!first) return [];
  const scopes = unlisted.map(({ projectId }) => projectId);
  const named = facts.request.mode === 'emergency' ? facts.request.anchors : [];
  const anchors = new Set([...named, ...activeCompromised(facts).map(({ anchorId }) => anchorId)]);
  return [...anchors].map((anchor) => ({
    anchor,
    scopes,
    reason: `${firstFew(scopes, 5).join(', ')} could not be listed, so whether ${anchor} is active there is not known; the next run comes within minutes (${first.unlisted})`,
  }));
}

/**
 * Due anchors that may be active in projects that could not be listed: there nothing is done before they are, and everywhere else it is
 * (rule 3, I9, I17). What is compromised is told of by {@link unlistedProjects}.
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
      anchor: anchorId,
      scopes,
      reason: `${firstFew(scopes, 5).join(', ')} could not be listed, so whether ${anchorId} is active there is not known, and nothing is done there: see that the API answers for it (${first.unlisted})`,
    }));
}

/** What has failed for days and lets others go ahead: a soak of theirs must not hide it (rule 3, I13). */
export const goingBehind = (successions: readonly Succession[]): Blocked[] =>
  successions.map(({ retiring, successor, scopes }) => ({
    anchor: retiring.anchorId,
    scopes: [...scopes],
    reason: `${retiring.anchorId} could not be replaced by ${successor.anchorId} for three days, so that what else is due goes first, and soaks first: see by windlass history what keeps it, and mend that`,
  }));
