import type { World } from '../../simulation/in-process/world.ts';
import type { Scenario, StopMark } from '../../simulation/organizations/scenario.ts';

/** Says of a task whether its run is marked there to begin no other scope; one run of a story is. */
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

/** Leaves a stop mark for an execution, as `windlass stop` does, or takes it back. */
export function markStopped(table: World['table'], execution: string, isOver = false): void {
  const item = { pk: 'stop', sk: execution, reason: 'stopped by hand' };
  table.set('stop', new Map(isOver ? [] : [[execution, item]]));
}
