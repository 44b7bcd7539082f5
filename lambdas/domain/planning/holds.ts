import { activeSetOf, ORGANIZATION, type Scope } from '../anchor.ts';
import { type ClientFacts, leafIn } from '../client.ts';
import { instant } from '../instant.ts';
import { missingWitnesses } from '../witnesses/concern.ts';
import { allowedFor } from './allowances.ts';
import { type Hold, nobodyProves } from './blocked-by.ts';
import { isCompromised, isUnread } from './compromise.ts';
import { shutBy } from './direct-path.ts';
import { type PlanningFacts, type Succession, successionsByScope } from './facts.ts';
import { type LostHold, waitsForHold } from './names.ts';
import {
  type Lasting,
  leadsTo,
  type Moved,
  mayBelongTo,
  otherWaysIn,
  provingLeaf,
  reaching,
  unplaced,
} from './readiness.ts';
import { type IsHeld, type TrustedAfter, trustAfterCut } from './trust-after-cut.ts';

/** What decides which cuts wait. */
export type HoldFacts = PlanningFacts & {
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
  facts: HoldFacts,
  { lasting, ...moves }: { lasting: Lasting } & Moved,
): Hold[] {
  const holds: Hold[] = [];
  const isHeld = heldBy(holds);
  const trustedAfter = trustAfterCut(rotating, facts, isHeld);
  const byScope = successionsByScope(rotating);
  const projects = [...byScope.keys()].filter((scope) => scope !== ORGANIZATION);
  for (const scope of [...projects, ...(byScope.has(ORGANIZATION) ? [ORGANIZATION] : [])]) {
    const here = byScope.get(scope) ?? [];
    holds.push(...here.flatMap((one) => holdsIn(scope, one, facts, { trustedAfter, lasting, ...moves })));
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
  facts: HoldFacts,
  around: { trustedAfter: TrustedAfter; lasting: Lasting } & Moved,
): Hold[] {
  const { inventory, clients, policy, lostHolds = [] } = facts;
  // What an earlier run has cut there is only confirmed.
  if (!activeSetOf(inventory, scope).has(succession.retiring.anchorId)) return [];
  // A hold that protects nothing keeps what it may have meant from being cut; an emergency waits for nothing (I5, I17).
  const waits = isCompromised(succession.retiring.anchorId, facts)
    ? null
    : waitsForHold(lostHolds, succession.authority);
  if (waits) return [{ succession, scope, reason: waits }];
  const concerned = reaching(clients, scope);
  const strays = scope === ORGANIZATION ? (facts.absent ?? []) : [];
  const { leaveBehind } = allowedFor(succession.retiring.anchorId, facts);
  const isUnreadAnchor = isUnread(succession.retiring.anchorId, facts);
  const locked = [...concerned, ...strays]
    .filter(({ name }) => !leaveBehind.has(name))
    .flatMap((client): Hold[] => {
      const lost = losesItsLastWayIn(client, scope, succession, {
        ...around,
        facts,
        isUnread: isUnreadAnchor,
      });
      const reason = lost && (strays.includes(client) ? misplaced(client, lost) : lost);
      return reason ? [{ succession, scope, client: client.name, reason }] : [];
    });
  const until = around.lasting(succession);
  const unwitnessed = missingWitnesses(succession, scope, facts, until).map((one) => ({
    succession,
    scope,
    ...one,
  }));
  // A client that is about to be moved proves nothing by the leaf that it leaves.
  const atTheCut = concerned.map((client) =>
    around.moved.has(client.name) ? { ...client, running: null } : client,
  );
  const isProvable = atTheCut.some((client) => provingLeaf(client, succession, until, facts));
  // Clients that have yet to be made ready will prove the successor then.
  const isAsked = policy.evidence === 'probe' && !mayGoByListing(scope, succession.retiring.anchorId, facts);
  if (locked.length > 0 || isProvable || !isAsked) return [...unwitnessed, ...locked];
  return [...unwitnessed, { succession, scope, isUnprovable: true, reason: nobodyProves(scope, succession) }];
}

/** Scopes in which policy, or an emergency, lets an anchor be cut on the listing alone. */
export const mayGoByListing = (scope: Scope, retiring: string, facts: PlanningFacts): boolean =>
  facts.policy.listingScopes.includes(scope) || allowedFor(retiring, facts).onListing(scope);

/** Why a client would be locked out by this very cut, or may be, with what to do; null when it would not. */
function losesItsLastWayIn(
  client: ClientFacts,
  scope: Scope,
  succession: Succession,
  {
    trustedAfter,
    movedIn,
    lasting,
    facts,
    isUnread,
  }: { trustedAfter: TrustedAfter; lasting: Lasting; facts: PlanningFacts; isUnread: boolean } & Moved,
): string | null {
  const { retiring, successor } = succession;
  // By the time of the cut this client runs on the leaf that is staged now, which leads to some successor.
  if (movedIn(scope).has(client.name)) return null;
  const lost = unplaced(client);
  const wanted = successor.name ? `${successor.anchorId} (${successor.name})` : successor.anchorId;
  const remedy = `stage a leaf for client ${client.name} that chains to ${wanted}`;
  if (lost !== null)
    return mayBelongTo(client, succession)
      ? `client ${client.name} may run on ${retiring.anchorId}: ${lost}. Repair its secret, or ${remedy}, or state its authority in the configuration`
      : null;
  const running = leafIn(client.running);
  const leads = leadsTo(running, retiring.anchorId);
  // Any leaf may lead to an anchor whose certificate could not be read, though it leads to a second upload of that key (I9).
  if (!running || !(leads || (isUnread && mayBelongTo(client, succession)))) return null;
  const until = lasting(succession);
  if (otherWaysIn(running, succession, trustedAfter(client.project, scope, succession), until).length > 0)
    return null;
  if (!leads)
    return `client ${client.name} may run on ${retiring.anchorId}, whose certificate could not be read, and has no other way in: ${remedy}, or start a new run once the API shows that certificate`;
  return `client ${client.name} runs on ${retiring.anchorId} and ${stagedState(client, succession, { ...facts, until })}: ${remedy}`;
}

/** Nobody moves a client whose project is not there, and nobody could prove it. */
const misplaced = ({ name, project }: ClientFacts, lost: string): string =>
  `client ${name} names project ${project}, which does not exist or is archived: correct its project, or take the client out of the configuration (${lost})`;

/** What is staged for a client, and why it cannot move there. Times are Unix seconds. */
function stagedState(
  { staged, project, stagedLabel = 'AWSPENDING' }: ClientFacts,
  succession: Succession,
  facts: PlanningFacts & { until: number },
): string {
  const { until } = facts;
  const successorId = succession.successor.anchorId;
  if (staged === null) return `no leaf is staged as ${stagedLabel}`;
  if ('unknown' in staged) return `what is staged as ${stagedLabel} cannot be read: ${staged.unknown}`;
  if (staged.problems.length > 0)
    return `the leaf staged as ${stagedLabel} cannot be used: ${staged.problems.join(', ')}`;
  if (!staged.chainsTo.includes(successorId))
    return `the leaf staged as ${stagedLabel} does not chain to ${successorId}`;
  const ends = staged.validUntil[successorId];
  const { expiresAt } = succession.successor;
  if (expiresAt <= until)
    return `${successorId} itself ends at ${instant(expiresAt)}, before ${instant(until)}, until when it is relied on`;
  if (ends === undefined)
    return `the leaf staged as ${stagedLabel} cannot be used: ${staged.pathProblems[successorId] ?? 'no path is valid'}`;
  const shut = shutBy(staged, project, succession, facts);
  if (shut !== null) return `the leaf staged as ${stagedLabel} would be turned away: ${shut}`;
  return `the leaf staged as ${stagedLabel}, or an intermediate of it, ends at ${instant(ends)}, before ${instant(until)}, until when it is relied on`;
}
