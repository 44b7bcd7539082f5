import type { Blocked } from '../lambdas/domain/plan-document.ts';
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
  /** What is said of the policy, and the plan's warnings: names of nothing that exists, and what no probe can prove. */
  warnings: string[];
  /** What changed in the simulated organization, whether or not the steps heard of it. */
  scopes: {
    scope: string;
    activated: string[];
    deactivated: string[];
    /** Deactivated and put back, since the cut could not be confirmed (I10), or activated and taken back for a witness (F16). */
    undone: string[];
    /** What proved the cut where there was one, else the successors; null where nothing has. */
    evidence: 'probe' | 'listing' | null;
  }[];
  /**
   * The simulated clients' own requests: a client follows its secret's `AWSCURRENT`. `sampled`: of how many clients how many sent all
   * along, where not all did; the others have sent before, in overlap and after each change of trust that concerned them.
   */
  requests: Requests;
  /** API calls that the simulated organization answered, by operation. */
  calls: Record<string, number>;
  /** Counted from the event log, never from what a step says. */
  violations: Violations & {
    /** Places where the leaf of a leaked key still got in after an emergency had ended green; only of an emergency (I15). */
    leakedKeyAccepted?: number;
    /** Attackers with a token that lives longer than `tokensUntil` says, after an emergency that had ended green. */
    tokensOutlived?: number;
  };
  /**
   * Clients that the hosts turned away in the end. `isUnread`: their secret has another leaf by then, which their habit
   * kept them from reading; what a workload keeps in memory Windlass cannot see.
   */
  lockedOut: { client: string; project: string; habit: Habit; since: string; isUnread: boolean }[];
  /**
   * Of an emergency: a client with a leaf that was signed with a named anchor's key has tried every project on every host
   * until the end. Where it got in, and since when it does not any more; `until` is null where it still did.
   */
  attacks?: {
    anchor: string;
    requests: number;
    gotIn: { project: string; host: string; until: string | null }[];
    /** Until when the last token lives that the leaf was given, where it claims the identity of a keyless client. */
    tokensUntil: string | null;
  }[];
  /** Witnesses that Verify has seen turned away by a successor's filter (F16). */
  keptOut: string[];
  /**
   * Of an emergency that cut below keyless clients: the latest time at which a token can live that an old leaf was given. It is
   * bound to no certificate, and gets in with any leaf that does (F17).
   */
  tokensUntil?: string;
  /** Names of the clients whose staged leaf became current. */
  promoted: string[];
  nextRotationAt: string | null;
  /** The faults that were asked for, each with how often it struck. */
  faults?: FaultReport[];
  /** What the sweeps after the faults came to; `idle` when they had nothing to do. `blocked` is what the last one left. */
  recovery?: { runs: number; outcome: Outcome; halt: Halt | null; blocked: Report['blocked'] };
  stateTransitions: number;
  durationMs: number;
};

export type Halt = { error: string; cause: string };
