import { WindlassError } from '../../domain/errors.ts';
import type { Claim } from '../../domain/memory/lease.ts';
import type { Leases } from './lease.ts';

/**
 * Whether the lease is still a claim's, for work that may be left undone. Throws `LeaseUnavailable` when
 * unsure.
 */
export const isHeld = async (leases: Leases, claim: Claim): Promise<boolean> =>
  (await lossOf(leases, claim)) === null;

/**
 * Throws `Superseded` instead of an error if another rotation has taken over meanwhile: that may be the
 * cause, and no other error would be worth another attempt (I12). If the lease cannot be read, the error
 * stays what it was.
 */
export async function orSuperseded<T>(
  leases: Leases,
  claim: Claim | null,
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw (claim && (await lossOf(leases, claim).catch(() => null))) ?? error;
  }
}

/** Returns the `Superseded` that a claim gets by now, or null while the lease is still its own. */
async function lossOf(leases: Leases, claim: Claim): Promise<WindlassError | null> {
  try {
    await leases.demand(claim);
    return null;
  } catch (error) {
    if (error instanceof WindlassError && error.name === 'Superseded') return error;
    throw error;
  }
}
