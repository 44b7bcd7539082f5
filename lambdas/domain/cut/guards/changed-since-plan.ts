import { activeIds, type ListedAnchor } from '../../anchor.ts';
import { WindlassError } from '../../errors.ts';
import type { ScopePlan } from '../../plan-document/scope-plan.ts';

/**
 * Throws `ConfigurationChanged` when the clients are configured otherwise than the plan knew them. A client
 * that was added since may run on the anchor that is about to be cut. A plan of an older deployment has no
 * digest, and passes.
 */
export function demandConfigured({ scope, configured }: ScopePlan, now: string | undefined): void {
  if (configured === undefined || now === undefined || configured === now) return;
  throw new WindlassError(
    'ConfigurationChanged',
    `a deployment has changed the clients, the hosts, the evidence or the stated successions since the plan was made, so nothing was deactivated in ${scope}; start a new run, which goes on where this one stopped`,
  );
}

/**
 * Returns the anchors that were cut when this was planned, or by an earlier attempt of this step, and that
 * somebody has activated again, each with the error that says so. Clients may have gone back to such an
 * anchor, so it soaks anew (rule 5). A compromised anchor does not soak, and is not among them. `said` is
 * what an earlier attempt has left active, and which of that it had found so; absent where none has said its
 * cut.
 */
export function reactivatedIn(
  { scope, successions }: ScopePlan,
  listing: readonly ListedAnchor[],
  said?: { left?: readonly string[] | undefined; again?: readonly string[] | undefined },
): Map<string, WindlassError> {
  const active = new Set(activeIds(listing));
  const isCut = ({ retiring, cutBefore }: ScopePlan['successions'][number]) =>
    cutBefore || said?.again?.includes(retiring) || (said && !said.left?.includes(retiring));
  const again = successions.filter(
    (one) => isCut(one) && !one.compromised && !one.held && active.has(one.retiring),
  );
  return new Map(
    again.map(({ retiring }) => [
      retiring,
      new WindlassError(
        'RetiringReactivated',
        `${retiring} had been cut in ${scope}, and somebody has activated it again: clients may have gone back to it, so that it soaks once more. It was left as it is; the next run goes on with it`,
      ),
    ]),
  );
}
