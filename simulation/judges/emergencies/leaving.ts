import type { Scope } from '../../../lambdas/domain/anchor.ts';
import type { ScopePlan } from '../../../lambdas/domain/plan-document.ts';
import type { JudgeContext } from '../watch.ts';

/** How long a call may be on its way that deactivates what shows as active, by a clock that is off, in seconds. */
const ON_ITS_WAY = 900 + 600;

/**
 * Whether a step may be about to deactivate an anchor in a scope at a time (Unix seconds), since it began lately: a cut, or a successor that is
 * taken back. Until its call has landed nothing is cut in favour of that one (I2).
 */
export const mayBeLeaving = (
  scope: Scope,
  anchorId: string,
  at: number,
  { replay }: Pick<JudgeContext, 'replay'>,
): boolean =>
  [...replay.state.invocations.values()].some((seen) => {
    const since = at - seen.at / 1000;
    if (seen.scope !== scope || since < 0 || since > ON_ITS_WAY) return false;
    const plan: Partial<ScopePlan> = Object(seen.input).plan ?? {};
    return plan.successions?.some(
      ({ retiring, successor }) =>
        (seen.step === 'deactivate' && retiring === anchorId) ||
        (seen.step === 'undo' && successor === anchorId),
    );
  });
