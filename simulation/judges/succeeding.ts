import type { Scope } from '../../lambdas/domain/anchor.ts';
import { digestInId } from '../../lambdas/domain/memory/named-key.ts';
import { hasRotatedKey } from '../organizations/leaves/leaf-names.ts';
import { certifiesNamed, letsInBy, vouchesFor } from './promises/vouching.ts';
import { holders, runningOn, stagedUsably } from './succession/holding.ts';
import type { Moment } from './succession/moment.ts';
import { isComingInstead, isWayOut } from './succession/stopgaps.ts';
import { isCompromised, type JudgeContext } from './watch.ts';

/**
 * Returns the anchors that may take the place of another at one moment, worked out anew (rule 2): by the
 * clocks that agree, and by those that do not. Of what is fit, the first by preference; failing that, the
 * first of what only outlives the retiring anchor.
 */
export function succeeding(retiring: string, moment: Moment, context: JudgeContext): string[] {
  const { rules, scenario } = context;
  const { at, since, existing, named } = moment;
  const isNamed = (id: string): boolean => named.some((one) => rules.sameKey(one, id));
  const isUrgent = isNamed(retiring);
  // An anchor that has certified a CA whose key was named lets leaves of that key
  // in, so it succeeds nothing (I15).
  const isKeyNamed = (id: string): boolean => digestInId(id) !== undefined && isNamed(id);
  const isTrusted = (id: string): boolean =>
    !isNamed(id) && !certifiesNamed(id, moment.everHeld ?? moment.leaves, isKeyNamed, rules);
  const standing = scenario.anchors.filter(
    ({ id }) => existing.has(id) && isTrusted(id) && isAdopted(id, retiring, moment, context),
  );
  return (['some', 'every'] as const).flatMap((by) => {
    const may = (asStopgap: boolean) =>
      standing.filter(({ id }) => rules.mayReplace(retiring, id, at, { by, since, isUrgent, asStopgap }));
    const fit = may(false);
    const ofFit = preferred(fit, true, retiring, moment, context);
    const ofOthers = (only: (id: string) => boolean) =>
      preferred(
        may(true).filter(({ id }) => only(id) && !fit.some((one) => one.id === id)),
        ...([false, retiring, moment, context] as const),
      );
    // An upload of which no client has a leaf takes nothing from what clients can move to (F1).
    const isWanted =
      ofFit !== undefined &&
      (runningOn(ofFit, retiring, moment, context) > 0 || stagedUsably(ofFit, moment, rules) > 0);
    if (isWanted) return ofFit;
    const out = ofOthers((id) => isWayOut(retiring, id, moment, { ...context, by }));
    if (out) return out;
    if (!isUrgent && isComingInstead(retiring, standing, moment, { ...context, by })) return [];
    return ofFit ?? ofOthers(() => true) ?? [];
  });
}

/**
 * Returns the anchor that rule 2 prefers, by the leaves as they are. Returns none where the clocks disagree
 * about it, or where it vouches for a compromised key, whose holder would get in by it (I15). Returns none as
 * well where it was taken back. Another anchor comes before it then, and only a person has it tried again,
 * whose run may have ended as `Busy` (F16). The successor of a compromised anchor waits for no filter (I16).
 */
export function bestSuccessor(retiring: string, at: number, context: JudgeContext): string | undefined {
  const { replay, rules } = context;
  const { compromised, movedAt, active, takenBack, everHeld } = replay.state;
  const leaves = replay.readable();
  const moment = {
    at,
    since: at,
    existing: { has: replay.exists },
    leaves,
    active,
    named: [...compromised.keys()],
  };
  const [bySome, byEvery] = succeeding(retiring, moment, context);
  const isTakenBack = [...takenBack.keys()].some((key) => key.endsWith(` ${bySome}`));
  const isWaiting = isTakenBack && !isCompromised(context, retiring);
  const best = bySome === byEvery && !isWaiting ? bySome : undefined;
  const isNamed = (id: string): boolean => [...compromised.keys()].some((one) => rules.sameKey(one, id));
  const held = [...leaves.values()].flatMap(({ AWSCURRENT, AWSPENDING }) => [AWSCURRENT, AWSPENDING]);
  const versions = [...held, ...[...movedAt.values()].map(({ from }) => from)];
  if (!best || certifiesNamed(best, everHeld, isNamed, rules)) return undefined;
  return versions.some((one) => letsInBy(one, best, isNamed, rules)) ? undefined : best;
}

/**
 * Whether another pair was begun and goes on (rule 2). Either a client that says nothing keeps it from being
 * finished, or nobody has a leaf of its successor in this scope, where that successor overlaps.
 */
export const isBegunOtherwise = (
  { retiring, successor, scope }: { retiring: string; successor: string; scope: Scope },
  context: JudgeContext,
): boolean => {
  const { replay, rules, scenario } = context;
  const isSilent = scenario.clients.some(({ name }) => isRevoked(name, context));
  const overlaps = (other: string): boolean =>
    replay.activeIn(scope).has(other) && rules.isValid(other, scenario.end + rules.TOLERANCE);
  return [...replay.state.begun].some((pair) => {
    const [from, to = ''] = pair.split(' ');
    // A successor that has leaked since does not go on.
    return from === retiring && to !== successor && !isCompromised(context, to) && (isSilent || overlaps(to));
  });
};

