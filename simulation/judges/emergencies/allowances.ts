import { ORGANIZATION, type Scope } from '../../../lambdas/domain/anchor.ts';
import type { Request } from '../../../lambdas/domain/request.ts';
import type { JudgeContext } from '../watch.ts';

type Emergency = Extract<Request, { mode: 'emergency' }>;

/**
 * A run that has to honour what was allowed: its own request, and others that had been written down by its
 * own `at` (milliseconds). A person who stops a run before that starts it again.
 */
type Honouring = { execution?: string; at: number };

/**
 * Returns what people have allowed emergencies so far, by their requests alone and not by what
 * is remembered (I6). Without `run` it counts all that anybody may have heard of, with `run`
 * only what that run has to honour.
 */
export function allowancesSoFar({ replay, rules, scenario }: JudgeContext, run?: Honouring) {
  const { requests, heardAt } = replay.state;
  const isHeard = (execution: string): boolean =>
    !run || execution === run.execution || (heardAt.get(execution) ?? Number.POSITIVE_INFINITY) <= run.at;
  const heard = [...requests].flatMap(([execution, request]) => (isHeard(execution) ? [request] : []));
  const emergencies = heard.filter(isEmergency).filter(isKnown);
  const allowing = (ids: readonly string[], allows: (request: Emergency) => boolean): boolean =>
    ids.length > 0 &&
    ids.every((id) =>
      emergencies.some((one) => one.anchors.some((named) => rules.sameKey(named, id)) && allows(one)),
    );

  /**
   * Whether a request is not refused. A request that names a client or a project which never existed is
   * refused, with all that it allows. One that names such an anchor is refused too, but not where
   * nobody ever looked the anchor up.
   */
  function isKnown({ anchors, leaveBehind = [], onListing = [] }: Emergency): boolean {
    const scopes = onListing === 'all' ? [] : onListing;
    return (
      (!run || anchors.every((id) => scenario.anchors.some((one) => one.id === id))) &&
      leaveBehind.every((client) => scenario.clients.some(({ name }) => name === client)) &&
      scopes.every((scope) => scope === ORGANIZATION || scenario.projects.includes(scope))
    );
  }

  return {
    /** Whether the cut of all these anchors may lock this client out. */
    mayLeave: (client: string, ids: readonly string[]): boolean =>
      allowing(ids, ({ leaveBehind = [] }) => leaveBehind.includes(client)),
    /**
     * Whether all these anchors may be cut there though no probe says anything, since a request names the
     * scope. A policy does not count.
     */
    byListing: (scope: Scope, ids: readonly string[]): boolean =>
      allowing(ids, ({ onListing = [] }) => onListing === 'all' || onListing.includes(scope)),
  };
}

const isEmergency = (request: unknown): request is Emergency => Object(request).mode === 'emergency';
