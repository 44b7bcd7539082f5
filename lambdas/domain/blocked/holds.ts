import { activeSetOf, ORGANIZATION, type Scope } from '../anchor.ts';
import type { ClientFacts } from '../leaf/client-facts.ts';
import { allowedFor, mayGoByListing } from '../planning/allowances.ts';
import { isCompromised, isUnread } from '../planning/compromise.ts';
import { type Lasting, type PlanningFacts, type Succession, successionsByScope } from '../planning/facts.ts';
import { losesItsLastWayIn, misplaced } from '../planning/last-way-in.ts';
import { type LostHold, waitsForHold } from '../planning/names.ts';
import { reaching } from '../planning/reach.ts';
import { type Moved, provingAtTheCut } from '../planning/readiness/moves.ts';
import { provingLeaf } from '../planning/readiness/proving-leaf.ts';
import { straysAt } from '../planning/strays.ts';
import {
  type Cutting,
  goneAfter,
  type IsHeld,
  type TrustedAfter,
  trustAfterCut,
} from '../planning/trust-after-cut.ts';
import { missingWitnesses } from '../witnesses/concern.ts';
import { endsTooSoon, type Hold, nobodyProves } from './blocked-by.ts';
import { shutsItselfOut } from './own-way-in.ts';

/** The facts that decide which cuts wait. */
export type HoldFacts = PlanningFacts & {
  clients: readonly ClientFacts[];
  /** Clients whose project is not listed. */
  absent?: readonly ClientFacts[];
  lostHolds?: readonly LostHold[];
};

/**
 * Returns the cuts by which a client would lose its last way in, or that nobody can prove. Projects come
 * before the organization, since an anchor that is held in a project stays a way in for its clients.
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
    // An anchor that an earlier run has cut there is only confirmed.
    const here = (byScope.get(scope) ?? []).filter((one) =>
      activeSetOf(facts.inventory, scope).has(one.retiring.anchorId),
    );
    holds.push(...here.flatMap((one) => holdsIn(scope, one, facts, { trustedAfter, lasting, ...moves })));
    holds.push(...unwitnessedIn(scope, here, { rotating, facts, lasting, isHeld }));
  }
  return holds;
}

/**
 * Returns a function that tells whether a list of holds has a succession in a scope. The list may grow
 * meanwhile.
 */
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
  const { clients, policy, lostHolds = [] } = facts;
  // A hold on an id that does not exist may have meant this anchor, so its cut waits. An emergency waits for
  // no such hold (I5, I17).
  const waits = isCompromised(succession.retiring.anchorId, facts)
    ? null
    : waitsForHold(lostHolds, succession.authority);
  if (waits) return [{ succession, scope, reason: waits }];
  const shutOut = shutsItselfOut(scope, succession, facts, around.trustedAfter);
  if (shutOut !== null) return [{ succession, scope, reason: shutOut }];
  const concerned = reaching(clients, scope);
  const strays = straysAt(scope, succession, facts);
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
      if (lost === null) return [];
      const about = { succession, scope, client: client.name };
      const stray = strays.includes(client) && facts.absent?.find(({ name }) => name === client.name);
      if (stray) return [{ ...about, reason: misplaced(stray, lost) }];
      return [{ ...about, ...lost }];
    });
  const isProvable = concerned.some((client) => provingAtTheCut(client, succession, around, facts));
  // Clients that still have to be made ready will prove the successor then.
  const isAsked = policy.evidence === 'probe' && !mayGoByListing(scope, succession.retiring.anchorId, facts);
  if (locked.length > 0 || isProvable) return locked;
  const ends = endsTooSoon(succession, around.lasting(succession), facts);
  if (ends !== null) return [{ succession, scope, reason: ends }];
  if (!isAsked) return [];
  // A client that another succession moves runs on its staged leaf by then.
  const atTheCut = (client: ClientFacts): ClientFacts =>
    around.moved.has(client.name) ? { ...client, running: null } : client;
  const tooShort = concerned
    .filter((client) => provingLeaf(atTheCut(client), succession, facts.now, facts))
    .map((client) => ({ client: client.name, until: around.lasting(succession, client) }));
  return [{ succession, scope, tooShort, reason: nobodyProves(scope, succession, tooShort) }];
}

/**
 * Returns the cuts of a scope that wait for its witnesses. An anchor whose cut is held may still decide about
 * a witness (F7), whether it is held for a client or for another witness. So this repeats until no other cut
 * waits.
 */
function unwitnessedIn(
  scope: Scope,
  here: readonly Succession[],
  { lasting, ...cutting }: Cutting & { lasting: Lasting },
): Hold[] {
  let found: Hold[] = [];
  for (;;) {
    const waiting = new Set(found.map(({ succession }) => succession));
    const isStanding: IsHeld = (one, where) =>
      cutting.isHeld(one, where) || (where === scope && waiting.has(one));
    const now = here.flatMap((succession): Hold[] => {
      const isGone = goneAfter(succession, scope, { ...cutting, isHeld: isStanding });
      const until = lasting(succession);
      const missing = missingWitnesses(succession, scope, { ...cutting.facts, until, isGone });
      return missing.map((one) => ({ succession, scope, ...one }));
    });
    if (now.length === found.length) return found;
    found = now;
  }
}
