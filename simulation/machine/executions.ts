import type { Definition } from '../../lib/definition.ts';
import { numbered } from '../chance/numbered.ts';
import { type EventLog, STOPPED } from '../log/event-log.ts';
import type { Timeline } from '../time/timeline.ts';
import type { ObjectStore } from '../world/object-store.ts';
import { endedAs } from './ended-as.ts';
import { type MachineRun, startMachine } from './interpreter.ts';
import { listIn } from './list-in.ts';
import type { ChildFate } from './machine-host.ts';
import { onTimeline } from './machine-time.ts';

export type ExecutionsOptions = {
  /** The machine as it was deployed last. */
  definition: () => Definition;
  /** The step that each resource runs. */
  stepOf: Readonly<Record<string, string>>;
  jitterOf: (address: string) => number;
  timeline: Timeline;
  eventLog: EventLog;
  /** What becomes of one scope's own execution. */
  fateOf: (address: string) => ChildFate;
  /** The store from which lists are read. */
  objects: ObjectStore;
  /**
   * How long Step Functions does not show a new execution, in seconds: its answers about
   * executions are eventually consistent.
   */
  shownAfter?: number;
  invoke: (task: { execution: string; state: string; step: string; input: unknown }) => Promise<unknown>;
  /** Receives what EventBridge tells of an execution that did not succeed. */
  died: (detail: Died) => void;
};

/** `error` is null where the person who stopped the execution gave none, as in the console. */
type Died = { executionArn: string; status: string; startDate: number; error: string | null; input: string };

/** Step Functions' statuses of executions that were ended from outside. */
const STATUS: Readonly<Record<string, string>> = { Aborted: 'ABORTED', 'States.Timeout': 'TIMED_OUT' };

const faultsOf = ({ twin, startsAfter, stoppedAfter }: ChildFate): string[] => [
  ...(startsAfter === undefined ? [] : [`the execution of one scope is started ${startsAfter} ms late`]),
  ...(twin ? ['the execution of one scope is started twice'] : []),
  ...(stoppedAfter === undefined ? [] : [`the execution of one scope is stopped after ${stoppedAfter} ms`]),
];

/** Creates Step Functions' executions of the one machine, any number at once. */
export function createExecutions(options: ExecutionsOptions) {
  const {
    definition,
    stepOf,
    jitterOf,
    timeline,
    eventLog,
    objects,
    fateOf,
    invoke,
    died,
    shownAfter = 0,
  } = options;
  const running = new Map<string, MachineRun>();
  const startedAt = new Map<string, number>();
  const names = new Map<string, number>();

  function start(request: unknown, why: string): void {
    const execution = numbered(names, why);
    const retries = new Map<string, number>();
    const startDate = timeline.now();
    eventLog.push({ at: startDate, what: 'started', execution, request });
    const run = startMachine(definition(), request, execution, {
      time: onTimeline(timeline),
      itemsIn: async (object) => listIn(objects, object),
      fateOf(child, document) {
        const address = `${child}/${Object(Object(document).plan).scope}`;
        const fate = fateOf(address);
        for (const fault of faultsOf(fate))
          eventLog.push({
            at: timeline.now(),
            what: 'fault',
            execution,
            invocation: 0,
            address,
            fault,
          });
        return fate;
      },
      invoke: ({ state, resource, input }) => {
        const step = stepOf[resource];
        if (!step) throw new Error(`nothing runs ${resource}`);
        return invoke({ execution, state, step, input });
      },
      jitter: (state) => jitterOf(numbered(retries, `${execution}/${state}`)),
    });
    running.set(execution, run);
    startedAt.set(execution, timeline.now());
    run.ended.then((end) => {
      const { error, cause } = endedAs(end);
      running.delete(execution);
      eventLog.push({ at: timeline.now(), what: 'ended', execution, error, cause });
      if (end.error === null) return;
      const status = STATUS[end.error] ?? 'FAILED';
      const told = status !== 'ABORTED' ? error : cause === STOPPED ? 'Stopped' : null;
      died({ executionArn: execution, status, startDate, error: told, input: JSON.stringify(request) });
    });
  }

  function kill(execution: string, why: string): void {
    const run = running.get(execution);
    if (!run) return;
    running.delete(execution);
    eventLog.push({ at: timeline.now(), what: 'killed', execution, why });
    run.stop({ error: 'Aborted', cause: why });
  }

  return {
    start,
    kill,
    killAll: () => {
      for (const execution of [...running.keys()]) kill(execution, 'stopped by hand');
    },
    /** Whether an execution runs; null where Step Functions does not show it yet. */
    running: (execution: string): boolean | null =>
      timeline.now() - (startedAt.get(execution) ?? 0) < 1000 * shownAfter ? null : running.has(execution),
  };
}
