import type { Rotation } from '../journal/rotations.ts';
import type { BlockedCuts } from './blocked.ts';
import type { StatusFacts } from './facts.ts';
import type { Half, ScopeStatus } from './scopes.ts';
import type { Unnamed } from './unnamed.ts';

/** How the last run ended, or what became of it where it could not say so itself. */
export type LastRun = Pick<
  Rotation,
  'execution' | 'mode' | 'startedAt' | 'startedBy' | 'anchors' | 'endedAt'
> & {
  outcome: string;
  /** False of one that wrote nothing down: only Step Functions knows of it. */
  inJournal: boolean;
  error: string | null;
  cause: string | null;
  /** Its scopes that halted, as far as it was read: all of them of one that was stopped, and could not say so itself. */
  halted: Rotation['halted'];
};

/** What runs now. */
export type Running = Pick<Rotation, 'mode' | 'startedBy' | 'reason' | 'anchors' | 'soakUntil'> & {
  execution: string;
  startedAt: string | null;
  /** The word of the sentence that it has come to, the state, and since when. */
  phase: string | null;
  state: string | null;
  since: string | null;
  half: Half;
  /** The wave that is at work, or the next one. */
  wave: string | null;
  /** Until when it waits, and what follows. */
  waits: { until: string; seconds: number; next: string } | null;
  /** An emergency has its lease: it ends by itself when its soak is over, and changes nothing more. */
  isTakenOver: boolean;
  /** What its last attempt came to, where that is tried again. */
  failing: { error: string; cause: string } | null;
  scopes: ScopeStatus[];
  /** How many more there are, which nobody names: those of a wave of thousands have no line of the trail yet. */
  unnamed: Unnamed;
};

/** What `windlass status --json` prints. Times are ISO 8601. */
export type Status = Pick<
  StatusFacts,
  'at' | 'organization' | 'stateMachine' | 'table' | 'asked' | 'lease' | 'lastSuccess' | 'nextRun'
> & {
  /** `red` is what somebody has to look at, `blocked` a cut that waits for somebody. */
  verdict: 'fine' | 'blocked' | 'red';
  /** What to do, the next thing first; waiting and doing nothing are said as well. */
  actions: string[];
  running: Running | null;
  last: LastRun | null;
  /** What may not be cut, where and for whom, as the last look at everything and the emergencies since saw it. */
  blocked: BlockedCuts;
  memory: StatusFacts['memory'];
  /** Lines of the runs that were read which this version does not know: a newer deployment has written them. */
  unknownLines: number;
};

/** A status before anybody has said what to do about it. */
export type Seen = Omit<Status, 'verdict' | 'actions'>;

/** What a command is told to find this stack by: whatever the environment names, it is to be none other. */
export const stackOf = ({ organization, stateMachine }: Seen): string => organization ?? stateMachine;
