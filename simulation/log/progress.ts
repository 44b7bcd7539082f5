/** How a run ended: a halt is red, and so is a rotation of which nothing could be done. */
export type Outcome = 'rotated' | 'idle' | 'blocked' | 'halted';

/** What a rehearsal reports while it runs. */
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
  /** The API refused one more call, since there were too many in a minute. The call is made again (F12). */
  | { kind: 'limited'; refused: number; perMinute: number }
  /** The faults are over, and a sweep takes up what they left. */
  | { kind: 'sweeping'; run: number; now: string }
  | { kind: 'soaking'; from: string; until: string }
  | { kind: 'traffic'; sent: number; failed: number; now: string }
  | { kind: 'ended'; outcome: Outcome };

export type Tell = (event: RehearsalEvent) => void;
