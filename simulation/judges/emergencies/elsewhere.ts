import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import type { ScopePlan } from '../../../lambdas/domain/plan-document/scope-plan.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import { wasOver } from '../promises/lack.ts';
import { shownBy } from '../proofs/probes.ts';
import { refusedBy } from '../runs.ts';
import type { JudgeContext, Watch } from '../watch.ts';
import { allowancesSoFar } from './allowances.ts';

/**
 * Judges I10: a Confirm that leaves a client's old leaf to another scope's Confirm knows of no cut there. By
 * a green end some Confirm of the same execution has seen that leaf turned away. A witness that one Confirm
 * leaves is looked at by another, or told (F16).
 */
export function createElsewhereWatch(context: JudgeContext): Watch {
  const { replay, rules } = context;
  /** By execution: clients left to another scope, and clients whose old leaf was seen turned away. */
  const postponed = new Map<string, Set<string>>();
  const judged = new Map<string, Set<string>>();
  /** The anchors by which a client's old leaf may get in elsewhere. */
  const postponedFor = new Map<string, Set<string>>();
  /** When an execution had first cut a scope: `execution scope`. */
  const doneAt = new Map<string, number>();
  const of = (clients: Map<string, Set<string>>, execution: string): Set<string> => {
    const known = clients.get(execution) ?? new Set();
    clients.set(execution, known);
    return known;
  };
  const names = (context.scenario.witnesses ?? []).map(({ name }) => name);
  return (event): Finding[] => {
    if (event.what === 'ended') {
      const planned = replay.state.plans.get(event.execution)?.[0]?.at ?? 0;
      // A client that an outsider has given another leaf since may hold the old one in no version any more.
      const isOurs = (client: string) => (replay.state.outsiderAt.get(client) ?? 0) < planned;
      // Before the plan an outsider may have made the old leaf the previous one. Once the run moves the
      // client, no version holds that leaf.
      const isHeld = (client: string): boolean => {
        const { from = null, ours = false } = replay.state.movedAt.get(client) ?? {};
        return !ours || rules.issuersOf(from).some((id) => postponedFor.get(client)?.has(id));
      };
      const { mayLeave, byListing } = allowancesSoFar(context);
      const isAllowed = (client: string): boolean => {
        const ways = [...(postponedFor.get(client) ?? [])];
        return mayLeave(client, ways) || byListing(ORGANIZATION, ways);
      };
      const left = [...of(postponed, event.execution)]
        .filter((client) => !isAllowed(client))
        .filter((one) => !of(judged, event.execution).has(one))
        // A leaf that had ended by then is refused whatever is active, which says nothing of a cut (F11).
        .filter((client) => isOurs(client) && isHeld(client) && !wasOver(client, planned, context));
      if (event.error !== null || left.length === 0) return [];
      const what = `${event.execution} ended well, and nobody saw the old leaf of ${left.join(' ')} turned away`;
      return [{ kind: 'unproven', at: event.at, what }];
    }
    if (event.what === 'recorded')
      for (const client of [...refusedBy(event), ...unwitnessedBy(event)])
        of(judged, event.entry.execution).add(client);
    const seen = event.what === 'returned' ? replay.state.invocations.get(event.invocation) : undefined;
    const address = `${seen?.execution} ${seen?.scope}`;
    if (seen?.step === 'deactivate' && !doneAt.has(address)) doneAt.set(address, event.at);
    if (seen?.step !== 'confirm' || event.what !== 'returned') return [];
    const { plan } = seen.input as { plan: ScopePlan };
    for (const name of names) if (shownBy(name, seen.probes).length > 0) of(judged, seen.execution).add(name);
    const checks = [...plan.checks, ...(plan.witnesses ?? [])];
    const left = [...seen.elsewhere];
    for (const client of left) {
      of(postponed, seen.execution).add(client);
      const ways = checks.flatMap((check) => (check.client === client ? (check.cutElsewhere ?? []) : []));
      postponedFor.set(client, new Set(ways));
    }
    const shut = left.filter((client) => {
      const project = checks.find((check) => check.client === client)?.project ?? '';
      const other = plan.scope === ORGANIZATION ? project : ORGANIZATION;
      return (doneAt.get(`${seen.execution} ${other}`) ?? Number.POSITIVE_INFINITY) < seen.at;
    });
    return shut.map((client) => ({
      kind: 'unproven',
      at: event.at,
      what: `${seen.state} in ${plan.scope} leaves the old leaf of ${client} to another scope, which had been cut before`,
    }));
  };
}

/** The witnesses of which a Confirm says that no probe has seen a filter turn them away. */
const unwitnessedBy = ({ entry }: LoggedEvent & { what: 'recorded' }): readonly string[] =>
  entry.event === 'confirmed' ? (Object(entry.detail).unwitnessed ?? []) : [];
