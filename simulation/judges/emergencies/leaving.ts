import type { Scope } from '../../../lambdas/domain/anchor.ts';
import type { ScopePlan } from '../../../lambdas/domain/plan-document/scope-plan.ts';
import type { JudgeContext } from '../watch.ts';

/**
 * How long a call that deactivates an active anchor may be on its way, by a clock that is off, in seconds.
 */
const ON_ITS_WAY = 900 + 600;

type Input = { plan?: Partial<ScopePlan>; halt?: { Error: string }; everywhere?: boolean };

/** The halts after which an undo takes a successor back. After any other halt the successor stays. */
const TAKEN_BACK_FOR = ['SuccessorRefused', 'TrustWidened'];

/**
 * Whether a step that began lately may be about to deactivate an anchor in a scope at a time
 * (Unix seconds). The step cuts, or takes a successor back. Until its call has landed, nothing is
 * cut in favour of that anchor (I2).
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
