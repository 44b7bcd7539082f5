import type { MachineEnd } from './interpreter.ts';

/**
 * How an execution ended, for whoever judges it. One that an emergency took over ends green and has not rotated: what it
 * ended with is the halt that its document holds.
 */
export function endedAs(end: MachineEnd): MachineEnd {
  const { halt, release } = Object(end.output) as {
    halt?: { Error: string; Cause: string };
    release?: { outcome?: unknown };
  };
  if (end.error !== null || release?.outcome !== 'superseded' || !halt) return end;
  return { ...end, error: halt.Error, cause: halt.Cause };
}
