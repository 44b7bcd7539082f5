import type { Anchor, Scope } from '../anchor.ts';
import { leadsTo } from '../client.ts';
import { instant, secondsOf } from '../instant.ts';
import { lastNamed, type SoakMemory } from '../memory/journal.ts';
import { soakForRun } from '../memory/soak.ts';
import type { Plan } from '../plan-document.ts';
import type { Policy } from '../policy.ts';
import { servedSoak } from '../succession/resume.ts';
import { isCompromised } from './compromise.ts';
import { dueAt, type PlanningFacts, type Succession } from './facts.ts';
import { reaches } from './reach.ts';

/** How soon the next run comes when work is known to be waiting, in seconds. */
const SOON = 300;

/**
 * The instant that was planned, or soon when it has gone by: a soak of days may lie in between, and EventBridge takes
 * no time that is past, by its own clock.
 */
export const notInThePast = (planned: string | null, now: number): string | null =>
  planned && soonest(secondsOf(planned), now);

/** The instant of a run that comes for something at `at`, or as soon as one may (Unix seconds; ISO 8601). */
export const soonest = (at: number, now: number): string => instant(Math.max(at, now + SOON));

/** The instant of a run that comes as soon as one may (ISO 8601). */
export const soonAfter = (now: number): string => soonest(now, now);

const DAY = 86_400;

/** The longest that anybody waits until a compromised anchor is tried again, in seconds. */
const LONGEST_GAP = 3_600;

/**
 * The instant of the next try at what is compromised, where runs have halted since then (ISO 8601): five minutes after the first of
 * them, and then each time later by as long as they have been halting. A recovery is noticed before about twice the time has gone by that
 * it took.
 */
export const tryAgainAt = (failingSince: string, now: number): string =>
  instant(now + gapAfter(Math.max(0, now - secondsOf(failingSince))));

const gapAfter = (seconds: number): number => Math.min(SOON + seconds, LONGEST_GAP);

/** Which of those tries it is by now, about: each run takes its own time as well. */
export function triesSince(failingSince: string, now: number): number {
  const gone = now - secondsOf(failingSince);
  let tries = 0;
  for (let at = 0; at < gone; at += gapAfter(at)) tries++;
  return tries;
}

/**
 * The instant of the next try at what is compromised and blocked (ISO 8601): five minutes after the last emergency, and then
 * each time later by as long as that is ago. Null once the daily sweep is as soon: who uploads or stages what is missing starts a run.
 */
export function tryBlockedAgainAt({
  allowances = [],
  now,
}: Pick<PlanningFacts, 'allowances' | 'now'>): string | null {
  const gap = SOON + Math.max(0, now - Math.max(0, ...allowances.map(lastNamed)));
  return gap < DAY ? instant(now + gap) : null;
}

/**
 * The instant of the next try at what is compromised and left by a run that rotates something else (ISO 8601). What is blocked is tried
 * again as late as above. What is ready, and was only passed over for this one run, is as soon as after a halt: others may soak for days.
 */
export function tryLeftAgainAt(
  facts: Pick<PlanningFacts, 'allowances' | 'now'>,
  isPassedOver: boolean,
): string | null {
  const { allowances = [], now } = facts;
  return isPassedOver
    ? tryAgainAt(instant(Math.max(0, ...allowances.map(lastNamed))), now)
    : tryBlockedAgainAt(facts);
}

/**
 * The plan of a run that took over from another: calls of the other may land after this one has listed, so that a run has to
 * list again when none can any more. Where this one soaks for longer, it comes meanwhile, if what lands may be compromised (I15).
 * `lateUntil` is ISO 8601.
 */
export function lookingAgain(
  plan: Plan,
  lateUntil: string | undefined,
  { soaks, isAnyNamed }: { soaks: readonly SoakMemory[]; isAnyNamed: boolean },
): Plan {
  if (!lateUntil) return plan;
  const { decision, nextRotationAt, leftAgainAt = null } = plan;
  const isLater = (at: string | null) => at === null || secondsOf(at) > secondsOf(lateUntil);
  const soaksLonger =
    decision === 'rotate' &&
    plan.soakSeconds > 0 &&
    soakForRun(plan, secondsOf(plan.plannedAt), soaks).until > secondsOf(lateUntil);
  if (soaksLonger) return isAnyNamed && isLater(leftAgainAt) ? { ...plan, leftAgainAt: lateUntil } : plan;
  return isLater(nextRotationAt) ? { ...plan, nextRotationAt: lateUntil } : plan;
}

/** When the next rotation should start (rule 6), in Unix seconds, or null when only the daily sweep has a reason to look. */
export function nextRotation(facts: {
  now: number;
  policy: Policy;
  active: ReadonlyMap<string, readonly Scope[]>;
  anchors: ReadonlyMap<string, Anchor>;
  rotating: readonly Succession[];
  blocked: readonly { anchor: string }[];
  /** More is ready than one run may carry. */
  soon: boolean;
  /** When what is left is tried again, whatever comes due (ISO 8601). */
  againAt: readonly string[];
}): number | null {
  const { now, policy, active, anchors, rotating, blocked, soon, againAt } = facts;
  if (soon) return now + SOON;
  // What is blocked now stays so until an operator acts: the daily sweep looks again, a schedule could not help.
  const left = new Set([
    ...rotating.map(({ retiring }) => retiring.anchorId),
    ...blocked.map((b) => b.anchor),
  ]);
  const tended = new Set([...active.keys(), ...rotating.map(({ successor }) => successor.anchorId)]);
  const due = [...tended]
    .filter((id) => !left.has(id) && !policy.hold.includes(id))
    .flatMap((id) => anchors.get(id) ?? [])
    .filter(({ flaw }) => !flaw)
    .map((anchor) => Math.max(dueAt(anchor, policy), now + SOON));
  const times = [...due, ...againAt.map(secondsOf)];
  return times.length > 0 ? Math.min(...times) : null;
}

/** Until when a leaf has to be valid for a succession to rely on it, in Unix seconds (I19). */
export type Lasting = (succession: Succession) => number;

/** Whether a client runs on something else than the successor alone, and has a leaf of that one to be moved to. */
const hasToMove = ({ retiring, successor, scopes }: Succession, { clients = [] }: PlanningFacts): boolean =>
  clients.some(
    (client) =>
      (leadsTo(client.running, retiring.anchorId) || !leadsTo(client.running, successor.anchorId)) &&
      leadsTo(client.staged, successor.anchorId) &&
      scopes.some((scope) => reaches(client, scope)),
  );

/**
 * A leaf is relied on until the soak ends, and for the safety margin after it. Where nothing soaks, or the soak has been
 * served, the margin is enough (rule 5): unless a client has to be moved from something else, since that begins the soak anew (I11, I19).
 */
export function lastingFor(facts: PlanningFacts): Lasting {
  const { policy, now } = facts;
  const [soak, margin] = [policy.soak, policy.safetyMargin];
  const untilOf = (one: Succession): number => {
    const isOver = servedSoak(one, facts) !== undefined && !hasToMove(one, facts);
    const isSoaking = !isCompromised(one.retiring.anchorId, facts) && !isOver;
    const soakEnds = Math.max(now, Math.min(now + soak, one.retiring.expiresAt - margin));
    return (isSoaking ? soakEnds : now) + margin;
  };
  // Asked for each client in each scope.
  const known = new Map<Succession, number>();
  return (one) => {
    const until = known.get(one) ?? untilOf(one);
    known.set(one, until);
    return until;
  };
}
