import type { Scope } from '../../domain/anchor.ts';
import { batchesOf } from '../../domain/cut/batches.ts';
import { type ErrorName, WindlassError } from '../../domain/errors.ts';
import type { Claim } from '../../domain/memory/lease.ts';
import { type TogglePorts, toggle } from './toggle.ts';

/**
 * The API's errors when it does not take one of a call's anchors. A call is atomic (F2), so it then took
 * none.
 */
const REFUSED: readonly ErrorName[] = ['ApiRefused', 'UnknownAnchor', 'UnknownProject'];

/**
 * Toggles anchors in one scope. If the API refuses a call, each of its anchors is toggled by itself: one
 * refused anchor must not keep the others from being put back or cut (I10, I16, I17). Returns the refusals by
 * anchor. Before every call but the first, `lookAgain` has to find that the guards still hold. `lastLook` is
 * called right before every call.
 */
export async function toggleEach(
  ports: Pick<TogglePorts, 'certificates' | 'leases'>,
  claim: Claim,
  to: 'activate' | 'deactivate',
  scope: Scope,
  anchorIds: readonly string[],
  lookAgain: () => Promise<unknown>,
  lastLook?: () => Promise<unknown>,
): Promise<Map<string, WindlassError>> {
  const refused = new Map<string, WindlassError>();
  let calls = 0;
  const attempt = async (ids: readonly string[]): Promise<void> => {
    if (calls++ > 0) await lookAgain();
    try {
      await toggle(ports, claim, to, scope, ids, lookAgain, lastLook);
    } catch (error) {
      if (!(error instanceof WindlassError) || !REFUSED.includes(error.name)) throw error;
      const [only] = ids;
      if (ids.length === 1 && only !== undefined) refused.set(only, error);
      else for (const id of ids) await attempt([id]);
    }
  };
  for (const batch of batchesOf(anchorIds)) await attempt(batch);
  return refused;
}
