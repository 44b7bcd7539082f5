import { instant } from '../../../lambdas/domain/instant.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import type { JudgeContext } from '../watch.ts';

/**
 * Judges I19: nobody is moved to a leaf that ends before the soak does, or within the margin after it. Nobody
 * is moved either to a leaf that ends before one that somebody has given the client since the plan.
 */
export function judgeLasting(
  { at, by, client, from, to }: LoggedEvent & { what: 'leaf' },
  { replay, rules, scenario }: JudgeContext,
): Finding[] {
  const seen = typeof by === 'object' ? replay.state.invocations.get(by.invocation) : undefined;
  if (seen?.step !== 'promote' && seen?.step !== 'promote-scope') return [];
  const { plan } = seen.input as { plan: Plan };
  // A scope that goes by itself gets its own part of the plan, and nothing soaks.
  const { soakSeconds = 0 } = plan;
  const planned = (replay.state.plans.get(seen.execution)?.[0]?.at ?? at) / 1000;
  const given = replay.state.movedAt.get(client);
  const isGivenSince = given && !given.ours && given.at > 1000 * planned;
  const leadsThere = rules.chainOf(from).some((id) => rules.chainOf(to).includes(id));
  const isLeaving = plan.successions.some(({ retiring }) => rules.issuersOf(from).includes(retiring));
  if (isGivenSince && leadsThere && !isLeaving && rules.endOf(from) > rules.endOf(to))
    return [
      { kind: 'shortLived', at, what: `${client} was moved to ${to} from ${from}, which lasts longer` },
    ];
  const { safetyMargin: margin } = scenario.policy;
  const ends = plan.successions.map(({ retiring }) => rules.anchor(retiring)?.expiresAt ?? Infinity);
  // The shortest soak that any of the successions may ask for: only the plan says to
  // which of them this client belongs.
  const soakEnds = Math.max(planned, Math.min(planned + soakSeconds, ...ends.map((end) => end - margin)));
  const until = rules.endOf(to);
  if (until > soakEnds + margin - rules.TOLERANCE) return [];
  return [
    {
      kind: 'shortLived',
      at,
      what: `${client} was moved to ${to}, which ends at ${instant(until)}, before ${instant(soakEnds + margin)}`,
    },
  ];
}
