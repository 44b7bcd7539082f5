import * as z from 'zod';
import { instant, secondsOf } from '../instant.ts';
import type { Mode } from '../request.ts';

/**
 * The right to change an organization's trust. One execution has it at a time (I12). `token` grows with every
 * holder.
 */
export const leaseSchema = z.object({
  /** ARN of the execution that holds it. */
  holder: z.string(),
  mode: z.enum(['scheduled', 'manual', 'emergency']),
  token: z.int(),
  takenAt: z.iso.datetime(),
  released: z.boolean(),
  /**
   * `true` where its run cuts something compromised. A run that only finds such work leaves it to this one.
   */
  isUrgent: z.boolean().optional(),
  /** `true` where its run has looked beside another rotation, and took the lease to begin instead of it. */
  isInstead: z.boolean().optional(),
  /** Until when a call of an execution that it was taken over from may still land. */
  lateUntil: z.iso.datetime().optional(),
});

export type Lease = z.infer<typeof leaseSchema>;

/**
 * An execution's claim, checked against the lease right before every change. Without a token only the holder
 * is compared. With `mayBeFree` the claim also holds where this execution was the last holder and nobody has
 * taken the lease since.
 */
export type Claim = { execution: string; token?: number; mayBeFree?: true };

/**
 * Seconds for which a call may be on its way and not show yet. It is longer than a step runs, with the
 * difference of clocks.
 */
export const ON_ITS_WAY = 900;
/** The part of these seconds by which clocks may differ. */
export const CLOCKS = 300;

/**
 * Returns until when calls of former holders may land (ISO 8601), for an execution that takes the lease now.
 * These are calls of the holder that it takes over from, and those that the holder before had to wait for.
 * Undefined when none can land any more.
 */
export function lateCallsUntil(
  seen: Lease | null,
  decision: ReturnType<typeof decideLease>,
  now: number,
): string | undefined {
  if (decision === 'takeOver') return instant(now + ON_ITS_WAY);
  // The look that is scheduled for that time comes by another clock. A run within minutes of that time is
  // that look.
  return seen?.lateUntil && secondsOf(seen.lateUntil) > now + CLOCKS ? seen.lateUntil : undefined;
}

/**
 * An execution that asks for the lease. With `insteadOf` it has looked beside the rotation with that token,
 * and is about to begin with something that cannot wait for it. That is something compromised that can be cut
 * now (I16), or something ready that would expire while the other soaks (I17).
 */
export type Asking = { execution: string; mode: Mode; insteadOf?: number };

/**
 * Decides what an execution may do about a lease: `take` a free one; `keep` its own; `takeOver` one whose
 * holder has ended, or, for an emergency or for work that cannot wait, one of a rotation that is neither
 * (I12); or leave a `busy` one alone.
 */
export function decideLease(
  current: Lease | null,
  asking: Asking & { holderRuns: boolean },
): 'take' | 'keep' | 'takeOver' | 'busy' {
  if (!current || current.released) return 'take';
  if (current.holder === asking.execution) return 'keep';
  if (!asking.holderRuns) return 'takeOver';
  if (current.mode === 'emergency') return 'busy';
  // An execution that took the lease after that look has planned since, and has seen the same.
  const isSeen = asking.insteadOf === current.token;
  return asking.mode === 'emergency' || (isSeen && !current.isUrgent) ? 'takeOver' : 'busy';
}
