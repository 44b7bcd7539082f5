import type { ClientCheck } from '../../../lambdas/domain/plan-document/client-check.ts';
import type { InvocationRecord } from '../../log/invocation-record.ts';
import { allowancesSoFar } from '../emergencies/allowances.ts';
import { wasOver } from '../promises/lack.ts';
import { isMisplaced } from '../trust/misplaced.ts';
import type { JudgeContext } from '../watch.ts';
import { askedOf, isAroundCut, placesOf } from './asked.ts';
import { isNo, issuersShown, shownBy } from './probes.ts';

/**
 * Whether the look is around a cut that takes nothing from this client, as its leaf shows: every retiring
 * anchor of its successor is held there (I17).
 */
export function isBeside(
  seen: InvocationRecord,
  { client, successor }: ClientCheck,
  { replay, rules }: JudgeContext,
) {
  const { plan } = askedOf(seen);
  const current = rules.issuersOf(replay.state.leaves.get(client)?.AWSCURRENT ?? null);
  return (
    isAroundCut(seen) &&
    plan.successions.every(
      (one) => one.held || (one.successor !== successor && !current.includes(one.retiring)),
    )
  );
}

/**
 * Whether I6 or I17 excuses what a look lacks for a client. I6 excuses a client that may be left behind,
 * where another client proves the scope or the listing is enough. Where the listing is enough, I6 also
 * excuses a client of which a host said nothing and no host said no. I17 excuses a client whose leaf had
 * expired, where a compromised anchor is cut and another client proves the scope.
 */
export function isExcused(
  seen: InvocationRecord,
  { client, project, successor }: ClientCheck,
  context: JudgeContext,
) {
  const { successions, checks, scope } = askedOf(seen).plan;
  const retiring = successions.filter((one) => one.successor === successor).map((one) => one.retiring);
  const { mayLeave, byListing } = allowancesSoFar(context);
  const isEnough = byListing(scope, retiring);
  const others = checks.filter((one) => one.successor === successor && !mayLeave(one.client, retiring));
  const hasToProve =
    others.length === 0 && !isEnough && !context.scenario.policy.listingScopes.includes(scope);
  if (mayLeave(client, retiring) && !hasToProve) return true;
  const places = placesOf({ client, project }, context);
  const here = seen.probes.filter((probe) => places.includes(probe.project));
  const own = shownBy(client, here);
  const planned = context.replay.state.plans.get(seen.execution)?.at(-1)?.at ?? 0;
  const isOut = (name: string): boolean => wasOver(name, planned, context);
  const isOutlived =
    isOut(client) &&
    retiring.every((id) => context.replay.state.compromised.has(id)) &&
    others.some((one) => !isOut(one.client));
  const { AWSCURRENT: current = null } = context.replay.state.leaves.get(client) ?? {};
  // The client has stayed on that expired leaf. Around a cut nobody asks for it.
  if (isOutlived && isAroundCut(seen) && !context.rules.chainOf(current).includes(successor)) return true;
  // The answer of another project's anchors says nothing about this project's (F10).
  const isOfAnother = context.scenario.clients.some(
    (one) => one.name === client && isMisplaced(one, context),
  );
  return (
    (isEnough || isOutlived) &&
    (here.some(({ verdict }) => verdict === 'inconclusive') || isOfAnother) &&
    !own.some((probe) => issuersShown(client, probe, context).includes(successor) && isNo(probe.verdict))
  );
}
