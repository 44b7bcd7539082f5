/** What `windlass rehearse --json` writes. Scopes are project ids or `organization`; times are ISO 8601. */
export type Report = {
  outcome: 'rotated' | 'idle' | 'blocked' | 'halted';
  halt: { error: string; cause: string } | null;
  successions: { authority: string | null; retiring: string; successor: string }[];
  blocked: { anchor: string; reason: string }[];
  scopes: {
    scope: string;
    activated: string[];
    deactivated: string[];
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
  stateTransitions: number;
  durationMs: number;
};

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
  | { kind: 'soaking'; from: string; until: string }
  | { kind: 'traffic'; sent: number; failed: number; now: string }
  | { kind: 'ended'; outcome: Report['outcome'] };

export type Tell = (event: RehearsalEvent) => void;
