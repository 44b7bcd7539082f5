import { ORGANIZATION, type Scope } from '../../../lambdas/domain/anchor.ts';
import type { Confirmation, Deactivation, ScopePlan } from '../../../lambdas/domain/document.ts';
import type { Finding } from '../../log/findings.ts';
import type { JudgeContext, Watch } from '../watch.ts';

/**
 * I10: a Confirm that leaves a client's old leaf to another scope's Confirm has that other way in before it, and by a green
 * end some Confirm of the same execution has seen the leaf turned away.
 */
export function createElsewhereWatch({ replay, scenario }: JudgeContext): Watch {
  /** When an anchor was last cut in a scope, in milliseconds: `scope anchor`. */
  const cutAt = new Map<string, number>();
  /** By execution: clients left to another scope, and those whose old leaf was seen turned away. */
  const postponed = new Map<string, Set<string>>();
  const judged = new Map<string, Set<string>>();
  /** When an execution last began to cut a scope, which is when it looked at the others: `execution scope`. */
  const deactivatedAt = new Map<string, number>();
  const lag = 1000 * (scenario.faultRates.propagation.listings + 1);
  const of = (clients: Map<string, Set<string>>, execution: string): Set<string> => {
    const known = clients.get(execution) ?? new Set();
    clients.set(execution, known);
    return known;
  };
  const isOpen = (other: Scope, ids: readonly string[], since: number): boolean =>
    ids.some((id) => replay.activeIn(other).has(id) || (cutAt.get(`${other} ${id}`) ?? 0) > since - lag);

  return (event): Finding[] => {
    if (event.what === 'trust' && !event.active)
      for (const id of event.anchorIds) cutAt.set(`${event.scope} ${id}`, event.at);
    if (event.what === 'ended') {
      const planned = replay.state.plans.get(event.execution)?.[0]?.at ?? 0;
      // Whom somebody has given another leaf since may hold the old one in no version any more.
      const isOurs = (client: string) => (replay.state.outsiderAt.get(client) ?? 0) < planned;
      const left = [...of(postponed, event.execution)]
        .filter((one) => !of(judged, event.execution).has(one))
        .filter(isOurs);
      if (event.error !== null || left.length === 0) return [];
      const what = `${event.execution} ended well, and nobody saw the old leaf of ${left.join(' ')} turned away`;
      return [{ kind: 'unproven', at: event.at, what }];
    }
    if (event.what === 'invoked' && event.step === 'deactivate') {
      const { plan } = event.input as { plan: ScopePlan };
      deactivatedAt.set(`${event.execution} ${plan.scope}`, event.at);
    }
    const seen = event.what === 'returned' ? replay.state.invocations.get(event.invocation) : undefined;
    if (seen?.step !== 'confirm' || event.what !== 'returned') return [];
    const { plan, deactivation } = seen.input as { plan: ScopePlan; deactivation: Deactivation };
    const { judgedElsewhere = [] } = deactivation;
    for (const client of (event.result as Confirmation).refused) of(judged, seen.execution).add(client);
    for (const client of judgedElsewhere) of(postponed, seen.execution).add(client);
    const looked = deactivatedAt.get(`${seen.execution} ${plan.scope}`) ?? seen.at;
    const shut = judgedElsewhere.filter((client) => {
      const own = plan.checks.filter((check) => check.client === client);
      const project = own[0]?.project ?? '';
      const ids = own.flatMap(({ cutElsewhere = [] }) => cutElsewhere);
      const other = plan.scope === ORGANIZATION ? project : ORGANIZATION;
      return !isOpen(other, ids, looked);
    });
    return shut.map((client) => ({
      kind: 'unproven',
      at: event.at,
      what: `${seen.state} in ${plan.scope} leaves the old leaf of ${client} to another scope, where nothing lets it in`,
    }));
  };
}
