import { isValidAt, type ListedAnchor } from '../../anchor.ts';
import { WindlassError } from '../../errors.ts';
import { instant } from '../../instant.ts';

/**
 * The facts of a guard: a fresh listing of the scope, the anchors that are on hold by now, and the time in
 * Unix seconds.
 */
export type GuardFacts = {
  listing: readonly ListedAnchor[];
  hold: readonly string[];
  now: number;
};

/** Throws `AnchorHeld`: a rotation soaks for days, and an operator may put an anchor on hold meanwhile. */
export function demandFree(scope: string, anchorIds: readonly string[], hold: readonly string[]): void {
  const held = anchorIds.filter((id) => hold.includes(id));
  if (held.length > 0)
    throw new WindlassError(
      'AnchorHeld',
      `policy.hold names ${held.join(', ')} since the plan was made, so nothing was changed in ${scope}; start a new run, which leaves alone what is held`,
    );
}

/**
 * Throws `SuccessorNotActive` where a scope's listing shows a successor that is not valid now. `now` in Unix
 * seconds.
 */
export function demandValid(
  scope: string,
  anchorId: string,
  listing: readonly ListedAnchor[],
  now: number,
): void {
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
