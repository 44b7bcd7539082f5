import type { ScopePlan } from '../../../lambdas/domain/plan-document/scope-plan.ts';
import type { JudgeContext, Watch } from '../watch.ts';

/**
 * Judges I16 and I17: an anchor that the API toggles neither way keeps no other anchor of its call
 * active, nor unconfirmed once that is cut. It keeps no successor beside it inactive, nor unproven once
 * that is active. A step that gives up for such an anchor has seen to the others first. Nobody can toggle
 * an anchor that somebody has deleted meanwhile, and it leaves nothing to prove; a cut of it that was
 * made still has to be confirmed.
 */
export function createBesideStuckWatch({ replay }: JudgeContext): Watch {
  return (event) => {
    if (event.what !== 'failed' || event.error !== 'ApiRefused') return [];
    const seen = replay.state.invocations.get(event.invocation);
    if (!seen?.scope || (seen.step !== 'activate' && seen.step !== 'deactivate')) return [];
    const { scope } = seen;
    const { successions } = (seen.input as { plan: ScopePlan }).plan;
    const isCut = seen.step === 'deactivate';
    const asked = isCut
      ? successions.flatMap(({ retiring, held }) => (held ? [] : retiring))
      : successions.map(({ successor }) => successor);
    const isStuck = (id: string): boolean => replay.state.broken.has(`stuck ${id}`);
    const isGone = (id: string): boolean =>
      !replay.exists(id) && !(isCut && replay.state.cuts.has(`${scope} ${id}`));
    const left = asked.filter((id) => !isStuck(id) && !isGone(id));
    if (!asked.some(isStuck) || left.length === 0) return [];
    const what = `${seen.state} in ${scope} gave up for what is stuck, and left ${left.join(', ')} ${isCut ? 'active or unconfirmed' : 'unproven'}`;
    return [{ kind: 'heldBack', at: event.at, what }];
  };
}
