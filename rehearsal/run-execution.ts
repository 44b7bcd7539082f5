import type { Tell } from '../simulation/log/progress.ts';
import { type MachineEnd, runMachine } from '../simulation/machine/local-engine.ts';
import type { VirtualClock } from '../simulation/time/virtual-clock.ts';
import type { Stage } from './environment.ts';
import { type Chronicle, createChronicle } from './execution-record.ts';
import type { Span } from './scope-changes.ts';
import type { Scene } from './simulated-services.ts';
import { passSoak } from './soak.ts';

/** What became of one execution: the machine's end, the steps' own words, and what the simulators saw of it. */
export type Performance = {
  end: MachineEnd;
  chronicle: Chronicle;
  /** Where the organization's log tells of it. */
  span: Span;
  /** The clients that ran on another version of their secret afterwards. */
  moved: readonly string[];
};

export type PerformOptions = {
  clock: VirtualClock;
  /** The execution's name: no other of the stage has it. */
  execution: string;
  /** The state machine's input. */
  request: unknown;
  tell: Tell;
  signal?: AbortSignal | undefined;
  /** Lets the soak pass; under the clients' traffic unless told otherwise. */
  soak?: (until: number) => Promise<void>;
};

/** Runs one execution of the machine; others may run on the same stage meanwhile. */
export async function perform(stage: Stage, options: PerformOptions): Promise<Performance> {
  const { clock, execution, request, tell, signal } = options;
  const { definition, invoke, workloads, scene } = stage;
  const chronicle = createChronicle(tell);
  const executionArn = arnOf(execution);
  scene.executions.set(executionArn, 'RUNNING');
  const [from, held] = [scene.organization.changes.length, heldBy(scene)];
  const end = await runMachine({
    definition,
    executionArn,
    input: request,
    clock,
    invoke,
    wait: options.soak ?? ((until) => passSoak(until, { clock, workloads, tell })),
    observer: chronicle,
    ...(signal && { signal }),
  });
  // Only now: whoever asks in between has to hear that it runs.
  scene.executions.set(executionArn, end.error === null ? 'SUCCEEDED' : 'FAILED');
  const moved = [...heldBy(scene)].filter(([client, version]) => version !== held.get(client));
  const span = { from, until: scene.organization.changes.length };
  return { end, chronicle, span, moved: moved.map(([client]) => client) };
}

/** The version of its secret that each client runs on. */
const heldBy = ({ workloads, secrets }: Scene): Map<string, string | undefined> =>
  new Map(
    workloads.flatMap((one) =>
      'secret' in one ? [[one.name, secrets.read(one.secret, 'AWSCURRENT')?.versionId]] : [],
    ),
  );

const arnOf = (name: string): string =>
  `arn:aws:states:us-east-1:000000000000:execution:windlass-rehearsal:${name}`;
