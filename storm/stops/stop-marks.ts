import type { World } from '../../simulation/in-process/world.ts';
import type { Scenario, StopMark } from '../../simulation/organizations/scenario.ts';

/** Returns a function that says whether a task's run gets a stop mark there. One run of a story gets it. */
export function createStopMarks({ stopMark, calm }: Scenario, without: ReadonlySet<string>) {
  const begun = new Map<string, number>();
  let isMarked = false;
  return (
    { execution, step, input }: { execution: string; step: string; input: unknown },
    address: string,
    now: number,
  ): StopMark | null => {
    const { phase, mode } = Object(input);
    if (!stopMark || isMarked || step !== 'begin-scope' || phase !== stopMark.phase || mode === 'emergency')
      return null;
    if (now + stopMark.seconds >= calm || without.has(address)) return null;
    const count = (begun.get(execution) ?? 0) + 1;
    begun.set(execution, count);
    isMarked = count > stopMark.after;
    return isMarked ? stopMark : null;
  };
}

/** Sets a stop mark for an execution, as `windlass stop` does, or removes it. */
export function markStopped(table: World['table'], execution: string, isOver = false): void {
  const item = { pk: 'stop', sk: execution, reason: 'stopped by hand' };
  table.set('stop', new Map(isOver ? [] : [[execution, item]]));
}
