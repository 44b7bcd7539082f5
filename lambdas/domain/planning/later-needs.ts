import { type ClientFacts, leafIn } from '../client.ts';
import type { ClientCheck, Plan, ScopePlan } from '../document.ts';
import { reaching, unprovenIn } from './readiness.ts';
import { isSamePair } from './resume.ts';

const hasUnreadSecret = ({ running }: ClientFacts): boolean => running !== null && 'unknown' in running;

/** Clients of a scope whose secret could not be read: nothing when there are none. */
function unreadIn({ scope }: ScopePlan, clients: readonly ClientFacts[]): Pick<ScopePlan, 'unread'> {
  const names = reaching(clients, scope)
    .filter(hasUnreadSecret)
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
