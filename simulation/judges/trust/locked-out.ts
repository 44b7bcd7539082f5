import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import type { Finding } from '../../log/findings.ts';
import type { Replay } from '../../log/replay.ts';
import { isSecretRead } from '../../log/replaying/readable.ts';
import { judgedIn } from '../../organizations/leaves/client-keys.ts';
import { allowancesSoFar } from '../emergencies/allowances.ts';
import { isVerification } from '../proofs/probes.ts';
import type { Rules } from '../rules.ts';
import { looksAt } from '../shards.ts';
import type { JudgeContext, TrustEvent } from '../watch.ts';
import { isByOwnOnly } from './left-to-another.ts';
import { isUntold } from './misplaced.ts';
import { trustedAfter } from './scopes.ts';
import { isUnheardOf } from './unheard-of.ts';

/**
 * Returns the clients that a change locks out: they could get in and cannot any
 * more, and nothing excuses that.
 */
export function lockedOutBy(change: TrustEvent, context: JudgeContext): Finding[] {
  const { replay, rules, scenario } = context;
  const { at, scope, active, anchorIds } = change;
  const now = at / 1000;
  const { mayLeave, byListing } = allowancesSoFar({ replay, rules, scenario });
  // A person has decided to lock the client out, or a filter that no probe had to look at keeps it out (I6).
  const isAllowed = (name: string, current: string | null, after: ReadonlySet<string>): boolean =>
    !active &&
    (mayLeave(name, waysOf(current)) ||
      (byListing(scope, anchorIds) && rules.leadsInto(current, after, now)));
  // Other anchors of the same call were never ways in for this client. A leaf that nobody can
  // place may have had any of them.
  const waysOf = (current: string | null) => {
    const ways = anchorIds.filter((id) => rules.issuersOf(current).some((one) => rules.sameKey(one, id)));
    return ways.length > 0 ? ways : anchorIds;
  };
  return rules.touched(scope).flatMap((touched) => {
    const [before, after] = [replay.trusted(touched), trustedAfter(touched, change, replay)];
    const lockedOut = scenario.clients.filter((client) => {
      const { name } = client;
      const current = replay.state.leaves.get(name)?.AWSCURRENT ?? null;
      const project = judgedIn(client, current, scenario);
      if (project !== touched || !rules.accepted(current, before, now)) return false;
      return (
        !rules.accepted(current, after, now) &&
        !isAllowed(name, current, after) &&
        !movedByOutsider(name, change, { replay, rules, scenario }) &&
        !isUnheardOf(name, change, context) &&
        !isUntold(client, change, context) &&
        !isTakenForAnother(name, { replay, rules, scenario }) &&
        !(isFilterNew(project, change, replay) && rules.leadsInto(current, after, now)) &&
        !isShadowed(current, after, now, rules) &&
        !(!active && isByOwnOnly(current, after, now, { rules })) &&
        !isOutAgain(current, change, { replay, rules }) &&
        !wasArchived(project, change, replay) &&
        !isSinceListed(project, change, { replay, scenario })
      );
    });
    return lockedOut.map(({ name }) => ({
      kind: 'lockout',
      at,
      what: `${name} by ${active ? 'activating' : 'deactivating'} ${anchorIds.join(' ')} in ${scope}`,
    }));
  });
}

/**
 * Whether somebody changed what is trusted there after the plan. An upload of the client's own key with a
 * filter, which nobody can read (F16), may now decide before the anchor that was to let the client in.
 */
const isFilterNew = (project: string, { by }: TrustEvent, { state }: Replay): boolean => {
  const planned = typeof by === 'object' ? state.plans.get(by.execution)?.[0]?.at : undefined;
  return [project, ORGANIZATION].some((scope) => (state.outsiderAt.get(scope) ?? 0) > (planned ?? Infinity));
};

/**
 * Whether a renewal's filter refuses the leaf. Nobody can read that filter (F16); another watch judges
 * that the renewal is taken back.
 */
function isShadowed(leaf: string | null, after: ReadonlySet<string>, now: number, rules: Rules): boolean {
  const issuers = rules.leadingTo(leaf);
  const isRenewal = (id: string): boolean =>
    issuers.some((other) => other !== id && rules.authority(other, now) === rules.authority(id, now));
  return issuers.some((id) => after.has(id) && isRenewal(id) && rules.refusesAll(id, now));
}

/**
 * Whether the leaf leads only to what this very run has activated there, and cannot be placed by its secret.
 * When that is taken back, the client is where it was before.
 */
function isOutAgain(
  leaf: string | null,
  { by, scope, active, anchorIds }: TrustEvent,
  { replay: { state }, rules }: Pick<JudgeContext, 'replay' | 'rules'>,
): boolean {
  const isUndo = typeof by === 'object' && state.invocations.get(by.invocation)?.step === 'undo';
  if (active || !isUndo || rules.issuersOf(leaf).length > 0) return false;
  const since = state.startedAt.get(by.execution) ?? Number.POSITIVE_INFINITY;
  return rules
    .leadingTo(leaf)
    .every((id) => anchorIds.includes(id) && (state.activatedAt.get(`${scope} ${id}`) ?? 0) >= since);
}

