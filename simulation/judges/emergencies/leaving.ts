import type { Scope } from '../../../lambdas/domain/anchor.ts';
import type { ScopePlan } from '../../../lambdas/domain/plan-document.ts';
import type { JudgeContext } from '../watch.ts';

/** How long a call may be on its way that deactivates what shows as active, by a clock that is off, in seconds. */
const ON_ITS_WAY = 900 + 600;

type Input = { plan?: Partial<ScopePlan>; halt?: { Error: string }; everywhere?: boolean };

/** What an undo takes a successor back for: of whatever else has halted, the successor stays. */
const TAKEN_BACK_FOR = ['SuccessorRefused', 'TrustWidened'];

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
    const { plan = {}, halt, everywhere = false }: Input = Object(seen.input);
    if ((seen.scope !== scope && !everywhere) || since < 0 || since > ON_ITS_WAY) return false;
    const takesBack = seen.step === 'undo' && TAKEN_BACK_FOR.includes(halt?.Error ?? '');
    return plan.successions?.some(
      ({ retiring, successor }) =>
        (seen.step === 'deactivate' && retiring === anchorId) || (takesBack && successor === anchorId),
    );
  });
