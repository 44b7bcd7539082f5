import type { Rotation } from '../journal/rotations.ts';
import type { BlockedCuts } from './blocked.ts';
import type { StatusFacts } from './facts.ts';
import type { Half, ScopeStatus } from './scopes.ts';
import type { Unnamed } from './unnamed.ts';

/** How the last run ended. When the run could not say so itself, it is what Step Functions says. */
export type LastRun = Pick<
  Rotation,
  'execution' | 'mode' | 'startedAt' | 'startedBy' | 'anchors' | 'endedAt'
> & {
  outcome: string;
  /** False when the run wrote nothing into the journal, so that only Step Functions knows of it. */
  inJournal: boolean;
  error: string | null;
  cause: string | null;
  /** The scopes that halted, as far as they were read. For a run that was stopped, all of them are read. */
  halted: Rotation['halted'];
};

/** The execution that runs now. */
export type Running = Pick<Rotation, 'mode' | 'startedBy' | 'reason' | 'anchors' | 'soakUntil'> & {
  execution: string;
  startedAt: string | null;
  /** The word of the sentence that it has come to, its state, and since when. */
  phase: string | null;
  state: string | null;
  since: string | null;
  half: Half;
  /** The wave that is at work, or the next one. */
  wave: string | null;
  /** Until when it waits, and what follows. */
  waits: { until: string; seconds: number; next: string } | null;
  /**
   * Whether another run has taken its lease. This one then ends by itself when its soak is over, and changes
   * nothing more.
   */
  isTakenOver: boolean;
  /** The failure of its last attempt, when that is being retried. */
  failing: { error: string; cause: string } | null;
  scopes: ScopeStatus[];
  /**
   * How many more scopes there are without a name. In a wave of thousands, many have no line in the journal
   * yet.
   */
  unnamed: Unnamed;
};

/** What `windlass status --json` prints. Times are ISO 8601. */
export type Status = Pick<
  StatusFacts,
  'at' | 'organization' | 'stateMachine' | 'table' | 'asked' | 'lease' | 'lastSuccess' | 'nextRun'
> & {
  /** `red` means that a person has to look at something, `blocked` that a cut waits for a person. */
  verdict: 'fine' | 'blocked' | 'red';
  /** What to do, the next thing first. Waiting and doing nothing are listed as well. */
  actions: string[];
  running: Running | null;
  last: LastRun | null;
  /**
   * What may not be cut, where and for which clients. It comes from the last full look and from the
   * emergencies since.
   */
  blocked: BlockedCuts;
  memory: StatusFacts['memory'];
  /** Journal lines that this version does not know, because a newer deployment has written them. */
  unknownLines: number;
};

/** A status without the actions. */
export type Seen = Omit<Status, 'verdict' | 'actions'>;

/**
 * The argument by which a suggested command finds this stack. It is explicit, so that a default from the
 * environment cannot choose another stack.
 */
export const stackOf = ({ organization, stateMachine }: Seen): string => organization ?? stateMachine;
