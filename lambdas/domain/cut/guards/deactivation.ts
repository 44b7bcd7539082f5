import { activeIds, type ListedAnchor } from '../../anchor.ts';
import { WindlassError } from '../../errors.ts';
import { firstFew } from '../../first-few.ts';
import type { ScopePlan } from '../../plan-document/scope-plan.ts';
import { demandFree, demandValid, type GuardFacts } from './free-and-valid.ts';

/**
 * Returns what to deactivate in a scope. Throws `SuccessorNotActive` unless every successor is active and
 * valid here now (I1): with it the scope keeps a usable anchor, whatever is cut (I2). Throws `AnchorHeld`
 * (I5), and `RetiringReactivated` where an anchor that was cut before is active again and clients have
 * nothing else. `gone` are the pairs of which somebody has deactivated both anchors, by retiring anchor: they
 * stop no other cut (I17).
 */
export function decideDeactivation(plan: ScopePlan, { listing, hold, now }: GuardFacts) {
  const active = new Set(activeIds(listing));
  const toCut = plan.successions.filter(({ held }) => !held);
  const standing = toCut.filter(({ retiring }) => active.has(retiring));
  for (const { retiring, successor, stranded = [] } of standing) {
    if (!active.has(successor))
      throw new WindlassError(
        'SuccessorNotActive',
        `${retiring} stays active in ${plan.scope}: its successor ${successor} is not active there. Nothing was deactivated in this scope; start a new run`,
      );
    demandValid(plan.scope, successor, listing, now);
    if (stranded.length > 0)
      throw new WindlassError(
        'RetiringReactivated',
        `${firstFew(stranded, 10).join(', ')} would be locked out of ${plan.scope}: ${retiring} was cut there when this was planned, and somebody has activated it again. Nothing was deactivated in this scope; stage a leaf of ${successor} there and start a new run`,
      );
  }
  const gone = new Map(
    withoutSuccessor(toCut, active)
      .filter(({ retiring }) => !active.has(retiring))
      .map(({ retiring, successor }) => [retiring, emptiedByHand(plan.scope, retiring, successor)]),
  );
  const retiring = [...new Set(toCut.map((succession) => succession.retiring))];
  const deactivate = [...new Set(standing.map((succession) => succession.retiring))];
  demandFree(plan.scope, deactivate, hold);
  return {
    deactivate,
    alreadyInactive: retiring.filter((id) => !active.has(id) && !gone.has(id)),
    gone,
  };
}

/**
 * Throws `SuccessorNotActive` where a successor is not active any more once the cut shows: somebody has
 * deactivated it meanwhile. Where no host is asked, nothing else shows it (I13).
 */
export function demandStanding(
  scope: string,
  listing: readonly ListedAnchor[],
  cuts: ScopePlan['successions'],
): void {
  const [gone] = withoutSuccessor(cuts, new Set(activeIds(listing)));
  if (gone)
    throw new WindlassError(
      'SuccessorNotActive',
      `${gone.successor} is active in ${scope} no more, since somebody took it out while ${gone.retiring} was deactivated: whoever runs on it gets in by neither. Activate ${gone.successor} there by hand, unless somebody meant it so`,
    );
}

/**
 * Returns the pairs whose successor is not active. A successor that itself retires here is left out, since
 * this very run may have cut it.
 */
const withoutSuccessor = (pairs: ScopePlan['successions'], active: ReadonlySet<string>) =>
  pairs.filter(
    ({ successor }) => !active.has(successor) && !pairs.some(({ retiring }) => retiring === successor),
  );

/**
 * Reported in any case: clients that were moved are outside, or nobody is asked for a certificate (F8). Where
 * no host is asked, nothing else would show it (I13).
 */
const emptiedByHand = (scope: string, retiring: string, successor: string): WindlassError =>
  new WindlassError(
    'SuccessorNotActive',
    `neither ${retiring} nor its successor ${successor} is active in ${scope} any more: somebody has deactivated both since the plan. Whoever was moved to ${successor} gets in by neither, or nobody is asked for a certificate there. Activate ${successor} there by hand, unless somebody meant it so`,
  );
