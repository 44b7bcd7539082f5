import type { Scope } from '../domain/anchor.ts';
import { batchesOf } from '../domain/guards.ts';
import type { Claim } from '../domain/lease.ts';
import type { Certificates } from './certificates.ts';
import type { Leases } from './lease.ts';

/** Toggles anchors in one scope, ten to a call (F2), each call made only while the lease is still this claim's (I12). */
export async function toggle(
  { certificates, leases }: { certificates: Certificates; leases: Leases },
  claim: Claim,
  to: 'activate' | 'deactivate',
  scope: Scope,
  anchorIds: readonly string[],
): Promise<void> {
  for (const batch of batchesOf(anchorIds)) {
    await leases.demand(claim);
    await certificates[to](scope, batch);
  }
}
