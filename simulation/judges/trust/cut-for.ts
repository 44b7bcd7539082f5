import type { Scope } from '../../../lambdas/domain/anchor.ts';
import type { ScopePlan } from '../../../lambdas/domain/plan-document/scope-plan.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import type { JudgeContext } from '../watch.ts';

/**
 * Watches I1: a successor in whose favour something was cut in a scope is not taken back there for a witness.
 * Nobody knows whom somebody moved to it by hand, and the rotation itself is forgotten by then.
 */
export function createCutForWatch({ replay }: Pick<JudgeContext, 'replay'>) {
  /**
   * Keys `scope successor` since its last activation: `cut` where something was cut for it, `begun`
   * where a run has only begun to cut.
   */
  const cut = new Set<string>();
  const begun = new Set<string>();
  const seenBy = ({ by }: LoggedEvent & { what: 'trust' }) =>
    typeof by === 'object' ? replay.state.invocations.get(by.invocation) : undefined;
  return {
    /** Whether a run has begun such a cut. It may have written it down and gone no further. */
    isBegun: (scope: Scope, id: string): boolean => begun.has(`${scope} ${id}`),
    note(event: LoggedEvent): Finding[] {
      if (event.what === 'invoked' && event.step === 'deactivate') {
        const { scope, successions } = Object(event.input).plan as ScopePlan;
        for (const { successor } of successions) begun.add(`${scope} ${successor}`);
      }
      if (event.what !== 'trust') return [];
      const { at, scope, active, anchorIds } = event;
      const keys = anchorIds.map((id) => `${scope} ${id}`);
      const { step, execution, input } = seenBy(event) ?? {};
      const { plan, halt, deactivation } = Object(input);
      const isForWitness = step === 'undo' && halt?.Error === 'TrustWidened' && !deactivation;
      const taken = isForWitness && !active ? keys.filter((key) => cut.has(key)) : [];
      for (const key of keys) {
        cut.delete(key);
        begun.delete(key);
      }
      const { successions = [] } = step === 'deactivate' && !active ? (plan as ScopePlan) : {};
      for (const { retiring, successor } of successions)
        if (anchorIds.includes(retiring)) cut.add(`${scope} ${successor}`);
      return taken.map((key) => ({
        kind: 'undo',
        at,
        what: `${execution} took ${key.slice(scope.length + 1)} back in ${scope}, which had taken another's place there`,
      }));
    },
  };
}
