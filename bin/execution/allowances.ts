import type { Request } from '../../lambdas/domain/request.ts';
import { prose } from '../terminal/prose.ts';
import { paintFor } from '../terminal/screen.ts';

/**
 * Prints what an emergency was allowed, in red. It goes to stderr, so it is seen even where stdout is piped.
 */
export function warnOfAllowances(request: Request): void {
  for (const allowance of allowancesOf(request))
    process.stderr.write(
      `${paintFor(process.stderr)(['red', 'bold'], prose(`! ${allowance}`, '  ', undefined, '    '))}\n`,
    );
}

/**
 * What an emergency was allowed to do to clients and to proofs, in plain words. Empty when it was allowed
 * nothing (I6).
 */
function allowancesOf(request: Request): string[] {
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
