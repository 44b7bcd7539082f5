import { activeSetOf, type Inventory, ORGANIZATION } from '../anchor.ts';
import { type ClientFacts, leafIn } from '../client.ts';
import { secondsOf } from '../instant.ts';
import { timeOf } from '../next-run/time-left.ts';
import { settlingOfEach } from '../overlap/settling.ts';
import type { ClientCheck, Plan, ScopePlan } from '../plan-document.ts';
import type { Policy } from '../policy.ts';
import { isSamePair } from '../succession/resume.ts';
import { aroundTheCut, reaching, unprovenIn } from './reach.ts';

const hasUnreadSecret = ({ running }: ClientFacts): boolean => running !== null && 'unknown' in running;

/** Clients of a scope whose secret could not be read: nothing when there are none. */
function unreadIn({ scope }: ScopePlan, clients: readonly ClientFacts[]): Pick<ScopePlan, 'unread'> {
  const names = reaching(clients, scope)
    .filter(hasUnreadSecret)
    .map(({ name }) => name);
  return names.length > 0 ? { unread: names } : {};
}

/**
 * By what leaves below an anchor are known: its key identifier (hex), digests of its subject, as hosts compare it and as it is written, and its
 * public key (SPKI, hex).
 */
export type AnchorMarks = {
  keyId: string | null;
  subject: string | null;
  exactly: string | null;
  key: string | null;
};

/** An issuer as a host knows it: by its public key (SPKI, hex) and its name (a digest of it). */
export type RetiringIssuer = NonNullable<ScopePlan['retiringIssuers']>[number];

/** What is known of each anchor, by id, and what is active where. */
type Known = {
  marks: ReadonlyMap<string, AnchorMarks>;
  inventory: Inventory;
  clients: readonly ClientFacts[];
};

/**
 * Adds what later steps have no other way to know: each successor's key identifier and subject to its checks, by which Verify
 * knows a leaf renewed later, those of what is about to be cut, how the clients are configured that this was planned for, how much time its
 * run has, and how much of it for the hosts to hear of a toggle.
 */
export function withLaterNeeds(
  decided: Plan,
  known: Known,
  {
    configured,
    policy,
    settles,
  }: {
    configured?: string | undefined;
    policy: Pick<Policy, 'concurrency' | 'soak'>;
    /** Whether the machine that asks looks once more where hosts may not have heard. */
    settles: boolean;
  },
): Plan {
  const { marks, clients } = known;
  const withKey = (check: ClientCheck, { successions }: ScopePlan): ClientCheck => {
    const { keyId: successorKeyId, subject: successorSubject } = marks.get(check.successor) ?? {};
    // A key that the retiring anchor has as well does not tell a leaf renewed later from one that somebody put back.
    const isShared = successions.some(({ retiring }) => marks.get(retiring)?.keyId === successorKeyId);
    if (!successorKeyId || isShared) return check;
    return { ...check, successorKeyId, ...(successorSubject && { successorSubject }) };
  };
  const time = timeOf(secondsOf(decided.plannedAt), decided.soakSeconds);
  const settleSeconds = settles ? settlingOfEach(decided, policy) : 0;
  const waves = decided.waves.map((wave) => ({
    ...wave,
    scopes: wave.scopes.map((scope) => ({
      ...scope,
      checks: scope.checks.map((check) => withKey(check, scope)),
      ...(scope.witnesses && { witnesses: scope.witnesses.map((check) => withKey(check, scope)) }),
      ...successorIssuersOf(scope, known),
      ...stragglersOf(scope, decided, known),
      ...unreadIn(scope, clients),
      ...(configured !== undefined && { configured }),
      time,
      ...(settleSeconds > 0 && { settleSeconds }),
    })),
  }));
  return { ...decided, waves };
}

/** What has to have signed a successor's leaves; nothing of one whose key the retiring anchor has as well. */
function successorIssuersOf(
  { successions }: ScopePlan,
  { marks }: Pick<Known, 'marks'>,
): Pick<ScopePlan, 'successorIssuers'> {
  const retiring = new Set(successions.map((one) => marks.get(one.retiring)?.key));
  const issuers = [...new Set(successions.map((one) => one.successor))].flatMap((anchor) => {
    const { key = null, subject = null } = marks.get(anchor) ?? {};
    return key === null || subject === null || retiring.has(key) ? [] : [{ anchor, key, subject }];
  });
  return issuers.length > 0 ? { successorIssuers: issuers } : {};
}

/**
 * By what a leaf is told that somebody has put on what is cut here since the plan: the anchors that are yet to be cut, but none
 * that is the same to a host as one that goes on letting the scope's clients in, and the leaves that this plan has judged already: that each
 * client is to run on by then.
 */
function stragglersOf(
  scope: ScopePlan,
  decided: Plan,
  { marks, inventory, clients }: Known,
): Pick<ScopePlan, 'retiringIssuers' | 'keeping'> {
  const isCut = (pair: { retiring: string; successor: string }): boolean =>
    decided.successions.some((one) => one.resumed && isSamePair(one, pair));
  const retiring = new Set(scope.successions.map((one) => one.retiring));
  const successors = new Set(scope.successions.map((one) => one.successor));
  // A project's clients enter by the organization, too. Where the same CA is active elsewhere, they are locked out all the same.
  const ways = [scope.scope, ORGANIZATION];
  const letsIn = (anchorId: string): boolean =>
    !retiring.has(anchorId) &&
    (successors.has(anchorId) || ways.some((way) => activeSetOf(inventory, way).has(anchorId)));
  const kept = [...marks].flatMap(([anchorId, one]) => (letsIn(anchorId) ? [one] : []));
  const toCut = scope.successions.filter((pair) => !isCut(pair) && !pair.held);
  const issuers = toCut.flatMap((pair): RetiringIssuer[] => {
    const { key = null, subject = null, exactly } = marks.get(pair.retiring) ?? {};
    if (key === null || subject === null) return [];
    return kept.some((one) => one.key === key && one.exactly === exactly) ? [] : [{ key, subject }];
  });
  if (issuers.length === 0) return {};
  // Who is moved by another scope's share was judged by the leaf that it is moved to: put back onto the one before, it would be locked out.
  const moved = new Map((scope.promotions ?? decided.promotions).map((one) => [one.client, one]));
  // Whatever it leads to: another key identifier than the anchor's leads nowhere, though key and name have signed the leaf.
  const keeping = unprovenIn(aroundTheCut(scope), clients).flatMap(({ name, running }) => {
    const { chain } = moved.get(name) ?? leafIn(running) ?? {};
    return chain === undefined ? [] : [[name, chain]];
  });
  return {
    retiringIssuers: [...new Map(issuers.map((one) => [JSON.stringify(one), one])).values()],
    ...(keeping.length > 0 && { keeping: Object.fromEntries(keeping) }),
  };
}
