import type { Chance } from '../chance/chance.ts';
import type { WireFault } from '../world/fault-kinds.ts';

/**
 * Somebody takes another anchor out of a scope, and from then on something is
 * down, or the admin key is refused.
 */
export type Ambush = { chance: Chance; ops: readonly string[]; seconds: number; isKeyRefused: boolean };

/** What becomes of one call. Delays are milliseconds. */
export type CallFaults = {
  /** What the step gets in place of the answer. */
  fault?: WireFault;
  /** False when the call never arrived. */
  arrives: boolean;
  /** The adapter's client asked a second time after this many milliseconds, and the call happened twice. */
  again?: number;
  /** The process dies: before the call arrives, after it did, or without ever answering. */
  crash?: 'crash-before' | 'crash-after' | 'hang';
  /** The execution is stopped while this call is on its way. */
  kill?: boolean;
  /** Somebody acts while this call is on its way: an outsider, or an emergency that takes the lease. */
  meanwhile?: { who: 'outsider' | 'emergency' | 'leak'; chance: Chance };
  /** The ambush for the moment after the call happened. */
  ambush?: Ambush;
  out: number;
  back: number;
};

/** What becomes of one invocation: it is never run, or its answer is lost after this many milliseconds. */
export type InvocationFaults = {
  unreachable?: boolean;
  lostAfter?: number;
  outsider?: Chance;
  /** The ambush for a run that takes up a cut which nobody has confirmed. */
  ambush?: Ambush;
  /** Somebody takes the successor out of this scope, and out of no other. */
  rival?: Chance;
  /**
   * Somebody stages what the clients of compromised anchors lack, and starts a run,
   * between a cut and its confirmation.
   */
  relief?: boolean;
};
