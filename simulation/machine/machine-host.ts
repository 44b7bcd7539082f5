import type { Timeline } from '../time/timeline.ts';

/** What a machine runs in. */
export type MachineHost = {
  timeline: Timeline;
  /** Runs the function that a Task names; a rejection's name is what Retry and Catch match. */
  invoke(task: { state: string; resource: string; input: unknown }): Promise<unknown>;
  /** A number from 0 to 1 for the jitter of one retry. */
  jitter(state: string): number;
  entered(state: string): void;
};
