import { ORGANIZATION, type Scope } from '../../../lambdas/domain/anchor.ts';
import { judgedIn } from '../../organizations/leaves/client-keys.ts';
import type { ScenarioClient } from '../../organizations/scenario.ts';
import { allowancesSoFar } from '../emergencies/allowances.ts';
import { LATE_HOSTS } from '../promises/lack.ts';
import { isCompromised, type JudgeContext, type TrustEvent } from '../watch.ts';

/** The project by whose anchors a client is judged by now: that of the key beside the leaf that it runs on. */
export const judgedNow = (client: ScenarioClient, { replay, scenario }: JudgeContext): Scope =>
  judgedIn(client, replay.state.leaves.get(client.name)?.AWSCURRENT ?? null, scenario);

/** Whether a client calls with a key of another project than the configured one. */
export const isMisplaced = (client: ScenarioClient, context: JudgeContext): boolean =>
  judgedNow(client, context) !== client.project;

/** Whether any does, and hosts do not say so (F10): its new leaf is refused where nobody can know why, and what is then done or left may be right. */
export const isAnybodyUntold = (context: JudgeContext): boolean =>
  context.scenario.areProjectsUntold === true &&
  context.scenario.clients.some((client) => isMisplaced(client, context));

/**
 * Whether a cut waits for such a client (I1): in the configured project, where its look fails; and in the key's and in the organization where it runs on
 * what is cut, has something to lose by that, and no person has decided to leave it behind (I6, I17). `at` in Unix seconds.
 */
export function waitsForMisplaced(
  { scope, retiring, at }: { scope: Scope; retiring: string; at: number },
  context: JudgeContext,
): boolean {
  const { scenario, replay, rules } = context;
  const { mayLeave } = allowancesSoFar(context);
  const loses = ({ name }: ScenarioClient): boolean => {
    const current = replay.state.leaves.get(name)?.AWSCURRENT ?? null;
    const isOver = rules.endOf(current) + LATE_HOSTS + rules.TOLERANCE < at;
    return rules.chainOf(current).includes(retiring) && !isOver && !mayLeave(name, [retiring]);
  };
  return scenario.clients.some(
    (client) =>
      isMisplaced(client, context) &&
      (scope === client.project ||
        ([judgedNow(client, context), ORGANIZATION].includes(scope) && loses(client))),
  );
}

/**
 * Whether a run could not know, by what it was to look at, that a cut is a client's affair: hosts do not say whose key it is; or the key was put into its secret
 * after the plan, or all scopes go at once, and no look of the run had been told by the time of the cut.
 */
export function isUntold(
  client: ScenarioClient,
  { by, at, anchorIds }: TrustEvent,
  context: JudgeContext,
): boolean {
  const { replay, scenario } = context;
  const { name, project } = client;
  const real = judgedNow(client, context);
  if (real === project) return false;
  if (scenario.areProjectsUntold || scenario.policy.evidence !== 'probe') return true;
  const { execution = '', invocation = -1 } = typeof by === 'object' ? by : {};
  const began = replay.state.invocations.get(invocation)?.at ?? at;
  const isTold = [...replay.state.invocations.values()].some(
    (seen) =>
      seen.execution === execution &&
      seen.probes.some(
        (one) =>
          one.at <= began &&
          one.project === real &&
          one.verdict === 'accepted' &&
          one.leaf.startsWith(`${name} `),
      ),
  );
  if (isTold) return false;
  const plans = replay.state.plans.get(execution) ?? [];
  const wasHere = plans.every(({ leaves }) => {
    const planned = leaves.get(name)?.AWSCURRENT ?? null;
    return planned !== null && judgedIn(client, planned, scenario) === real;
  });
  return !wasHere || anchorIds.every((id) => isCompromised(context, id));
}
