import type { Tell } from '../../simulation/log/progress.ts';
import { endedAs } from '../../simulation/machine/ended-as.ts';
import type { MachineEnd } from '../../simulation/machine/interpreter.ts';
import { listIn } from '../../simulation/machine/list-in.ts';
import { runMachine } from '../../simulation/machine/run-machine.ts';
import type { VirtualClock } from '../../simulation/time/virtual-clock.ts';
import type { RehearsalEnvironment } from '../environment.ts';
import type { SimulatedServices } from '../simulated-services.ts';
import { createExecutionRecord, type ExecutionRecord } from './execution-record.ts';
import { passSoak, SOAK } from './soak.ts';

/**
 * One execution that has ended: the machine's end, what its steps reported, and what the simulation saw of
 * it.
 */
export type ExecutionRun = {
  end: MachineEnd;
  record: ExecutionRecord;
  /** Its name in the event log. */
  execution: string;
  isEmergency: boolean;
  /** Unix seconds, virtual. */
  endedAt: number;
  /** The clients that ran on another version of their secret afterwards. */
  moved: readonly string[];
};

export type RunExecutionOptions = {
  clock: VirtualClock;
  /** The execution's name, unique in its environment. */
  execution: string;
  /** The state machine's input. */
  request: unknown;
  tell: Tell;
  signal?: AbortSignal | undefined;
  /** Lets the soak pass. When absent, it passes while the clients send. */
  soak?: (until: number) => Promise<void>;
};

/** Runs one execution of the machine. Others may run in the same environment meanwhile. */
export async function runExecution(
  environment: RehearsalEnvironment,
  options: RunExecutionOptions,
): Promise<ExecutionRun> {
  const { clock, execution, request, tell, signal } = options;
  const { definition, workloads, services } = environment;
  const record = createExecutionRecord(tell, services.objects);
  const executionArn = arnOf(execution);
  services.executions.set(executionArn, 'RUNNING');
  const held = heldBy(services);
  const soak = options.soak ?? ((until: number) => passSoak(until, { clock, workloads, tell }));
  let entered = '';
  const ended = await runMachine({
    definition,
    executionArn,
    input: request,
    clock,
    invoke(resource, input) {
      const isOver = services.log.invoked(execution, environment.stepOf(resource) ?? resource, input);
      return environment.invoke(resource, input).finally(() => {
        isOver();
        clock.start();
      });
    },
    itemsIn: async (object) => listIn(services.objects, object),
    // Waits of minutes in which nothing is done are a jump of the clock. Only a soak lets the clients send
    // for its time.
    wait: async (until) => (entered === SOAK ? soak(until) : clock.advanceTo(until)),
    observer: {
      ...{ done: record.done, failed: record.failed },
      entered(state, child) {
        const type = `${definition.States[state]?.Type ?? 'Task'}StateEntered`;
        if (!child) {
          entered = state;
          services.executions.entered(executionArn, state, type);
        }
        record.entered(state);
      },
    },
    ...(signal && { signal }),
  });
  const endedAt = clock.now();
  // Set only after the end: until then the execution has to count as running.
  services.executions.set(executionArn, ended.error === null ? 'SUCCEEDED' : 'FAILED');
  const end = endedAs(ended);
  const moved = [...heldBy(services)].filter(([client, version]) => version !== held.get(client));
  const isEmergency = Object(request).mode === 'emergency';
  return { end, record, execution, isEmergency, endedAt, moved: moved.map(([client]) => client) };
}

/** The version of its secret that each client runs on. */
const heldBy = ({ workloads, secrets }: SimulatedServices): Map<string, string | undefined> =>
  new Map(
    workloads.flatMap((one) =>
      'secret' in one ? [[one.name, secrets.read(one.secret, 'AWSCURRENT')?.versionId]] : [],
    ),
  );

const arnOf = (name: string): string =>
  `arn:aws:states:us-east-1:000000000000:execution:windlass-rehearsal:${name}`;
