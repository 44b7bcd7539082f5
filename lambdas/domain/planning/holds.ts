import { activeSetOf, ORGANIZATION, type Scope } from '../anchor.ts';
import { type ClientFacts, leafIn } from '../client.ts';
import type { Blocked } from '../document.ts';
import { firstFew } from '../first-few.ts';
import { instant } from '../instant.ts';
import { isCompromised } from './compromise.ts';
import { type PlanningFacts, type Succession, successionsByScope } from './facts.ts';
import { type LostHold, waitsForHold } from './names.ts';
import {
  type Lasting,
  leadsTo,
  mayBelongTo,
  otherWaysIn,
  provingLeaf,
  reaching,
  unplaced,
} from './readiness.ts';
import { type IsHeld, type TrustedAfter, trustAfterCut } from './trust-after-cut.ts';

/** A cut that may not be made: which succession, in which scope, for whom and why (rule 3). */
export type Hold = {
  succession: Succession;
  scope: Scope;
  client?: string;
  isUnprovable?: true;
  reason: string;
};

type Facts = PlanningFacts & {
  clients: readonly ClientFacts[];
  /** Clients whose project is not listed: archived, or misspelt, and then they may enter anywhere by the organization. */
  absent?: readonly ClientFacts[];
  lostHolds?: readonly LostHold[];
};

/**
 * The cuts that some client would lose its last way in by, or that nobody can prove. Projects are looked at before the
 * organization, since what is held in a project stays a way in for its clients.
 */
export function holdsOf(
  rotating: readonly Succession[],
  facts: Facts,
  { moved, lasting }: { moved: ReadonlySet<string>; lasting: Lasting },
): Hold[] {
  const holds: Hold[] = [];
  const isHeld = heldBy(holds);
  const trustedAfter = trustAfterCut(facts.inventory, rotating, facts.now, isHeld);
  const byScope = successionsByScope(rotating);
  const projects = [...byScope.keys()].filter((scope) => scope !== ORGANIZATION);
  for (const scope of [...projects, ...(byScope.has(ORGANIZATION) ? [ORGANIZATION] : [])]) {
    const here = byScope.get(scope) ?? [];
    holds.push(...here.flatMap((one) => holdsIn(scope, one, facts, { trustedAfter, moved, lasting })));
  }
  return holds;
}

/** Tells what is held by a list of holds, which may grow meanwhile. */
export function heldBy(holds: readonly Hold[]): IsHeld {
  const known = new Map<Scope, Set<Succession>>();
  let read = 0;
  return (one, scope) => {
    for (; read < holds.length; read++) {
      const hold = holds[read];
      if (hold) known.set(hold.scope, (known.get(hold.scope) ?? new Set()).add(hold.succession));
    }
    return known.get(scope)?.has(one) ?? false;
  };
}

function holdsIn(
  scope: Scope,
  succession: Succession,
  facts: Facts,
  around: { trustedAfter: TrustedAfter; moved: ReadonlySet<string>; lasting: Lasting },
): Hold[] {
  const { inventory, clients, request, policy, lostHolds = [] } = facts;
  // What an earlier run has cut there is only confirmed.
  if (!activeSetOf(inventory, scope).has(succession.retiring.anchorId)) return [];
  const leftBehind = request.mode === 'emergency' ? (request.leaveBehind ?? []) : [];
  // A hold that protects nothing keeps what it may have meant from being cut; an emergency waits for nothing (I5, I17).
  const waits = isCompromised(succession.retiring.anchorId, facts)
    ? null
    : waitsForHold(lostHolds, succession.authority);
  if (waits) return [{ succession, scope, reason: waits }];
  const concerned = reaching(clients, scope);
  const strays = scope === ORGANIZATION ? (facts.absent ?? []) : [];
  const locked = [...concerned, ...strays]
    .filter(({ name }) => !leftBehind.includes(name))
    .flatMap((client): Hold[] => {
      const lost = losesItsLastWayIn(client, scope, succession, around);
      const reason = lost && (strays.includes(client) ? misplaced(client, lost) : lost);
      return reason ? [{ succession, scope, client: client.name, reason }] : [];
    });
  const until = around.lasting(succession);
  // A client that is about to be moved proves nothing by the leaf that it leaves.
  const atTheCut = concerned.map((client) =>
    around.moved.has(client.name) ? { ...client, running: null } : client,
  );
  const isProvable = atTheCut.some((client) => provingLeaf(client, succession, until));
  // Clients that have yet to be made ready will prove the successor then.
  if (locked.length > 0 || isProvable || policy.evidence === 'listing' || mayGoByListing(scope, facts))
    return locked;
  return [{ succession, scope, isUnprovable: true, reason: nobodyProves(scope, succession) }];
}

