import { WindlassError } from '../../domain/errors.ts';
import type { Claim } from '../../domain/memory/lease.ts';
import type { Leases } from './lease.ts';

/** Whether the lease is still a claim's, for what may as well be left undone. Throws `LeaseUnavailable` when unsure. */
export const isHeld = async (leases: Leases, claim: Claim): Promise<boolean> =>
  (await lossOf(leases, claim)) === null;

/**
 * Fails as `Superseded` what failed while another rotation took over: that one may well be why, and nothing else is
 * worth another attempt (I12). A lease that cannot be read says nothing, and the failure stays what it was.
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

/** The `Superseded` that a claim meets by now, or null while the lease is its own. */
async function lossOf(leases: Leases, claim: Claim): Promise<WindlassError | null> {
  try {
    await leases.demand(claim);
    return null;
  } catch (error) {
    if (error instanceof WindlassError && error.name === 'Superseded') return error;
    throw error;
  }
}
