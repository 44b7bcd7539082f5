import { ORGANIZATION, otherScope, type Scope, unlistedIn } from '../anchor.ts';
import { type ClientFacts, leafIn } from '../client.ts';
import type { ClientCheck, Plan, ScopePlan, Wave } from '../plan-document.ts';
import { idsOf } from '../succession/resume.ts';
import { witnessChecks } from '../witnesses/concern.ts';
import { allowedFor } from './allowances.ts';
import type { Hold } from './blocked-by.ts';
import { type Check, checksFor } from './checks.ts';
import { isCompromised, isUnread } from './compromise.ts';
import { type PlanningFacts, type Succession, successionsByScope } from './facts.ts';
import { heldBy, mayGoByListing } from './holds.ts';
import { type Lasting, leadsTo, type Moved, otherWaysIn, provingLeaf, reaching } from './readiness.ts';
import { goesAtOnce, type TrustedAfter, trustAfterCut, trustInOverlap } from './trust-after-cut.ts';

/** Each scope's share of a rotation: what retires there in favour of what, what may not be cut, and which clients prove it. */
export function planScopes(
  rotating: readonly Succession[],
  facts: PlanningFacts & { clients: readonly ClientFacts[] },
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
  const cutIn = (scope: Scope): string[] =>
    (byScope.get(scope) ?? []).flatMap((one) => (isHeld(one, scope) ? [] : one.retiring.anchorId));
  // Whom a person has decided to lock out keeps no cut waiting (I6).
  const remaining = ({ retiring }: Succession): ClientFacts[] => {
    const { leaveBehind } = allowedFor(retiring.anchorId, facts);
    return clients.filter(({ name }) => !leaveBehind.has(name));
  };
  return [...byScope].map(([scope, successions]): ScopePlan => {
    const found = successions.flatMap((one) => checksFor(one, scope, clients, around));
    const isProven = successions.every((one) =>
      found.some(({ check, isIndependent }) => isIndependent && check.successor === one.successor.anchorId),
    );
    const unprobed = policy.evidence === 'probe' && !isProven;
    const own = oneByClient(found, clients);
    // In waves the organization is cut last, and a project that halted may not have been cut before it.
    const checks = atOnce || scope === ORGANIZATION ? withCutElsewhere(own, scope, facts, cutIn) : own;
    const witnesses = witnessChecks(successions, scope, facts, lasting);
    return {
      scope,
      successions: successions.map((one) => ({
        ...idsOf(one),
        ...keyOf(one.successor.anchorId, facts),
        ...(isCompromised(one.retiring.anchorId, facts) && { compromised: true }),
        ...(isHeld(one, scope) && { held: true }),
        ...(!isHeld(one, scope) && strandedIn(one, scope, remaining(one), around)),
      })),
      checks,
      ...(witnesses.length > 0 && { witnesses }),
      ...(atOnce && { promotions: promotionsOf([{ checks }], clients) }),
      ...reliesOf(
        successions.filter((one) => !isHeld(one, scope)),
        scope,
        clients,
        around,
      ),
      ...(unprobed && { evidence: 'listing' as const }),
    };
  });
}

const keyOf = (successor: string, { keys }: PlanningFacts): { successorKey?: string } => {
  const digest = keys?.get(successor)?.digest;
  return digest === undefined ? {} : { successorKey: digest };
};

/**
 * Checks that say by what an old leaf may still get in, since that is about to be cut in the other scope that judges the client:
 * scopes have no order in an emergency, and one may halt in waves. In a project that nobody could list nothing proves that an
 * old leaf is refused.
 */
function withCutElsewhere(
  checks: readonly ClientCheck[],
  scope: Scope,
  { inventory, clients }: PlanningFacts & { clients: readonly ClientFacts[] },
  cutIn: (scope: Scope) => readonly string[],
): ClientCheck[] {
  const unlisted = unlistedIn(inventory);
  const byName = new Map(clients.map((client) => [client.name, client]));
  return checks.map(({ retiringLeaf, ...check }) => {
    if (retiringLeaf === undefined || unlisted.has(check.project)) return check;
    const { running = null, previous = null } = byName.get(check.client) ?? {};
    const old = [running, previous].map(leafIn).find((leaf) => leaf?.fingerprint === retiringLeaf);
    const elsewhere = cutIn(otherScope(scope, check.project));
    const ways = elsewhere.filter((id) => old?.chainsTo.includes(id));
    return { ...check, retiringLeaf, ...(ways.length > 0 && { cutElsewhere: ways }) };
  });
}