/** Scopes that policy, or an emergency, lets be cut on the listing alone. */
export function mayGoByListing(scope: Scope, { policy, request }: PlanningFacts): boolean {
  const onListing = request.mode === 'emergency' ? (request.onListing ?? []) : [];
  return policy.listingScopes.includes(scope) || onListing === 'all' || onListing.includes(scope);
}

/** Why a client would be locked out by this very cut, or may be, with what to do; null when it would not. */
function losesItsLastWayIn(
  client: ClientFacts,
  scope: Scope,
  succession: Succession,
  {
    trustedAfter,
    moved,
    lasting,
  }: { trustedAfter: TrustedAfter; moved: ReadonlySet<string>; lasting: Lasting },
): string | null {
  const { retiring, successor } = succession;
  // By the time of the cut this client runs on the leaf that is staged now, which leads to some successor.
  if (moved.has(client.name)) return null;
  const lost = unplaced(client);
  const wanted = successor.name ? `${successor.anchorId} (${successor.name})` : successor.anchorId;
  const remedy = `stage a leaf for client ${client.name} that chains to ${wanted}`;
  if (lost !== null)
    return mayBelongTo(client, succession)
      ? `client ${client.name} may run on ${retiring.anchorId}: ${lost}. Repair its secret, or ${remedy}, or state its authority in the configuration`
      : null;
  const running = leafIn(client.running);
  if (!running || !leadsTo(running, retiring.anchorId)) return null;
  const until = lasting(succession);
  if (otherWaysIn(running, succession, trustedAfter(client.project, scope), until).length > 0) return null;
  return `client ${client.name} runs on ${retiring.anchorId} and ${stagedState(client, successor.anchorId, until)}: ${remedy}`;
}

/** Nobody moves a client whose project is not there, and nobody could prove it. */
const misplaced = ({ name, project }: ClientFacts, lost: string): string =>
  `client ${name} names project ${project}, which does not exist or is archived: correct its project, or take the client out of the configuration (${lost})`;

/** What is staged for a client, and why it cannot move there. Times are Unix seconds. */
function stagedState(
  { staged, stagedLabel = 'AWSPENDING' }: ClientFacts,
  successorId: string,
  until: number,
): string {
  if (staged === null) return `no leaf is staged as ${stagedLabel}`;
  if ('unknown' in staged) return `what is staged as ${stagedLabel} cannot be read: ${staged.unknown}`;
  if (staged.problems.length > 0)
    return `the leaf staged as ${stagedLabel} cannot be used: ${staged.problems.join(', ')}`;
  if (!staged.chainsTo.includes(successorId))
    return `the leaf staged as ${stagedLabel} does not chain to ${successorId}`;
  const ends = staged.validUntil[successorId];
  if (ends === undefined)
    return `the leaf staged as ${stagedLabel} cannot be used: ${staged.pathProblems[successorId] ?? 'no path is valid'}`;
  return `the leaf staged as ${stagedLabel}, or an intermediate of it, ends at ${instant(ends)}, before ${instant(until)}, until when it is relied on`;
}

const nobodyProves = (scope: Scope, { retiring, successor }: Succession): string =>
  `no configured client can prove ${successor.anchorId} in ${scope}, so ${retiring.anchorId} is not cut there: configure a client of that scope with a leaf of the successor staged, or name the scope in policy.listingScopes to rotate it without a proof on the wire`;

/** Clients that are named one by one for each anchor; the plan has to be carried, and the first few are what to begin with. */
const MOST_NAMED = 5;

/** What is blocked: one entry for each anchor and client, and one for all scopes of an anchor that nobody can prove. */
export function blockedBy(holds: readonly Hold[]): Blocked[] {
  const byAnchor = Map.groupBy(holds, ({ succession }) => succession.retiring.anchorId);
  return [...byAnchor].flatMap(([anchor, ofAnchor]): Blocked[] => {
    const groups = Map.groupBy(ofAnchor, ({ client, isUnprovable, reason }) =>
      JSON.stringify(client ?? (isUnprovable ? [] : [reason])),
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
  const { succession, client, isUnprovable, reason } = first;
  const scopes = [...new Set(group.map(({ scope }) => scope))];
  const why = isUnprovable ? nobodyProves(firstFew(scopes, 10).join(', '), succession) : reason;
  return [{ anchor, reason: why, scopes: firstFew(scopes, 20), ...(client && { client }) }];
}

function restOf(anchor: string, clients: readonly Blocked[]): Blocked[] {
  const names = clients.flatMap(({ client }) => client ?? []);
  if (names.length === 0) return [];
  return [
    {
      anchor,
      reason: `and ${names.length} more clients have nothing to move to: ${firstFew(names, 20).join(', ')}`,
    },
  ];
}
