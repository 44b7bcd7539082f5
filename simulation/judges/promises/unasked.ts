import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import { scopePlansOf } from '../../../lambdas/domain/manifest.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import type { Finding } from '../../log/findings.ts';
import type { JudgeContext, Watch } from '../watch.ts';

/**
 * Judges F16: the plan names a witness that no run looks at, since its line is rotated only where its project
 * does not go by it. Where the successor was active for it already, an earlier run may have looked. Where
 * something could not be listed, nobody knows.
 */
export function createUnaskedWatch({ replay, rules, scenario }: JudgeContext): Watch {
  const { witnesses = [], policy } = scenario;
  if (witnesses.length === 0 || policy.evidence !== 'probe') return () => [];
  return (event) => {
    if (event.what !== 'returned' || !event.heard) return [];
    const seen = replay.state.invocations.get(event.invocation);
    const plan = event.result as Plan;
    if (seen?.step !== 'plan' || plan.decision !== 'rotate') return [];
    const told = JSON.stringify([plan.warnings, plan.blocked]);
    if (told.includes('could not be listed')) return [];
    const looks = replay.state.plans.get(event.execution) ?? [];
    const isStanding = (project: string, id: string): boolean =>
      [project, ORGANIZATION].some((scope) =>
        [replay.activeIn(scope), ...looks.map(({ active }) => active.get(scope))].some((one) => one?.has(id)),
      );
    const shares = scopePlansOf(plan);
    return plan.successions.flatMap(({ retiring, successor }) => {
      // Another succession of this run to the same successor asks about the witness as well.
      const scopes = shares.flatMap(({ scope, successions }) =>
        successions.some((one) => one.successor === successor) ? scope : [],
      );
      return witnesses
        .filter(({ line }) =>
          [retiring, successor].every((id) => rules.authority(id, event.at / 1000) === line),
        )
        .filter(({ project }) => ![project, ORGANIZATION].some((scope) => scopes.includes(scope)))
        .filter(({ project, name }) => !isStanding(project, successor) && !told.includes(name))
        .map(({ name }): Finding => {
          const what = `nobody looks whether ${successor} keeps ${name} out, and the plan does not say so`;
          return { kind: 'widened', at: event.at, what };
        });
    });
  };
}
