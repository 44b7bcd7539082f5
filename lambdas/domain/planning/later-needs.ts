import { activeSetOf, type Inventory, ORGANIZATION } from '../anchor.ts';
import { secondsOf } from '../instant.ts';
import { type ClientFacts, leafIn } from '../leaf/client-facts.ts';
import { timeOf } from '../next-run/time-left.ts';
import { settlingOfEach } from '../overlap/settling.ts';
import type { ClientCheck } from '../plan-document/client-check.ts';
import type { Plan } from '../plan-document/plan.ts';
import type { ScopePlan } from '../plan-document/scope-plan.ts';
import type { Policy } from '../policy.ts';
import { isSamePair } from '../succession/resume.ts';
import { aroundTheCut, reaching, unprovenIn } from './reach.ts';

const hasUnreadSecret = ({ running }: ClientFacts): boolean => running !== null && 'unknown' in running;

/** The clients of a scope whose secret could not be read; no key where there are none. */
function unreadIn(
  { scope, strays = [] }: ScopePlan,
  clients: readonly ClientFacts[],
): Pick<ScopePlan, 'unread'> {
  const beside = strays.length > 0 ? clients.filter(({ name }) => strays.includes(name)) : [];
  const names = [...reaching(clients, scope), ...beside].filter(hasUnreadSecret).map(({ name }) => name);
  return names.length > 0 ? { unread: names } : {};
}

/**
 * How leaves below an anchor are recognized: the anchor's key identifier (hex), a digest of its subject as
 * hosts compare it, one of its subject as it is written (`exactly`), and its public key (SPKI, hex).
 */
export type AnchorMarks = {
  keyId: string | null;
  subject: string | null;
  exactly: string | null;
  key: string | null;
};

/** An issuer as a host knows it: by its public key (SPKI, hex) and by a digest of its name. */
export type RetiringIssuer = NonNullable<ScopePlan['retiringIssuers']>[number];

/** The marks of each anchor by id, what is active where, and the clients. */
type Known = {
  marks: ReadonlyMap<string, AnchorMarks>;
  inventory: Inventory;
  clients: readonly ClientFacts[];
};

/**
 * Adds to a plan what later steps cannot find out themselves. Verify recognizes a leaf that was renewed later
 * by its successor's key identifier and subject. Each scope also gets the issuers that are about to be cut
 * and a digest of the clients' configuration. It gets the time that the run has, and the time for hosts to
 * hear of a toggle.
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
    /**
     * Whether the machine that asks has the state that looks once more where hosts may not have heard of a
     * toggle.
     */
    settles: boolean;
  },
): Plan {
  const { marks, clients } = known;
  const withKey = (check: ClientCheck, { successions }: ScopePlan): ClientCheck => {
    const { keyId: successorKeyId, subject: successorSubject } = marks.get(check.successor) ?? {};
    // Where the retiring anchor has the same key identifier, it does not tell a leaf that was renewed from
    // one that somebody put back.
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

/** The issuers of a successor's leaves. Leaves out a successor whose key the retiring anchor has as well. */
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
 * How Verify recognizes a client that somebody has moved, since the plan, onto an anchor that is cut here.
 * `retiringIssuers` are the anchors that are yet to be cut. An anchor that hosts cannot tell from one that
 * still lets the scope's clients in is left out. `keeping` are the leaves that this plan has judged already,
 * which each client is to run on by then.
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
  // A project's clients get in by the organization as well. Where the same CA is active in another project
  // only, they are locked out.
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
  // A client that another scope's share moves was judged by the leaf that it is moved to. If somebody puts
  // its old leaf back, it is locked out.
  const moved = new Map((scope.promotions ?? decided.promotions).map((one) => [one.client, one]));
  // Every chain is kept, whatever it leads to. With another key identifier than the anchor's, a leaf leads
  // nowhere, although that key and name have signed it.
  const keeping = unprovenIn(aroundTheCut(scope), clients).flatMap(({ name, running }) => {
    const { chain } = moved.get(name) ?? leafIn(running) ?? {};
    return chain === undefined ? [] : [[name, chain]];
  });
  return {
    retiringIssuers: [...new Map(issuers.map((one) => [JSON.stringify(one), one])).values()],
    ...(keeping.length > 0 && { keeping: Object.fromEntries(keeping) }),
  };
}
