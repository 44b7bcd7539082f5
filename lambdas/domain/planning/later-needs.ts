import { type ClientFacts, leafIn } from '../client.ts';
import type { ClientCheck, Plan, ScopePlan } from '../plan-document.ts';
import { isSamePair } from '../succession/resume.ts';
import { reaching, unprovenIn } from './readiness.ts';

const hasUnreadSecret = ({ running }: ClientFacts): boolean => running !== null && 'unknown' in running;

/** Clients of a scope whose secret could not be read: nothing when there are none. */
function unreadIn({ scope }: ScopePlan, clients: readonly ClientFacts[]): Pick<ScopePlan, 'unread'> {
  const names = reaching(clients, scope)
    .filter(hasUnreadSecret)
    .map(({ name }) => name);
  return names.length > 0 ? { unread: names } : {};
}

/** Key identifiers and digests of subjects by anchor, and which anchors are active somewhere. */
type Known = {
  keyIds: ReadonlyMap<string, string | null>;
  subjects?: ReadonlyMap<string, string | null>;
  active: { has(anchorId: string): boolean };
  clients: readonly ClientFacts[];
};

/**
 * Adds what later steps have no other way to know: each successor's key identifier and subject to its checks, by which Verify
 * knows a leaf renewed later, those of what is about to be cut, and how the clients are configured that this was planned for.
 */
export function withLaterNeeds(
  decided: Plan,
  { keyIds, subjects, active, clients }: Known,
  configured: string | undefined,
): Plan {
  const known = (check: ClientCheck, { successions }: ScopePlan): ClientCheck => {
    const successorKeyId = keyIds.get(check.successor);
    // A key that the retiring anchor has as well does not tell a leaf renewed later from one that somebody put back.
    const isShared = successions.some(({ retiring }) => keyIds.get(retiring) === successorKeyId);
    if (!successorKeyId || isShared) return check;
    const successorSubject = subjects?.get(check.successor);
    return { ...check, successorKeyId, ...(successorSubject && { successorSubject }) };
  };
  const waves = decided.waves.map((wave) => ({
    ...wave,
    scopes: wave.scopes.map((scope) => ({
      ...scope,
      checks: scope.checks.map((check) => known(check, scope)),
      ...(scope.witnesses && { witnesses: scope.witnesses.map((check) => known(check, scope)) }),
      ...stragglersOf(scope, decided, { keyIds, active, clients }),
      ...unreadIn(scope, clients),
      ...(configured !== undefined && { configured }),
    })),
  }));
  return { ...decided, waves };
}

/** Digits of a fingerprint that tell one client's leaves apart: a plan has to be carried. */
export const SHORT = 16;

/**
 * By what a leaf is told that somebody has put on what is cut here since the plan: the keys of the anchors that are yet to be
 * cut, but not one by which another anchor lets somebody in, and the leaves below them that this plan has judged already.
 */
function stragglersOf(
  scope: ScopePlan,
  decided: Plan,
  { keyIds, active, clients }: Known,
): Pick<ScopePlan, 'retiringKeyIds' | 'keeping'> {
  const isCut = (pair: { retiring: string; successor: string }): boolean =>
    decided.successions.some((one) => one.resumed && isSamePair(one, pair));
  const retiring = new Set(scope.successions.map((one) => one.retiring));
  const successors = new Set(scope.successions.map((one) => one.successor));
  const elsewhere = [...keyIds].flatMap(([anchorId, keyId]) =>
    !retiring.has(anchorId) && (active.has(anchorId) || successors.has(anchorId)) ? [keyId] : [],
  );
  const own = scope.successions.flatMap((pair) =>
    isCut(pair) || pair.held ? [] : (keyIds.get(pair.retiring) ?? []),
  );
  const telling = new Set(own.filter((keyId) => !elsewhere.includes(keyId)));
  const keeping = unprovenIn(scope, clients).flatMap(({ name, running }) => {
    const leaf = leafIn(running);
    return leaf?.keyIdsAbove.some((keyId) => telling.has(keyId))
      ? [[name, leaf.fingerprint.slice(0, SHORT)]]
      : [];
  });
  return {
    retiringKeyIds: [...telling],
    ...(keeping.length > 0 && { keeping: Object.fromEntries(keeping) }),
  };
}
