import type { MachineEnd } from './interpreter.ts';

/**
 * Returns how an execution ended, for the judges. An execution that an emergency took over ends green and has
 * not rotated, so its end is the halt in its document.
 */
export function endedAs(end: MachineEnd): MachineEnd {
  const { halt, release } = Object(end.output) as {
    halt?: { Error: string; Cause: string };
    release?: { outcome?: unknown };
  };
  if (end.error !== null || release?.outcome !== 'superseded' || !halt) return end;
  return { ...end, error: halt.Error, cause: halt.Cause };
}
