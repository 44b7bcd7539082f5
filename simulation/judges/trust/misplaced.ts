import { ORGANIZATION, type Scope } from '../../../lambdas/domain/anchor.ts';
import { judgedIn } from '../../organizations/leaves/client-keys.ts';
import type { ScenarioClient } from '../../organizations/scenario.ts';
import { allowancesSoFar } from '../emergencies/allowances.ts';
import { LATE_HOSTS } from '../promises/lack.ts';
import { shownBy } from '../proofs/probes.ts';
import { isCompromised, type JudgeContext, type TrustEvent } from '../watch.ts';

/** The project whose anchors judge a client by now: the project of the key beside its running leaf. */
export const judgedNow = (client: ScenarioClient, { replay, scenario }: JudgeContext): Scope =>
  judgedIn(client, replay.state.leaves.get(client.name)?.AWSCURRENT ?? null, scenario);

/** Whether a client calls with a key of another project than the configured one. */
export const isMisplaced = (client: ScenarioClient, context: JudgeContext): boolean =>
  judgedNow(client, context) !== client.project;

/**
 * Whether any client does so while hosts do not say it (F10). Its new leaf is refused and nobody can know
 * why, so what a run then does or leaves may be right.
 */
export const isAnybodyUntold = (context: JudgeContext): boolean =>
  context.scenario.areProjectsUntold === true &&
  context.scenario.clients.some((client) => isMisplaced(client, context));

/**
 * Whether a cut waits for a client whose key is of another project (I1). In the configured project the look
 * at it fails. In the key's project and in the organization the cut waits where the client runs on the
 * retiring anchor and has something to lose. It does not wait there where a person has decided to leave the
 * client behind (I6, I17). `at` is in Unix seconds.
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
 * Whether a run could not know, by what it had to look at, that a cut concerns this client. With evidence
 * `listing` it can only where the configured project is not listed: then the key may be of any project (I9).
 * Where hosts do not say whose key it is, it never can. Otherwise it can where a probe was told by the time
 * of the cut. Without such a probe it cannot where the key came into the secret after the
 * plan, or all scopes go at once.
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
  if (scenario.policy.evidence !== 'probe') return !mayBeAnywhere(client, { by, anchorIds }, context);
  if (scenario.areProjectsUntold) return true;
  const { execution = '', invocation = -1 } = typeof by === 'object' ? by : {};
  const began = replay.state.invocations.get(invocation)?.at ?? at;
  const isTold = [...replay.state.invocations.values()].some(
    (seen) =>
      seen.execution === execution &&
      shownBy(name, seen.probes).some(
        (one) => one.at <= began && one.project === real && one.verdict === 'accepted',
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

/**
 * Whether a cut without a probe had to wait for a client, since its configured project was not listed when
 * this was planned. Nothing compromised waits for it (I16).
 */
function mayBeAnywhere(
  { project }: ScenarioClient,
  { by, anchorIds }: Pick<TrustEvent, 'by' | 'anchorIds'>,
  context: JudgeContext,
): boolean {
  const { replay, scenario } = context;
  const plans = typeof by === 'object' ? (replay.state.plans.get(by.execution) ?? []) : [];
  const isListed =
    scenario.projects.includes(project) && !plans.every(({ archived }) => archived.has(project));
  return !isListed && !anchorIds.some((id) => isCompromised(context, id));
}
