import type { Request } from '../../lambdas/domain/request.ts';

/** What an emergency was allowed to do to people and to proofs, in plain words; nothing where it was allowed nothing (I6). */
export function allowancesOf(request: Request): string[] {
  if (request.mode !== 'emergency') return [];
  const { leaveBehind = [], onListing = [] } = request;
  const scopes = onListing === 'all' ? 'every scope' : onListing.join(', ');
  return [
    ...(leaveBehind.length > 0
      ? [
          `MAY LOCK OUT ${leaveBehind.join(', ')}: the cut does not wait for them, and calls with their old leaf fail after it`,
        ]
      : []),
    ...(scopes
      ? [
          `CUT WITHOUT A PROOF in ${scopes}: where no call shows first that clients get in with the successor, only a plain refusal keeps the cut waiting`,
        ]
      : []),
  ];
}
