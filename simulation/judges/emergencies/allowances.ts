import { ORGANIZATION, type Scope } from '../../../lambdas/domain/anchor.ts';
import type { Request } from '../../../lambdas/domain/request.ts';
import type { JudgeContext } from '../watch.ts';

type Emergency = Extract<Request, { mode: 'emergency' }>;

/** A run that has to honour what was allowed: it knows of its own request, and of others that had written theirs down by its own (milliseconds). Who stops one before that starts it again. */
type Honouring = { execution?: string; at: number };

/**
 * What people have allowed emergencies so far, by what they asked for and by nothing that anybody remembers (I6): all that may have been
 * heard of, or what one run has to honour.
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
   * A request that names a client or a project which never was is refused, with all that it allows. So is one that names such an anchor, yet
   * not where it never came to be looked up.
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
    /** Whether all these may be cut there though no probe says anything: by a request that names the scope, and by no policy. */
    byListing: (scope: Scope, ids: readonly string[]): boolean =>
      allowing(ids, ({ onListing = [] }) => onListing === 'all' || onListing.includes(scope)),
  };
}

const isEmergency = (request: unknown): request is Emergency => Object(request).mode === 'emergency';
