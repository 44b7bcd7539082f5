import { activeIds, isValidAt, type ListedAnchor } from '../anchor.ts';
import { WindlassError } from '../errors.ts';
import { firstFew } from '../first-few.ts';
import { instant } from '../instant.ts';
import type { ScopePlan } from '../plan-document.ts';

/**
 * The facts of a guard: a fresh listing of the scope, the anchors that are on hold by now, and the time in
 * Unix seconds.
 */
export type GuardFacts = {
  listing: readonly ListedAnchor[];
  hold: readonly string[];
  now: number;
};

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
 * Returns what to activate in a scope. Throws `EnforcementWouldBegin` when the scope has no active anchor any
 * more (I3), `SuccessorNotActive` when a successor is gone or not valid now, and `AnchorHeld` (I5).
 */
export function decideActivation(
  plan: ScopePlan,
  { listing, hold, now, isEnforced }: GuardFacts & { isEnforced: boolean },
) {
  const active = new Set(activeIds(listing));
  const successors = unique(plan.successions.map(({ successor }) => successor));
  const activate = successors.filter((id) => !active.has(id));
  if (activate.length > 0 && !isEnforced)
    throw new WindlassError(
      'EnforcementWouldBegin',
      `${plan.scope} has no active anchor any more, nor has the organization: activating ${activate.join(', ')} would turn enforcement on where callers may have no certificate. Somebody changed trust since the plan; start a new run`,
    );
  demandFree(plan.scope, activate, hold);
  for (const id of activate) demandValid(plan.scope, id, listing, now);
  return { activate, alreadyActive: successors.filter((id) => active.has(id)) };
}

/**
 * Returns the anchors that were cut when this was planned, or by an earlier attempt of this step, and that
 * somebody has activated again, each with the error that says so. Clients may have gone back to such an
 * anchor, so it soaks anew (rule 5). A compromised anchor does not soak, and is not among them. `left` is
 * what an attempt that has said its cut left active; absent where no attempt has.
 */
export function reactivatedIn(
  { scope, successions }: ScopePlan,
  listing: readonly ListedAnchor[],
  left?: readonly string[],
): Map<string, WindlassError> {
  const active = new Set(activeIds(listing));
  const isCut = ({ retiring, cutBefore }: ScopePlan['successions'][number]) =>
    cutBefore || (left !== undefined && !left.includes(retiring));
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
  const retiring = unique(toCut.map((succession) => succession.retiring));
  const deactivate = unique(standing.map((succession) => succession.retiring));
  demandFree(plan.scope, deactivate, hold);
  return {
    deactivate,
    alreadyInactive: retiring.filter((id) => !active.has(id) && !gone.has(id)),
    gone,
  };
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

/**
 * Believes a toggle only from a listing that is taken after it (I7). Throws `ToggleNotVisible`, which is
 * worth another look.
 */
export function believeToggle(
  scope: string,
  listing: readonly ListedAnchor[],
  expected: { anchorIds: readonly string[]; active: boolean },
): void {
  const active = new Set(activeIds(listing));
  const unseen = expected.anchorIds.filter((id) => active.has(id) !== expected.active);
  if (unseen.length > 0)
    throw new WindlassError(
      'ToggleNotVisible',
      `${scope} still lists ${unseen.join(', ')} as ${expected.active ? 'inactive' : 'active'} after the API took the change`,
    );
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

/** Throws `AnchorHeld`: a rotation soaks for days, and an operator may put an anchor on hold meanwhile. */
function demandFree(scope: string, anchorIds: readonly string[], hold: readonly string[]): void {
  const held = anchorIds.filter((id) => hold.includes(id));
  if (held.length > 0)
    throw new WindlassError(
      'AnchorHeld',
      `policy.hold names ${held.join(', ')} since the plan was made, so nothing was changed in ${scope}; start a new run, which leaves alone what is held`,
    );
}

function demandValid(scope: string, anchorId: string, listing: readonly ListedAnchor[], now: number): void {
  const listed = listing.find((anchor) => anchor.anchorId === anchorId);
  // A project may list only the anchors that it knows. The API judges an anchor that it does not list yet,
  // when it is activated.
  if (!listed || isValidAt(listed, now)) return;
  const isEarly = !listed.flaw && (listed.validAt ?? now) > now;
  const [why, remedy] = isEarly
    ? [`it begins ${instant(listed.validAt ?? now)}`, 'a run after that takes it up']
    : [
        listed.flaw ? `it ${listed.flaw}` : `it expires ${instant(listed.expiresAt)}`,
        'upload a new generation and start a new run',
      ];
  throw new WindlassError(
    'SuccessorNotActive',
    `successor ${anchorId} is not valid now (${why}), so nothing was changed in ${scope}; ${remedy}`,
  );
}

const unique = (ids: readonly string[]): string[] => [...new Set(ids)];
