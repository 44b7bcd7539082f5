import type { FaultReport } from './faults-tally.ts';

/** What `windlass rehearse --json` writes. Scopes are project ids or `organization`; times are ISO 8601. */
export type Report = {
  outcome: Outcome;
  halt: Halt | null;
  successions: { authority: string | null; retiring: string; successor: string }[];
  blocked: { anchor: string; reason: string }[];
  /** What the simulated organization saw change, whatever the steps heard of it. */
  scopes: {
    scope: string;
    activated: string[];
    deactivated: string[];
    /** Deactivated and put back, since the cut could not be confirmed (I10). */
    undone: string[];
    /** What proved the cut where there was one, else the successors; null where nothing has. */
    evidence: 'probe' | 'listing' | null;
  }[];
  /** The simulated clients' own requests: a client follows its secret's `AWSCURRENT`. */
  requests: { sent: number; failed: number };
  /** API calls that the simulated organization answered, by operation. */
  calls: Record<string, number>;
  /** Counted from the simulated organization's log, never from our own word. */
  violations: Violations;
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

export type Outcome = 'rotated' | 'idle' | 'blocked' | 'halted';
export type Halt = { error: string; cause: string };

export type Violations = {
  /** A scope's usable anchors went from some to none (I2). */
  lockout: number;
  /** A scope's active anchors went from some to none (F8). */
  enforcementLost: number;
  /** A scope without an active anchor was given one (I3). */
  enforcementGained: number;
  /** An anchor was toggled that the plan did not name for that scope (I4, I5). */
  unplanned: number;
};

/** What a rehearsal says while it runs, for whoever shows it. */
export type RehearsalEvent =
  | { kind: 'preparing'; what: string }
  | { kind: 'prepared'; projects: number; anchors: number; clients: number; now: string }
  | {
      kind: 'planned';
      decision: string;
      successions: number;
      blocked: number;
      scopes: number;
      summary: string;
    }
  | { kind: 'entered'; state: string }
  /** A step finished, or failed and may be retried, in one scope (absent for steps that have none). */
  | {
      kind: 'step';
      step: string;
      wave?: string;
      scope?: string;
      outcome: 'done' | 'failed' | 'retried';
      detail: string;
    }
  /** A fault struck, or an outsider changed trust. */
  | { kind: 'struck'; what: string }
  /** The faults are over, and a sweep takes up what they left. */
  | { kind: 'sweeping'; run: number; now: string }
  | { kind: 'soaking'; from: string; until: string }
  | { kind: 'traffic'; sent: number; failed: number; now: string }
  | { kind: 'ended'; outcome: Report['outcome'] };

export type Tell = (event: RehearsalEvent) => void;
