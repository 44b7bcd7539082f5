import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding, ViolationKind } from '../../log/findings.ts';
import type { Snapshot } from '../../log/invocation-record.ts';
import { type JudgeContext, namedIn } from '../watch.ts';
import { certifiesNamed, leavesKnown, vouchesFor } from './vouching.ts';

/**
 * Judges I15: a run does not end green while a compromised key is active anywhere, as far as its
 * plan could see. The holder of the key would still get in. The same holds while another active
 * anchor vouches for such a key.
 */
export function judgeCompromise(
  { at, execution, error }: LoggedEvent & { what: 'ended' },
  planned: unknown,
  context: JudgeContext,
): Finding[] {
  const { replay, rules, scenario } = context;
  const { decision, successions = [] } = Object(planned) as Planned;
  const plans = replay.state.plans.get(execution) ?? [];
  const [began] = plans;
  if (error !== null || !began || decision === undefined || decision === 'busy') return [];
  const named = [...replay.state.compromised].flatMap(([id, since]) => (since < began.at ? id : []));
  const request = replay.state.requests.get(execution);
  const asked = namedIn(request);
  const isAmong = (all: readonly string[], id: string) => all.some((one) => rules.sameKey(one, id));
  const isNamed = (id: string): boolean => isAmong(named, id) || isAmong(asked, id);
  const isAsked = (id: string): boolean => isAmong(asked, id);
  const successors = new Set(successions.map(({ successor }) => successor));
  return [ORGANIZATION, ...scenario.projects].flatMap((scope) =>
    [...replay.activeIn(scope)].flatMap((id): Finding[] => {
      const found = (kind: ViolationKind, what: string): Finding => ({
        ...{ kind, at, what: `${execution} ended well, and ${what}` },
      });
      const vouches = plans.every((plan) => vouchesFor(id, plan, isNamed, context));
      // A CA that was never uploaded cannot be cut itself. Only what has certified it can.
      const isByIssuer = (isLeaked: typeof isAsked): boolean =>
        plans.every(({ leaves }) => certifiesNamed(id, leavesKnown(leaves, context), isLeaked, rules));
      const letsIn = isByIssuer(isAsked)
        ? [found('leakedKeyAccepted', `a leaf of the leaked issuing key still gets in by ${id} in ${scope}`)]
        : vouches || isByIssuer(isNamed)
          ? [found('falseGreen', `${id}, active in ${scope}, vouches for a compromised key`)]
          : [];
      if (isUnseenAndOver(id, scope, { execution, at: began.at }, context)) return [];
      // A run has not seen active what it activates itself.
      if (!wasSeen(id, scope, plans, context)) return successors.has(id) ? letsIn : [];
      if (isAsked(id))
        return [found('leakedKeyAccepted', `a leaf of the leaked key still gets in by ${id} in ${scope}`)];
      if (isNamed(id)) return [found('falseGreen', `${id}, whose key is compromised, is active in ${scope}`)];
      return letsIn;
    }),
  );
}

/**
 * Whether an anchor had expired when a run planned, in a scope that the run could not list. It lets nobody in
 * there, and nobody could see it. `at` is in milliseconds.
 */
export const isUnseenAndOver = (
  id: string,
  scope: string,
  { execution, at }: { execution: string; at: number },
  { replay, rules }: JudgeContext,
): boolean =>
  replay.state.unlisted.has(`${execution} ${scope}`) &&
  (rules.anchor(id)?.expiresAt ?? Number.POSITIVE_INFINITY) <= at / 1000 - rules.TOLERANCE;

type Planned = { decision?: string; successions?: { successor: string }[] };

/**
 * Whether every attempt at the plan listed the anchor as active, and by no late listing. A
 * later change is somebody else's.
 */
function wasSeen(
  id: string,
  scope: string,
  plans: readonly Snapshot[],
  { replay, scenario }: JudgeContext,
): boolean {
  const lag = 1000 * (scenario.faultRates.propagation.listings + 1);
  const since = (plans[0]?.at ?? 0) - lag;
  return (
    plans.every(({ active, archived }) => active.get(scope)?.has(id) && !archived.has(scope)) &&
    (replay.state.outsiderAt.get(scope) ?? 0) < since &&
    (replay.state.activatedAt.get(`${scope} ${id}`) ?? 0) < since
  );
}