/**
 * Whether somebody gave the client a leaf of another authority while nobody could read its secret. The
 * client then belongs to the authorities under which it was seen last, and to the one that the
 * configuration states (rule 3).
 */
function isTakenForAnother(name: string, { replay, rules, scenario }: JudgeContext): boolean {
  const { broken, leaves, outsiderAt, seenUnder } = replay.state;
  // Where Secrets Manager answers for that, the current version's id shows that
  // it is not the version seen last.
  if (!['denied', 'missing'].some((what) => broken.has(`${what} ${name}`))) return false;
  const leaf = leaves.get(name)?.AWSCURRENT ?? null;
  const seen = seenUnder.get(name) ?? [];
  const isRead = replay.readable().get(name)?.AWSCURRENT != null || (leaf !== null && seen.includes(leaf));
  if (leaf === null || isRead || !outsiderAt.has(name)) return false;
  const stated = scenario.clients.find((client) => client.name === name)?.authority ?? null;
  const known = [...rules.issuersOf(seen.at(-1) ?? null).flatMap(rules.authorities), stated];
  return (
    known.some((authority) => authority !== null) &&
    rules.issuersOf(leaf).every((id) => !rules.authorities(id).some((one) => known.includes(one)))
  );
}

/**
 * Whether the project was archived when this was planned. Its keys were refused until then, and nobody
 * could know that it would come back.
 */
const wasArchived = (project: string, { by }: TrustEvent, { state }: Replay): boolean =>
  typeof by === 'object' &&
  (state.plans.get(by.execution) ?? []).some(({ archived }) => archived.has(project));

/**
 * Whether somebody changed what is trusted in the client's project before this call landed, but after the
 * step's listing, or too shortly before it to show.
 */
const isSinceListed = (
  project: string,
  { by }: TrustEvent,
  { replay: { state }, scenario }: Pick<JudgeContext, 'replay' | 'scenario'>,
): boolean => {
  const listedAt =
    typeof by === 'object' ? state.invocations.get(by.invocation)?.listed.get(project) : undefined;
  const lag = 1000 * scenario.faultRates.propagation.listings;
  return listedAt !== undefined && (state.outsiderAt.get(project) ?? 0) > listedAt - lag;
};

/**
 * Whether an outsider, or a late call of a run that was taken over, gave the client another leaf after the
 * look that decides. That look is the last verification before this cut, or the plan. The plan decides where
 * the client is not among those that the plan proves and nothing tells its leaf from one that stays good.
 */
function movedByOutsider(
  name: string,
  { by, scope, anchorIds }: TrustEvent,
  { replay, rules, scenario }: JudgeContext,
): boolean {
  const { state } = replay;
  const moved = Math.max(state.outsiderAt.get(name) ?? 0, state.lateAt.get(name) ?? 0);
  const execution = typeof by === 'object' ? by.execution : '';
  const looks = [...state.invocations.values()].filter(
    (seen) =>
      seen.execution === execution && isVerification(seen) && seen.scope === scope && looksAt(name, seen),
  );
  const plans = state.plans.get(execution) ?? [];
  const since = (state.startedAt.get(execution) ?? 0) / 1000;
  const began = plans[0]?.at ?? 0;
  // A leaf of an anchor that was compromised by then belongs to no succession of the plan.
  const mayFollow = (id: string): boolean =>
    (state.compromised.get(id) ?? Number.POSITIVE_INFINITY) > began &&
    anchorIds.some((retiring) => rules.mayReplace(retiring, id, began / 1000, { since }));
  const belongs = plans.some(({ leaves }) =>
    Object.values(leaves.get(name) ?? {}).some((leaf) => rules.chainOf(leaf).some(mayFollow)),
  );
  // A key that a second anchor has says nothing about a client. A cut that was written down when this
  // was planned says nothing either.
  const [issuer = '', ...others] = rules.issuersOf(state.leaves.get(name)?.AWSCURRENT ?? null);
  const isShared = [...state.active.values()].some((ids) =>
    [...ids].some((id) => id !== issuer && !anchorIds.includes(id) && rules.sameKey(id, issuer)),
  );
  const isTold =
    others.length === 0 && !isShared && !plans.some(({ written }) => written.has(`${scope} ${issuer}`));
  // A secret that nobody can read says nothing either: its client belongs to where it was seen last (rule 3).
  // The secret of a client whose project does not exist can be read all the same.
  const { project = '' } = scenario.clients.find((one) => one.name === name) ?? {};
  const isRead = scenario.projects.includes(project)
    ? replay.readable().get(name)?.AWSCURRENT != null
    : isSecretRead(name, state) && state.leaves.get(name)?.AWSCURRENT != null;
  const look = isRead && (belongs || isTold) ? looks.at(-1)?.at : plans[0]?.at;
  return look !== undefined && moved > look;
}
