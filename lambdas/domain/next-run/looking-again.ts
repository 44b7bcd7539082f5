import { secondsOf } from '../instant.ts';
import type { SoakMemory } from '../memory/journal.ts';
import { soakForRun } from '../memory/soak.ts';
import type { Plan } from '../plan-document/plan.ts';

/**
 * Returns the plan of a run that took over from another, with the time of another look. Calls of the other
 * run may land after this one has listed, so a run has to list again when none can land any more. Where this
 * run soaks for longer, that look comes during the soak, if what lands may be compromised (I15). `lateUntil`
 * is ISO 8601.
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
