import { ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import type { EventLog } from '../log/event-log.ts';
import type { Finding } from '../log/findings.ts';
import type { JudgeContext } from './watch.ts';

/** I11: some days after the last trouble nothing is left undone that could be done, and every run ends well. */
export function judgeConvergence(eventLog: EventLog, context: JudgeContext): Finding[] {
  const { scenario } = context;
  const at = scenario.end * 1000;
  const last = eventLog.findLast((event) => event.what === 'ended');
  const then = (last?.at ?? at) / 1000;
  const pending = pendingIn(context, then, scenario.calm).filter(({ freed }) => !freed);
  // By whatever clock: it is the run's own that counts.
  const due = (['every', 'some'] as const).flatMap((by) => pendingIn(context, then, then, by));
  const unprovable = due.filter(({ provable }) => !provable);
  // Without a probe for one scope nothing is rotated anywhere: that is for a person to mend.
  if (unprovable.length > 0 && last?.error === 'NoProbeClient') return [];
  const red = last && last.error !== null && last.error !== 'Blocked';
  return [
    ...pending.map(
      ({ retiring, successor, scope }): Finding => ({
        kind: 'unfinished',
        at,
        what: `${retiring} is still active in ${scope}, though ${successor} could succeed it`,
      }),
    ),
    ...(red
      ? [{ kind: 'unfinished' as const, at, what: `the last run ended with ${last.error}: ${last.cause}` }]
      : []),
    ...lingering(eventLog, context).map(
      (execution): Finding => ({ kind: 'unfinished', at, what: `${execution} has not ended` }),
    ),
  ];
}

/** Executions that still run, and should have ended: what came due in the last days may soak. */
function lingering(eventLog: EventLog, { scenario, replay }: JudgeContext): string[] {
  const { soak } = scenario.policy;
  return eventLog.flatMap((event) =>
    event.what === 'started' &&
    replay.state.running.has(event.execution) &&
    event.at / 1000 < scenario.end - soak - 86_400
      ? [event.execution]
      : [],
  );
}

type Clocks = 'some' | 'every';

/** Successions that were due by a time (Unix seconds), and that nothing lawful blocks at another. */
function pendingIn(
  { scenario, replay, rules }: JudgeContext,
  at: number,
  dueBy: number,
  by: Clocks = 'every',
) {
  const { policy, projects } = scenario;
  const { compromised, leaves, movedAt } = replay.state;
  const ready = (client: string, id: string): boolean =>
    [leaves.get(client)?.AWSPENDING, leaves.get(client)?.AWSCURRENT].some((leaf) =>
      rules.chainOf(leaf ?? null).includes(id),
    );
  return [ORGANIZATION, ...projects].flatMap((scope) =>
    [...replay.activeIn(scope)].flatMap((retiring) => {
      if (rules.held(retiring, at) || !(rules.isDue(retiring, dueBy) || compromised.has(retiring))) return [];
      const successor = bestSuccessor(retiring, { at, by }, { scenario, replay, rules });
      if (!successor) return [];
      const everywhere = [ORGANIZATION, ...projects].filter((other) => replay.activeIn(other).has(retiring));
      const concerned = everywhere.flatMap((other) => rules.reaching(other));
      const blocked = concerned.some(
        ({ name }) =>
          rules.issuersOf(leaves.get(name)?.AWSCURRENT ?? null).includes(retiring) && !ready(name, successor),
      );
      // Somebody had put a client there, and only our move to something else has freed it: late, by its own schedule.
      const freed = concerned.some(({ name }) => {
        const { at: since = 0, from = null, ours } = movedAt.get(name) ?? {};
        const isAway = !rules.chainOf(leaves.get(name)?.AWSCURRENT ?? null).includes(successor);
        return ours && isAway && since / 1000 > scenario.calm && rules.issuersOf(from).includes(retiring);
      });
      if (blocked) return [];
      const provable =
        policy.evidence === 'listing' || rules.reaching(scope).some(({ name }) => ready(name, successor));
      return [{ retiring, successor, scope, provable, freed }];
    }),
  );
}

/** The latest-expiring anchor that may succeed (rule 2), of those that exist. */
function bestSuccessor(
  retiring: string,
  { at, by }: { at: number; by: Clocks },
  { scenario, replay, rules }: JudgeContext,
): string | undefined {
  const candidates = scenario.anchors.filter(
    ({ id }) =>
      replay.exists(id) && !replay.state.compromised.has(id) && rules.mayReplace(retiring, id, at, { by }),
  );
  return candidates.toSorted((a, b) => b.expiresAt - a.expiresAt)[0]?.id;
}
