import type { Blocked } from '../lambdas/domain/plan-document/blocked.ts';
import type { FaultReport } from '../simulation/faults/fault-tally.ts';
import type { Violations } from '../simulation/judges/trust/scopes.ts';
import type { Outcome } from '../simulation/log/progress.ts';
import type { Habit } from '../simulation/workloads/habit.ts';
import type { Requests } from '../simulation/workloads/workloads.ts';

/** What `windlass rehearse --json` writes. Scopes are project ids or `organization`; times are ISO 8601. */
export type Report = {
  outcome: Outcome;
  halt: Halt | null;
  successions: { authority: string | null; retiring: string; successor: string }[];
  blocked: Blocked[];
  /**
   * Warnings about the policy, and the plan's warnings: names of things that do not exist, and what no probe
   * can prove.
   */
  warnings: string[];
  /** What changed in the simulated organization, whether or not the steps received the answers. */
  scopes: {
    scope: string;
    activated: string[];
    deactivated: string[];
    /**
     * Deactivated and put back, since the cut could not be confirmed (I10), or activated and taken back
     * because of a witness (F16).
     */
    undone: string[];
    /** What proved the cut, or else the successors. Null when nothing was proven. */
    evidence: 'probe' | 'listing' | null;
  }[];
  /**
   * The simulated clients' own requests. A client follows its secret's `AWSCURRENT`. `sampled` is set when
   * not all clients sent all along. It tells how many did and how many there are. The others sent at the
   * start, in the overlap, and after each change of trust that concerned them.
   */
  requests: Requests;
  /** API calls that the simulated organization answered, by operation. */
  calls: Record<string, number>;
  /** Counted from the event log, never from what a step reports. */
  violations: Violations & {
    /**
     * How many places a leaf of the leaked key still got in at after an emergency had ended green. Only for
     * an emergency (I15).
     */
    leakedKeyAccepted?: number;
    /**
     * How many attackers have a token that lives longer than `tokensUntil` says, after an emergency that had
     * ended green.
     */
    tokensOutlived?: number;
  };
  /**
   * Clients that the hosts turned away at the end. `isUnread` means that their secret has another leaf by
   * then, which their habit kept them from reading. Windlass cannot see what a workload keeps in memory.
   */
  lockedOut: { client: string; project: string; habit: Habit; since: string; isUnread: boolean }[];
  /**
   * Only for an emergency. A client with a leaf signed by a named anchor's key has tried every project on
   * every host until the end. `gotIn` tells where it got in, and until when; `until` is null where it still
   * did at the end.
   */
  attacks?: {
    anchor: string;
    requests: number;
    gotIn: { project: string; host: string; until: string | null }[];
    /**
     * Until when the last token lives that this leaf was given, when it claims the identity of a keyless
     * client.
     */
    tokensUntil: string | null;
  }[];
  /** Witnesses that Verify has seen turned away by a successor's filter (F16). */
  keptOut: string[];
  /**
   * Only for an emergency with keyless clients: the latest time at which a token can live that an old leaf
   * was given. A token is bound to no certificate, and gets in with any leaf that does (F17).
   */
  tokensUntil?: string;
  /** Names of the clients whose staged leaf became current. */
  promoted: string[];
  nextRotationAt: string | null;
  /** The faults that were asked for, each with how often it struck. */
  faults?: FaultReport[];
  /**
   * The result of the sweeps after the faults; `idle` when they had nothing to do. `blocked` is what the last
   * sweep left.
   */
  recovery?: { runs: number; outcome: Outcome; halt: Halt | null; blocked: Report['blocked'] };
  stateTransitions: number;
  durationMs: number;
};

export type Halt = { error: string; cause: string };
