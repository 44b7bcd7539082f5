import { ORGANIZATION, ownListingIn, type Scope } from '../anchor.ts';
import type { Hold } from '../blocked/blocked-by.ts';
import { heldBy } from '../blocked/holds.ts';
import { awaitedIn, withBeside } from '../blocked/on-what-is-cut.ts';
import { stricter } from '../cut/excuse.ts';
import { oldIn, withCutElsewhere, withCutHere } from '../cut/old-leaves.ts';
import { type ClientFacts, leafIn } from '../leaf/client-facts.ts';
import { isLeafOf } from '../leaf/leaf-facts.ts';
import { once } from '../once.ts';
import { unprovenAt } from '../overlap/unproven.ts';
import { hangingHere } from '../own-listing/hanging-here.ts';
import type { ClientCheck } from '../plan-document/client-check.ts';
import type { ScopePlan } from '../plan-document/scope-plan.ts';
import { idsOf } from '../succession/resume.ts';
import { witnessChecks } from '../witnesses/concern.ts';
import { allowedFor } from './allowances.ts';
import { type Check, checksFor, tellingOthers, withExcuses, withoutOutside } from './checks.ts';
import { isCompromised, isUnread } from './compromise.ts';
import {
  indexAnchors,
  type Lasting,
  type PlanningFacts,
  type Succession,
  successionsByScope,
  unconfirmedIn,
} from './facts.ts';
import { reaching } from './reach.ts';
import type { Moved } from './readiness/moves.ts';
import { isAskedFirst, runningLeavesOf, withInUse } from './running-leaves.ts';
import { leftBehindBy, promotionsOf, reliesOf, strandedIn } from './scope-clients.ts';
import { straysOf } from './strays.ts';
import { goesAtOnce, trustAfterCut, trustInOverlap } from './trust-after-cut.ts';

/**
 * Returns each scope's share of a rotation: what retires there in favour of what, what may not be cut, and
 * which clients prove it.
 */
