import * as z from 'zod';
import type { Mode } from '../request.ts';

/** The right to change an organization's trust: one execution at a time (I12). `token` grows with every holder. */
export const leaseSchema = z.object({
  /** ARN of the execution that holds it. */
  holder: z.string(),
  mode: z.enum(['scheduled', 'manual', 'emergency']),
  token: z.int(),
  takenAt: z.iso.datetime(),
  released: z.boolean(),
});

export type Lease = z.infer<typeof leaseSchema>;

/** An execution's claim: checked against the lease right before every change. */
export type Claim = { execution: string; token: number };

/**
 * What an execution may do about a lease: `take` a free one, `keep` its own, `takeOver` one whose holder has ended or,
 * for an emergency, a rotation that is none (I12), or leave a `busy` one alone.
 */
export function decideLease(
  current: Lease | null,
  asking: { execution: string; mode: Mode; holderRuns: boolean },
): 'take' | 'keep' | 'takeOver' | 'busy' {
  if (!current || current.released) return 'take';
  if (current.holder === asking.execution) return 'keep';
  if (!asking.holderRuns) return 'takeOver';
  return asking.mode === 'emergency' && current.mode !== 'emergency' ? 'takeOver' : 'busy';
}
