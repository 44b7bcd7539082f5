import { type Clock, systemClock } from '../../clock.ts';
import type { Scope } from '../../domain/anchor.ts';
import { batchesOf } from '../../domain/cut/batches.ts';
import type { Claim } from '../../domain/memory/lease.ts';
import { holdFromEnvironment } from '../environment.ts';
import { type Journal, journalFromEnvironment } from '../table/journal.ts';
import { type Leases, leasesFromEnvironment } from '../table/lease.ts';
import { type Certificates, certificatesFromEnvironment } from './certificates.ts';

/** The adapters of a step that toggles by a plan. `hold` has the anchors that are on hold by now. */
export type TogglePorts = {
  certificates: Certificates;
  leases: Leases;
  journal: Journal;
  hold: readonly string[];
  clock: Clock;
};

/** Returns these adapters as the environment describes them. */
export const togglePortsFromEnvironment = (): TogglePorts => ({
  certificates: certificatesFromEnvironment(),
  leases: leasesFromEnvironment(),
  journal: journalFromEnvironment(),
  hold: holdFromEnvironment(),
  clock: systemClock,
});

/**
 * Toggles anchors in one scope, ten to a call (F2). Each call is made only while the lease is still this
 * claim's (I12). Before every call but the first, `lookAgain` has to find that the first call's reasons still
 * hold (I1, I2).
 */
export async function toggle(
  { certificates, leases }: Pick<TogglePorts, 'certificates' | 'leases'>,
  claim: Claim,
  to: 'activate' | 'deactivate',
  scope: Scope,
  anchorIds: readonly string[],
  lookAgain: () => Promise<unknown>,
  /** The last check before every call, made together with the one of the lease. */
  lastLook: () => Promise<unknown> = async () => {},
): Promise<void> {
  for (const [i, batch] of batchesOf(anchorIds).entries()) {
    if (i > 0) await lookAgain();
    await Promise.all([leases.demand(claim), lastLook()]);
    await certificates[to](scope, batch);
  }
}
