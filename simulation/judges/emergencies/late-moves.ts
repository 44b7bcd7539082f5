import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import { hostsAnswering } from '../../organizations/hosts-answering.ts';
import { type Edges, isShutOut } from '../leaf.ts';
import type { JudgeContext, TrustEvent, Watch } from '../watch.ts';
import { allowancesSoFar } from './allowances.ts';

/**
 * A client that a call moved after its run had lost the lease. `isOut`: the client is outside by that
 * move, or by a cut of ours since.
 */
type LateMove = { at: number; from: string | null; to: string | null; isOut: boolean };

/**
 * Judges I11 and I13: a call that is on its way when an emergency takes over may move a client onto
 * what has been cut meanwhile. Nobody can call it back. A run that plans after that and comes to its
 * end has let the client in again.
 */
export function createLateMovesWatch(context: JudgeContext, edges: Edges): Watch {
  const { replay, rules, scenario } = context;
  const { state } = replay;
  const moves = new Map<string, LateMove>();
  /** When each run last began to plan, unless it left everything to another, in milliseconds. */
  const plannedAt = new Map<string, number>();

  function moved(event: LoggedEvent & { what: 'leaf' }): void {
    if (event.stage !== 'AWSCURRENT') return;
    moves.delete(event.client);
    if (replay.isLate(event)) moves.set(event.client, { ...event, isOut: isShutOut(event, context, edges) });
  }

  function cut({ by, active, anchorIds }: TrustEvent): void {
    if (typeof by !== 'object' || active) return;
    for (const move of moves.values())
      if (rules.issuersOf(move.to).some((id) => anchorIds.includes(id))) move.isOut = true;
  }

  /**
   * Whether a run could have helped: by the leaf that the client had before, and as the
   * world was when the run planned.
   */
  function couldBeHelped(client: string, { from }: LateMove, at: number, since: number): boolean {
    const project = scenario.clients.find(({ name }) => name === client)?.project ?? '';
    const isBroken = [...state.broken].some((what) => [client, project].includes(what.split(' ')[1] ?? ''));
    const isMoving = [project, ORGANIZATION].some((scope) => (state.outsiderAt.get(scope) ?? 0) > since);
    if (isBroken || isMoving) return false;
    const current = state.leaves.get(client)?.AWSCURRENT ?? null;
    // A leaf that has ended since lets nobody in, wherever the client was moved from.
    if (rules.endOf(current) <= at / 1000) return false;
    const isIn = (leaf: string | null) =>
      hostsAnswering(project, scenario).every((host) =>
        rules.accepted(leaf, edges(host, project), at / 1000, true),
      );
    return !isIn(current) && isIn(from);
  }

  function ended({ at, execution, error }: LoggedEvent & { what: 'ended' }): Finding[] {
    const since = plannedAt.get(execution);
    const { mode } = Object(state.requests.get(execution)) as { mode?: string };
    // An emergency does only what it was asked to do, and a run that halts is tried again.
    if (since === undefined || mode === 'emergency' || (error !== null && error !== 'Blocked')) return [];
    // Every later run honours what an emergency was allowed (I6).
    const { mayLeave } = allowancesSoFar(context);
    const left = [...moves].filter(
      ([client, move]) =>
        move.isOut &&
        move.at < since &&
        !mayLeave(client, rules.issuersOf(move.to)) &&
        couldBeHelped(client, move, at, since),
    );
    return left.map(([client, move]) => ({
      kind: 'lockout',
      at,
      what: `${execution} went to its end and left ${client} outside, which a late call moved there ${Math.round((at - move.at) / 60_000)} minutes before`,
    }));
  }

  return (event) => {
    if (event.what === 'leaf') moved(event);
    else if (event.what === 'trust') cut(event);
    else if (event.what === 'returned') {
      const seen = state.invocations.get(event.invocation);
      if (seen?.step === 'plan' && event.heard && (event.result as Plan).decision !== 'busy')
        plannedAt.set(event.execution, seen.at);
    } else if (event.what === 'ended') return ended(event);
    return [];
  };
}
