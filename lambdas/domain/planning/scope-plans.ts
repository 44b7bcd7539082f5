import { type ClientFacts, leafIn } from '../client.ts';
import type { ClientCheck, Plan, ScopePlan, Wave } from '../document.ts';
import { type Check, checksFor } from './checks.ts';
import { isCompromised } from './compromise.ts';
import { type PlanningFacts, type Succession, successionsByScope } from './facts.ts';
import { type Hold, heldBy, mayGoByListing } from './holds.ts';
import { type Lasting, leadsTo, otherWaysIn, provingLeaf, reaching, unprovenIn } from './readiness.ts';
import { idsOf, isSamePair } from './resume.ts';
import { type TrustedAfter, trustAfterCut, trustInOverlap } from './trust-after-cut.ts';

/** Each scope's share of a rotation: what retires there in favour of what, what may not be cut, and which clients prove it. */
export function planScopes(
  rotating: readonly Succession[],
  facts: PlanningFacts & { clients: readonly ClientFacts[] },
  { holds, moved, lasting }: { holds: readonly Hold[]; moved: ReadonlySet<string>; lasting: Lasting },
): ScopePlan[] {
  const { inventory, clients, policy, now } = facts;
  const isHeld = heldBy(holds);
  const around = {
    trustedAfter: trustAfterCut(inventory, rotating, now, isHeld),
    inOverlap: trustInOverlap(inventory, rotating),
    isUnread: (anchorId: string) => facts.keys !== undefined && !facts.keys.has(anchorId),
    ...{ moved, lasting },
  };
  return [...successionsByScope(rotating)].map(([scope, successions]): ScopePlan => {
    const found = successions.flatMap((one) => checksFor(one, scope, clients, around));
    const isProven = successions.every((one) =>
      found.some(({ check, isIndependent }) => isIndependent && check.successor === one.successor.anchorId),
    );
    const unprobed = policy.evidence === 'probe' && !isProven;
    return {
      scope,
      successions: successions.map((one) => ({
        ...idsOf(one),
        ...(isCompromised(one.retiring.anchorId, facts) && { compromised: true }),
        ...(isHeld(one, scope) && { held: true }),
        ...(!isHeld(one, scope) && strandedIn(one, scope, clients, around)),
      })),
      checks: oneByClient(found, clients),
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
  around: { trustedAfter: TrustedAfter; moved: ReadonlySet<string>; lasting: Lasting },
): Pick<ScopePlan, 'relies'> {
  const relies = reaching(clients, scope).flatMap((client) => {
    const running = leafIn(client.running);
    const concerned = cut.filter(({ retiring }) => leadsTo(running, retiring.anchorId));
    if (!running || concerned.length === 0 || around.moved.has(client.name)) return [];
    const trusted = around.trustedAfter(client.project, scope);
    const ways = concerned.map((one) => otherWaysIn(running, one, trusted, around.lasting(one)));
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
  { trustedAfter, lasting }: { trustedAfter: TrustedAfter; lasting: Lasting },
): { stranded?: string[] } {
  const until = lasting(succession);
  const isStranded = (client: ClientFacts): boolean => {
    const running = leafIn(client.running);
    if (!running || !leadsTo(running, succession.retiring.anchorId)) return false;
    const others = otherWaysIn(running, succession, trustedAfter(client.project, scope), until);
    return others.length === 0 && provingLeaf(client, succession, until) === null;
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
export function promotionsOf(waves: readonly Wave[], clients: readonly ClientFacts[]): Plan['promotions'] {
  const staged = new Map(clients.map((client) => [client.name, leafIn(client.staged)?.fingerprint]));
  const checks = waves.flatMap(({ scopes }) => scopes.flatMap((scope) => scope.checks));
  const promotable = checks.filter(({ client, leaf }) => staged.get(client) === leaf);
  const unique = new Map(promotable.map(({ client, secret, leaf }) => [client, { client, secret, leaf }]));
  return [...unique.values()];
}

const isUnread = ({ running }: ClientFacts): boolean => running !== null && 'unknown' in running;

/** Clients of a scope whose secret could not be read: nothing when there are none. */
function unreadIn({ scope }: ScopePlan, clients: readonly ClientFacts[]): Pick<ScopePlan, 'unread'> {
  const names = reaching(clients, scope)
    .filter(isUnread)
    .map(({ name }) => name);
  return names.length > 0 ? { unread: names } : {};
}

/**
 * Adds what later steps have no other way to know: each successor's key identifier to its checks, by which Verify knows
 * a leaf renewed later, those of what is about to be cut, and how the clients are configured that this was planned for.
 */
export function withLaterNeeds(
  decided: Plan,
  { keyIds, clients }: { keyIds: ReadonlyMap<string, string | null>; clients: readonly ClientFacts[] },
  configured: string | undefined,
): Plan {
  const known = (check: ClientCheck, { successions }: ScopePlan): ClientCheck => {
    const successorKeyId = keyIds.get(check.successor);
    // A key that the retiring anchor has as well does not tell a leaf renewed later from one that somebody put back.
    const isShared = successions.some(({ retiring }) => keyIds.get(retiring) === successorKeyId);
    return successorKeyId && !isShared ? { ...check, successorKeyId } : check;
  };
  const waves = decided.waves.map((wave) => ({
    ...wave,
    scopes: wave.scopes.map((scope) => ({
      ...scope,
      checks: scope.checks.map((check) => known(check, scope)),
      retiringKeyIds: retiringKeyIdsOf(scope, decided, { keyIds, clients }),
      ...unreadIn(scope, clients),
      ...(configured !== undefined && { configured }),
    })),
  }));
  return { ...decided, waves };
}

/**
 * The keys of the anchors that are yet to be cut in a scope. Not one that another anchor has as well, nor one that an
 * unproven client has above its leaf already: then a leaf tells nothing of who was moved since.
 */
function retiringKeyIdsOf(
  scope: ScopePlan,
  decided: Plan,
  { keyIds, clients }: { keyIds: ReadonlyMap<string, string | null>; clients: readonly ClientFacts[] },
): string[] {
  const isCut = (pair: { retiring: string; successor: string }): boolean =>
    decided.successions.some((one) => one.resumed && isSamePair(one, pair));
  const retiring = new Set(scope.successions.map((one) => one.retiring));
  const elsewhere = [...keyIds].flatMap(([anchorId, keyId]) => (retiring.has(anchorId) ? [] : [keyId]));
  const already = unprovenIn(scope, clients).flatMap(({ running }) => leafIn(running)?.keyIdsAbove ?? []);
  const telling = (keyId: string): boolean => !elsewhere.includes(keyId) && !already.includes(keyId);
  const own = scope.successions.flatMap((pair) =>
    isCut(pair) || pair.held ? [] : (keyIds.get(pair.retiring) ?? []),
  );
  return [...new Set(own)].filter(telling);
}