/** Whether a client's API key is revoked for now. Whatever is asked, no host says anything about its leaf. */
export const isRevoked = (client: string, { replay }: Pick<JudgeContext, 'replay'>): boolean =>
  isKeyRefused(client, replay.state.leaves.get(client)?.AWSCURRENT ?? null, replay);

/** Whether the API key beside the leaf in this version of a client's secret is revoked. */
const isKeyRefused = (
  client: string,
  version: string | null,
  replay: Pick<JudgeContext['replay'], 'state'>,
): boolean => replay.state.broken.has(`revoked ${client}`) || isKeyReplaced(client, version, replay);

/** The same for a key that its owner has replaced since. */
export const isKeyReplaced = (
  client: string,
  version: string | null,
  { state: { broken } }: Pick<JudgeContext['replay'], 'state'>,
): boolean => broken.has(`rotated ${client}`) && version !== null && !hasRotatedKey(version);

/**
 * Whether an anchor may be a next one. An earlier upload or an older generation is none, unless clients hold
 * its leaves. For what is named as compromised, a leaf that a client had before counts as well.
 */
function isAdopted(id: string, retiring: string, moment: Moment, context: JudgeContext): boolean {
  const { rules } = context;
  const [one, old] = [rules.anchor(id), rules.anchor(retiring)];
  if (!one || !old) return false;
  const isEarlier =
    one.validAt < old.validAt || isLower(rules.nameAt(id, moment.at), rules.nameAt(retiring, moment.at));
  const isUrgent = moment.named.some((named) => rules.sameKey(named, retiring));
  const wayBack = isUrgent ? holders(id, 'AWSPREVIOUS', moment, rules) : 0;
  const held = runningOn(id, retiring, moment, context) + holders(id, 'AWSPENDING', moment, rules);
  return !isEarlier || held + wayBack > 0;
}

/**
 * Whether the first of two names counts the lower generation of one form, such as `x9` before `x10`. Of
 * two forms nobody knows the order.
 */
function isLower(one: string | null, old: string | null): boolean {
  const [a, b] = [one, old].map((name) => /^(\D*)(\d+)$/.exec(name?.split('@')[1] ?? ''));
  return !!a && !!b && a[1] === b[1] && Number(a[2]) < Number(b[2]);
}

function preferred(
  candidates: readonly { id: string }[],
  isFit: boolean,
  retiring: string,
  moment: Moment,
  context: JudgeContext,
): string | undefined {
  const { replay, rules } = context;
  const runsOn = (id: string, version: string | null) => rules.issuersOf(version).includes(id);
  const leaving = [...moment.leaves.values()].filter(({ AWSCURRENT }) => runsOn(retiring, AWSCURRENT));
  const nobodyMoves = (id: string): boolean =>
    runningOn(id, retiring, moment, context) > 0 && leaving.every(({ AWSCURRENT }) => runsOn(id, AWSCURRENT));
  const isNamed = (id: string): boolean => moment.named.some((one) => rules.sameKey(one, id));
  const isUrgent = isNamed(retiring);
  // The holder of a leaked key would get in by an anchor that vouches for that key (I15).
  const isVouching = (id: string): boolean => vouchesFor(id, moment, isNamed, context);
  // A successor that a run takes back while its retiring anchor is compromised already is tried
  // again, and gets no mark (I16).
  const { takenBack, compromised } = replay.state;
  const sinceNamed = [...compromised].flatMap(([id, at]) => (rules.sameKey(id, retiring) ? at : []));
  const namedAt = isUrgent ? Math.min(...sinceNamed) : Number.POSITIVE_INFINITY;
  const isLast = (id: string): boolean =>
    [...takenBack].some(([key, at]) => key.endsWith(` ${id}`) && at < namedAt);
  const keys = (id: string): number[] => [
    isVouching(id) || isLast(id) ? 0 : 1,
    isUrgent && nobodyMoves(id) ? 1 : 0,
    runningOn(id, retiring, moment, context),
    stagedUsably(id, moment, rules),
    holders(id, 'AWSPENDING', moment, rules),
    holders(id, 'AWSCURRENT', moment, rules),
    isUrgent && holders(id, 'AWSPREVIOUS', moment, rules) > 0 ? 1 : 0,
    isFit ? 0 : (rules.anchor(id)?.expiresAt ?? 0),
    rules.anchor(id)?.validAt ?? 0,
  ];
  return candidates
    .map(({ id }) => ({ id, keys: keys(id) }))
    .toSorted((one, other) => {
      const differing = one.keys.findIndex((key, i) => key !== other.keys[i]);
      if (differing !== -1) return (other.keys[differing] ?? 0) - (one.keys[differing] ?? 0);
      return one.id < other.id ? 1 : -1;
    })[0]?.id;
}