/** Scopes whose successor no probe can prove by itself, in words: there the listing is the evidence (I8). */
export function unprovenScopes(scopePlans: readonly ScopePlan[], facts: PlanningFacts): string[] {
  return scopePlans.flatMap(({ scope, checks, evidence, successions }) => {
    if (evidence !== 'listing' || successions.every(({ held }) => held)) return [];
    if (checks.length === 0)
      return successions.some(({ retiring }) => mayGoByListing(scope, retiring, facts))
        ? [`${scope} is rotated on the listing alone: nobody probes it`]
        : [];
    return [
      `${scope}: every client that probes it could get in by another anchor as well, so the listing is the evidence before the cut, and the probe only after it`,
    ];
  });
}

/**
 * Clients that run on what is cut here and keep their leaf, since another anchor lets them in as well. During a soak somebody
 * may take that one away, so the cut looks for it again (I1).
 */
function reliesOf(
  cut: readonly Succession[],
  scope: string,
  clients: readonly ClientFacts[],
  around: { trustedAfter: TrustedAfter; lasting: Lasting } & Pick<Moved, 'movedIn'>,
): Pick<ScopePlan, 'relies'> {
  const relies = reaching(clients, scope).flatMap((client) => {
    const running = leafIn(client.running);
    const concerned = cut.filter(({ retiring }) => leadsTo(running, retiring.anchorId));
    if (!running || concerned.length === 0 || around.movedIn(scope).has(client.name)) return [];
    const ways = concerned.map((one) =>
      otherWaysIn(running, one, around.trustedAfter(client.project, scope, one), around.lasting(one)),
    );
    const anchors = running.chainsTo.filter((id) => ways.every((way) => way.includes(id)));
    return anchors.length > 0 ? [{ client: client.name, project: client.project, anchors }] : [];
  });
  return relies.length > 0 ? { relies } : {};
}

/** Names of the clients whose running leaf gets in by the retiring anchor alone, with nothing of the successor to move to. */
function strandedIn(
  succession: Succession,
  scope: string,
  clients: readonly ClientFacts[],
  { trustedAfter, lasting, facts }: { trustedAfter: TrustedAfter; lasting: Lasting; facts: PlanningFacts },
): { stranded?: string[] } {
  const until = lasting(succession);
  const isStranded = (client: ClientFacts): boolean => {
    const running = leafIn(client.running);
    if (!running || !leadsTo(running, succession.retiring.anchorId)) return false;
    const others = otherWaysIn(running, succession, trustedAfter(client.project, scope, succession), until);
    return others.length === 0 && provingLeaf(client, succession, until, facts) === null;
  };
  const names = reaching(clients, scope)
    .filter(isStranded)
    .map(({ name }) => name);
  return names.length > 0 ? { stranded: names } : {};
}

/**
 * One check by each client for each successor, though several anchors may retire in its favour: the one that knows the
 * client's retiring leaf, so that revocation is proven for each of them. The leaf that it runs on goes before the one it
 * ran on before: once the client is moved, no version of its secret holds that one any more.
 */
function oneByClient(checks: readonly Check[], clients: readonly ClientFacts[]): ClientCheck[] {
  const running = new Map(clients.map((client) => [client.name, leafIn(client.running)?.fingerprint]));
  const kept = new Map<string, ClientCheck>();
  for (const { check } of checks) {
    const key = `${check.client} ${check.successor}`;
    const runsOnIt = check.retiringLeaf !== undefined && check.retiringLeaf === running.get(check.client);
    if (!kept.get(key)?.retiringLeaf || runsOnIt) kept.set(key, check);
  }
  return [...kept.values()];
}

/** Clients whose proving leaf is the staged one: that is the leaf to make current. */
export function promotionsOf(
  scopePlans: readonly Pick<ScopePlan, 'checks'>[],
  clients: readonly ClientFacts[],
): Plan['promotions'] {
  const staged = new Map(clients.map((client) => [client.name, leafIn(client.staged)?.fingerprint]));
  const checks = scopePlans.flatMap((scope) => scope.checks);
  const promotable = checks.filter(({ client, leaf }) => staged.get(client) === leaf);
  const unique = new Map(promotable.map(({ client, secret, leaf }) => [client, { client, secret, leaf }]));
  return [...unique.values()];
}

/**
 * Nobody is stranded whom this run moves before the cut, be it by another authority's succession. Where each scope goes by
 * itself, only the scope's own moves have been made by then.
 */
export function withoutMoved(waves: readonly Wave[], promotions: Plan['promotions']): Wave[] {
  const withoutIn = (scope: ScopePlan): ScopePlan => {
    const moved = new Set((scope.promotions ?? promotions).map(({ client }) => client));
    const left = ({ stranded = [], ...one }: ScopePlan['successions'][number]) => {
      const names = stranded.filter((name) => !moved.has(name));
      return names.length > 0 ? { ...one, stranded: names } : one;
    };
    return { ...scope, successions: scope.successions.map(left) };
  };
  return waves.map((wave) => ({ ...wave, scopes: wave.scopes.map(withoutIn) }));
}
