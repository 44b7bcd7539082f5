import * as z from 'zod';
import { instant, secondsOf } from '../instant.ts';
import type { Mode } from '../request.ts';

/** The right to change an organization's trust: one execution at a time (I12). `token` grows with every holder. */
export const leaseSchema = z.object({
  /** ARN of the execution that holds it. */
  holder: z.string(),
  mode: z.enum(['scheduled', 'manual', 'emergency']),
  token: z.int(),
  takenAt: z.iso.datetime(),
  released: z.boolean(),
  /** Its run cuts what is compromised: a run that only finds such work leaves it to this one. */
  isUrgent: z.boolean().optional(),
  /** Until when a call of an execution that it was taken over from may still land. */
  lateUntil: z.iso.datetime().optional(),
});

export type Lease = z.infer<typeof leaseSchema>;

/**
 * An execution's claim: checked against the lease right before every change. Without a token the holder alone decides; `mayBeFree`: fine as
 * well where it was the last to have it, and nobody has taken it since.
 */
export type Claim = { execution: string; token?: number; mayBeFree?: true };

/** Longer than a step runs and clocks differ, in seconds: until then a call may be on its way that does not show. */
export const ON_ITS_WAY = 900;
/** Of these, seconds by which clocks may differ. */
export const CLOCKS = 300;

/**
 * Until when calls of former holders may land (ISO 8601), for whoever takes the lease now: those of one that it is taken over
 * from, and those that the one before had to wait for. Undefined when none can any more.
 */
export function lateCallsUntil(
  seen: Lease | null,
  decision: ReturnType<typeof decideLease>,
  now: number,
): string | undefined {
  if (decision === 'takeOver') return instant(now + ON_ITS_WAY);
  // Whoever asks for the look comes by another clock, and within minutes of it is that look.
  return seen?.lateUntil && secondsOf(seen.lateUntil) > now + CLOCKS ? seen.lateUntil : undefined;
}

/**
 * Who asks for the lease. `insteadOf`: it has looked beside the rotation with this token, has seen what cannot wait for that one, and is about to begin
 * with it: something compromised that can be cut now (I16), or something ready that would expire while the other soaks (I17).
 */
export type Asking = { execution: string; mode: Mode; insteadOf?: number };

/**
 * What an execution may do about a lease: `take` a free one, `keep` its own, `takeOver` one whose holder has ended or, for an
 * emergency or for what cannot wait, a rotation that is neither (I12), or leave a `busy` one alone.
 */
export function decideLease(
  current: Lease | null,
  asking: Asking & { holderRuns: boolean },
): 'take' | 'keep' | 'takeOver' | 'busy' {
  if (!current || current.released) return 'take';
  if (current.holder === asking.execution) return 'keep';
  if (!asking.holderRuns) return 'takeOver';
  if (current.mode === 'emergency') return 'busy';
  // Whoever has it since then has planned since, and has seen the same.
  const isSeen = asking.insteadOf === current.token;
  return asking.mode === 'emergency' || (isSeen && !current.isUrgent) ? 'takeOver' : 'busy';
}
