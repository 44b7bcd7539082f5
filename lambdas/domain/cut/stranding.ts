import type { Anchor } from '../anchor.ts';
import { secondsOf } from '../instant.ts';
import type { CutMemory } from '../memory/journal.ts';
import { CLOCKS } from '../memory/lease.ts';
import { isCompromised } from '../planning/compromise.ts';
import type { PlanningFacts } from '../planning/facts.ts';
import { isSamePair } from '../succession/resume.ts';

/**
 * Returns why a sweep does not activate an anchor for an unconfirmed cut; null where it may. The reason is
 * that this pair was taken back after that cut: strangers got in by the successor, or clients did not, and
 * only a person tries it again (F16). A take-back for another retiring anchor keeps nobody outside here. The
 * step that took it back has another clock than the step that cut, so `CLOCKS` is allowed for. A compromised
 * anchor waits for no filter (I16).
 */
export function whyNotAgain({ anchorId }: Anchor, cut: CutMemory, facts: PlanningFacts): string | null {
  const { request, memory } = facts;
  if (request.mode !== 'scheduled' || isCompromised(cut.retiring, facts)) return null;
  const since = secondsOf(cut.cutAt) - CLOCKS;
  const pair = { retiring: cut.retiring, successor: anchorId };
  const isBack = memory?.begun?.some(
    ({ takenBackAt: at, ...one }) => isSamePair(one, pair) && at !== undefined && secondsOf(at) >= since,
  );
  return isBack
    ? `${anchorId} was taken back, since strangers got in by it, or clients did not. Repair its filter, or activate ${cut.retiring} there again, then start a run with --manual`
    : null;
}

/** Tells a person of a cut that no run can finish, and why. */
export function stranding(
  { scope, retiring, successor }: CutMemory,
  active: readonly string[],
  why: string,
  facts: PlanningFacts,
): string {
  const spoilt = isCompromised(successor, facts) ? 'been named as compromised' : 'expired';
  const state = active.includes(successor)
    ? `its successor ${successor} has ${spoilt} since`
    : `its successor ${successor} is not active there any more, so clients may be outside: activate one of the two there again`;
  return `${retiring} was cut in ${scope}, which nobody confirmed, and ${state}. By itself this cannot be finished: ${why}`;
}

/** The same for a cut whose anchor has been deleted since, and whose successor is not active there. */
export const deleted = ({ scope, retiring, successor }: CutMemory): string =>
  `${retiring} was cut in ${scope}, which nobody confirmed, and it has been deleted since. Its successor ${successor} is not active there any more, so clients may be outside: activate ${successor} there again`;

/** The same where no anchor is active any more. */
export const unenforced = ({ scope, retiring, successor }: CutMemory): string =>
  `mutual TLS is off in ${scope}: nothing is active there any more since ${retiring} was cut in favour of ${successor}. Unless somebody meant it to be off, activate ${successor} there again; Windlass may not, and says so once`;
