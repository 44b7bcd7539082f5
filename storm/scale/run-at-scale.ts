import { MOST_IN_A_LIST } from '../../lambdas/domain/manifest.ts';
import { policySchema } from '../../lambdas/domain/policy.ts';
import { clientListOf } from '../../lib/configured.ts';
import { chanceAt } from '../../simulation/chance/chance.ts';
import { deployClients } from '../../simulation/in-process/clients.ts';
import { inProcessPorts } from '../../simulation/in-process/ports.ts';
import { type Limited, rateLimited } from '../../simulation/in-process/rate-limited.ts';
import { type Wire, type WireCall, WireFailure } from '../../simulation/in-process/wire.ts';
import { type MachineEnd, startMachine } from '../../simulation/machine/interpreter.ts';
import { listIn } from '../../simulation/machine/list-in.ts';
import { onTimeline } from '../../simulation/machine/machine-time.ts';
import { createTimeline } from '../../simulation/time/timeline.ts';
import { serviceOf } from '../../simulation/world/fault-kinds.ts';
import { steps } from '../steps.ts';
import { configured, type Synthesized } from '../synthesized-machine.ts';
import { createInstances, type Invoked } from './instances.ts';
import { clientOf, largeOrganization, type Trusted } from './large-organization.ts';
import { type Latencies, latencyOf } from './latencies.ts';

export type LargeRun = Trusted & {
  projects: number;
  latencies: Latencies;
  request: Record<string, unknown>;
  /** Whether a call never gets an answer. */
  broken?: (call: WireCall) => boolean;
  /** How many API calls are accepted in a minute. When absent, any number. */
  perMinute?: number;
  /** Receives everything that AWS charges for. */
  meter?: Meter;
};

/**
 * Receives the states entered, in the parent or in a child, the calls, and the functions that ran, with their
 * milliseconds.
 */
export type Meter = {
  entered(state: string, isChild: boolean): void;
  called(call: WireCall): void;
  ran(step: string, ms: number): void;
};

/** The result of a run. Times are virtual milliseconds from the start. */
export type Ran = {
  error: string | null;
  cause: string;
  makespan: number;
  /** When each scope was cut. */
  cuts: ReadonlyMap<string, number>;
  /** API calls by operation. */
  calls: Readonly<Record<string, number>>;
  /** Calls that came too often, and how long they waited. */
  limited: Limited;
  /** Transitions of the parent execution. */
  transitions: number;
};

const START = Date.parse('2026-11-23T00:00:00Z');
const DAY = 86_400;

/**
 * Runs one execution on an organization of any size in virtual time, with the synthesized machine and the
 * real steps.
 */
export async function runAtScale(machine: Synthesized, run: LargeRun): Promise<Ran> {
  const {
    projects,
    latencies,
    request,
    broken = () => false,
    meter,
    perMinute = Number.POSITIVE_INFINITY,
  } = run;
  const timeline = createTimeline(START);
  const ids = Array.from({ length: projects }, (_, i) => `proj_${String(i).padStart(5, '0')}`);
  const world = largeOrganization(ids, () => Math.floor(timeline.now() / 1000), run);
  world.mostInAList = MOST_IN_A_LIST;
  const clients = ids.map((project) => ({ name: clientOf(project), project, secret: clientOf(project) }));
  const calls: Record<string, number> = {};
  const cuts = new Map<string, number>();
  const { turn, limited } = rateLimited(perMinute, { ...timeline, chance: chanceAt(1, 'waits').next });
  const wireOf =
    (invoked: Invoked): Wire =>
    async (call, act) => {
      meter?.called(call);
      const service = serviceOf[call.op];
      if (service === 'api') await turn();
      if (service === 'api' || service === 'hosts') calls[call.op] = (calls[call.op] ?? 0) + 1;
      await timeline.sleep(latencyOf(call, latencies));
      if (invoked.dead) await new Promise(() => {});
      if (broken(call)) throw new WireFailure('503');
      const answer = act();
      if (call.op === 'deactivate' && call.scope) cuts.set(call.scope, timeline.now() - START);
      return answer;
    };
  const lambda = createInstances({
    ...{ timeline, latencies, timeouts: machine.timeouts },
    run: (step, input, invoked) =>
      steps[step as keyof typeof steps](
        inProcessPorts(world, { wire: wireOf(invoked), clock: () => Math.floor(timeline.now() / 1000) }),
        input,
      ),
  });
  const metered = async (step: string, input: unknown) => {
    const begun = timeline.now();
    return lambda(step, input).finally(() => meter?.ran(step, timeline.now() - begun));
  };
  const policy = policySchema.parse({});
  deployClients(world, clientListOf({ clients, mustRefuse: [], policy }));
  const definition = configured(machine, policy);
  const running = startMachine(definition, request, 'arn:aws:states:eu-west-1:1:execution:scale:run', {
    time: onTimeline(timeline),
    itemsIn: async (object) => listIn(world.objects, object),
    pace: { transition: latencies.transition, mapRun: latencies.mapRun },
    jitter: () => 1,
    invoke: async ({ resource, input }) => metered(machine.steps[resource] ?? resource, input),
    ...(meter && {
      observer: { entered: (name, isChild = false) => meter.entered(name, isChild), done() {}, failed() {} },
    }),
  });
  let [ended, makespan]: [MachineEnd | null, number] = [null, 0];
  void running.ended.then((end) => {
    [ended, makespan] = [end, timeline.now() - START];
  });
  for (let day = 1; ended === null && day < 30; day++) await timeline.run(START + day * DAY * 1000);
  const end = ended as MachineEnd | null;
  if (!end) throw new Error('the execution did not end within 30 days');
  return {
    error: end.error,
    cause: end.cause,
    makespan,
    cuts,
    calls,
    limited,
    transitions: end.stateTransitions,
  };
}
