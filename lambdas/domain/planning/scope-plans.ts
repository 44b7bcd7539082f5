import type { ClientFacts } from '../client.ts';
import type { ClientCheck, Plan, ScopePlan, Wave } from '../document.ts';
import { WindlassError } from '../errors.ts';
import { firstFew } from '../first-few.ts';
import { checksFor, movedBy, strandedBy, trustAfterCut, unprovenIn } from './readiness.ts';
import { idsOf, isSamePair } from './resume.ts';
import { isCompromised, type PlanningFacts, type Succession } from './succession.ts';

/** Each scope's share of a rotation: what retires there in favour of what, and which clients prove it. */
export function planScopes(
  rotating: readonly Succession[],
  facts: PlanningFacts & { clients: readonly ClientFacts[] },
) {
  const byScope = new Map<string, Succession[]>();
  for (const succession of rotating)
    for (const scope of succession.scopes) byScope.set(scope, [...(byScope.get(scope) ?? []), succession]);
  const trustedAfter = trustAfterCut(facts.inventory, rotating);
  const moved = movedBy(rotating, facts.clients);
  return [...byScope].map(([scope, successions]): ScopePlan => {
    const checks = successions.flatMap((one) =>
      checksFor(one, scope, facts.clients, { trustedAfter, moved }),
    );
    const stranded = (one: Succession) => {
      const names = strandedBy(one, scope, facts.clients, trustedAfter);
      return names.length > 0 && { stranded: names };
    };
    return {
      scope,
      successions: successions.map((one) => ({
        ...idsOf(one),
        ...(isCompromised(one.retiring.anchorId, facts) && { compromised: true }),
        ...stranded(one),
      })),
      checks: oneByClient(checks, facts.clients),
    };
  });
}

/**
 * One check by each client for each successor, though several anchors may retire in its favour: the one that knows the
 * client's retiring leaf, so that revocation is proven for each of them. The leaf that it runs on goes before the one it
 * ran on before: once the client is moved, no version of its secret holds that one any more.
 */
function oneByClient(checks: readonly ClientCheck[], clients: readonly ClientFacts[]): ClientCheck[] {
  const running = new Map(clients.map((client) => [client.name, client.running?.fingerprint]));
  const kept = new Map<string, ClientCheck>();
  for (const check of checks) {
    const key = `${check.client} ${check.successor}`;
    const runsOnIt = check.retiringLeaf !== undefined && check.retiringLeaf === running.get(check.client);
    if (!kept.get(key)?.retiringLeaf || runsOnIt) kept.set(key, check);
  }
  return [...kept.values()];
}

/** Throws `NoProbeClient` where policy wants a proof that nobody can give. */
export function demandProbes(scopePlans: readonly ScopePlan[]): void {
  const unproven = scopePlans.flatMap(({ scope, successions, checks }) => {
    const missing = new Set(successions.map(({ successor }) => successor));
    for (const { successor } of checks) missing.delete(successor);
    return [...missing].map((successor) => `${scope} (successor ${successor})`);
  });
  if (unproven.length === 0) return;
  throw new WindlassError(
    'NoProbeClient',
    `no configured client can prove the successor in ${firstFew(unproven, 10).join(', ')}: configure a client of that scope with a leaf of the successor staged as AWSPENDING, or set policy.evidence to "listing" to rotate without a proof on the wire`,
  );
}

/** Clients whose proving leaf is the staged one: that is the leaf to make current. */
export function promotionsOf(waves: readonly Wave[], clients: readonly ClientFacts[]): Plan['promotions'] {
  const staged = new Map(clients.map((client) => [client.name, client.staged?.fingerprint]));
  const checks = waves.flatMap(({ scopes }) => scopes.flatMap((scope) => scope.checks));
  const promotable = checks.filter(({ client, leaf }) => staged.get(client) === leaf);
  const unique = new Map(promotable.map(({ client, secret, leaf }) => [client, { client, secret, leaf }]));
  return [...unique.values()];
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
  const known = (check: ClientCheck): ClientCheck => {
    const successorKeyId = keyIds.get(check.successor);
    return successorKeyId ? { ...check, successorKeyId } : check;
  };
  const waves = decided.waves.map((wave) => ({
    ...wave,
    scopes: wave.scopes.map((scope) => ({
      ...scope,
      checks: scope.checks.map(known),
      retiringKeyIds: retiringKeyIdsOf(scope, decided, { keyIds, clients }),
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
  const already = unprovenIn(scope, clients).flatMap(({ running }) => running?.keyIdsAbove ?? []);
  const telling = (keyId: string): boolean => !elsewhere.includes(keyId) && !already.includes(keyId);
  const own = scope.successions.flatMap((pair) => (isCut(pair) ? [] : (keyIds.get(pair.retiring) ?? [])));
  return [...new Set(own)].filter(telling);
}
