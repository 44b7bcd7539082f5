import type { State } from '../../lib/definition.ts';
import type { Branch } from './branch.ts';
import type { ExpressionInput } from './expressions.ts';
import type { MachineHost } from './machine-host.ts';

/** What all states of an execution share. */
export type Execution = {
  host: MachineHost;
  /** State transitions so far, as Step Functions bills them: every state entered, and every retry. */
  transitions: number;
  /** Whether the execution is a child of a distributed Map. */
  child: boolean;
};

/** One state at work. Its document is the raw input. */
export type Visit = ExpressionInput & {
  name: string;
  state: State;
  branch: Branch;
  execution: Execution;
};

/** What a state leaves to the next one, if there is one. */
export type Left = { document: unknown; next: string | undefined };