export function planScopes(
  rotating: readonly Succession[],
  facts: PlanningFacts & { clients: readonly ClientFacts[]; absent?: readonly ClientFacts[] },
  { holds, moved, movedIn, lasting }: { holds: readonly Hold[]; lasting: Lasting } & Moved,
): ScopePlan[] {
  const { clients, policy } = facts;
  const isHeld = heldBy(holds);
  const atOnce = goesAtOnce(rotating, facts);
  const around = {
    trustedAfter: trustAfterCut(rotating, facts, isHeld),
    inOverlap: trustInOverlap(rotating, facts),
    isUnread: (anchorId: string) => isUnread(anchorId, facts),
    ...{ moved, movedIn, lasting, facts },
  };
  const byScope = successionsByScope(rotating);
  const unseen = ownListingIn(facts.inventory);
  const uploads = [...indexAnchors(facts.inventory).anchors.keys()];
  const cutIn = (scope: Scope): string[] =>
    (byScope.get(scope) ?? []).flatMap((one) => (isHeld(one, scope) ? [] : one.retiring.anchorId));
  // A client that a person allowed to lock out keeps no cut waiting (I6).
  const isLeftBehind = ({ name }: ClientFacts, { retiring }: Succession): boolean =>
    allowedFor(retiring.anchorId, facts).leaveBehind.has(name);
  return [...byScope].map(([scope, successions]): ScopePlan => {
    // Filtered once for each scope: a plan has thousands of scopes as well as of clients.
    const here = reaching(clients, scope);
    const factsHere = { ...facts, clients: here };
    const remaining = (one: Succession) => here.filter((client) => !isLeftBehind(client, one));
    const found = successions.flatMap((one) => {
      const judging = withoutOutside(checksFor(one, scope, clients, around), scope, one, facts);
      return withExcuses(judging, scope, one, facts);
    });
    const unproven = successions.map(({ successor }) =>
      unprovenAt(
        found.filter(({ check }) => check.successor === successor.anchorId),
        facts,
      ),
    );
    const isProven = unproven.every((hosts) => hosts?.length === 0);
    const isSomewhere = unproven.every((hosts) => hosts !== null);
    const isByListing = policy.evidence === 'probe' && !isProven;
    const cut = successions.filter((one) => !isHeld(one, scope));
    // Where nobody proves the scope, nothing shows that hosts have heard of the successor, whatever a check
    // says.
    const told = isProven ? found.map(tellingOthers) : found;
    const each = withBeside(oneByClient(told, here), cut, scope, clients, around);
    const own = withInUse(withCutHere(each, cut, here), scope, successions, facts);
    // In waves the organization is cut last. A project that halted may not have been cut before it.
    const checks = atOnce || scope === ORGANIZATION ? withCutElsewhere(own, scope, factsHere, cutIn) : own;
    const witnesses = witnessChecks(successions, scope, facts, {
      lasting,
      isHeld,
      cutIn,
      isAnyOrder: atOnce,
    });
    const relying = reliesOf(cut, scope, clients, { ...around, isLeftBehind });
    const running = runningLeavesOf({ scope, successions, cut, checks, ...relying }, facts);
    const moves = once(() => promotionsOf([{ checks, successions: successions.map(idsOf) }], factsHere));
    return {
      scope,
      successions: successions.map((one) => ({
        ...idsOf(one),
        ...keyOf(one.successor.anchorId, facts),
        ...(isCompromised(one.retiring.anchorId, facts) && { compromised: true }),
        ...(isAskedFirst(one, scope, facts) && { askedFirst: true }),
        ...(one.widened && { widened: true }),
        ...(unconfirmedIn(scope, one, facts) && { cutBefore: true }),
        ...(isHeld(one, scope) && { held: true }),
        ...(!isHeld(one, scope) && strandedIn(one, scope, remaining(one), around)),
      })),
      checks,
      ...(witnesses.length > 0 && { witnesses }),
      // Where each scope goes by itself, it moves its own clients.
      ...(atOnce ? { promotions: moves() } : awaitedIn(cut, scope, clients, around)),
      ...(running.length > 0 && { runningLeaves: running }),
      ...relying,
      ...straysOf(cut, scope, facts),
      ...leftBehindBy(cut, here, facts),
      ...(isByListing && { evidence: 'listing' as const }),
      ...(isByListing &&
        isSomewhere && { unprovenAt: [...new Set(unproven.flatMap((hosts) => hosts ?? []))] }),
      ...(unseen.has(scope) && {
        ownListing: true,
        uploads,
        ...hangingHere(moves(), successions, facts, here),
      }),
      ...(scope === ORGANIZATION && unseen.size > 0 && { leavesToOwnListings: true }),
    };
  });
}

const keyOf = (successor: string, { keys }: PlanningFacts): { successorKey?: string } => {
  const digest = keys?.get(successor)?.digest;
  return digest === undefined ? {} : { successorKey: digest };
};

/**
 * Keeps one check for each client and successor, although several anchors may retire in that successor's
 * favour. The check that knows the client's retiring leaf is kept, so that its refusal is proven. The leaf
 * that the client runs on goes before its previous leaf, which no version of its secret holds once the client
 * is moved.
 */
function oneByClient(checks: readonly Check[], clients: readonly ClientFacts[]): ClientCheck[] {
  const running = new Map(clients.map((client) => [client.name, leafIn(client.running)]));
  const kept = new Map<string, ClientCheck>();
  for (const { check } of checks) {
    const key = `${check.client} ${check.successor}`;
    const runsOnIt = isLeafOf(running.get(check.client) ?? null, oldIn(check));
    const before = kept.get(key);
    const { excused: _, outlived: __, ...own } = before?.retiringLeaf && !runsOnIt ? before : check;
    const outlived = before && !before.outlived ? undefined : check.outlived;
    const excuse = stricter(check.excused, before ? before.excused : check.excused);
    kept.set(key, { ...own, ...excuse, ...(outlived !== undefined && { outlived }) });
  }
  return [...kept.values()];
}
