import { Worker } from 'node:worker_threads';
import type { Scope } from '../../lambdas/domain/anchor.ts';
import type { VirtualClock } from '../time/virtual-clock.ts';
import type { AttackerSpec } from './attacker.ts';
import type { WorkloadSpec } from './reading.ts';
import { sampleSize } from './sample.ts';
import type { TrafficEnd, WorkloadsBirth, WorkloadsOrder, WorkloadsReply } from './workloads-worker.ts';

/** The simulated clients of a rehearsal, at work on a thread of their own. */
export interface Workloads {
  /**
   * Requests that have ended, and those of them that failed: refused or broken, with no newer leaf to try.
   */
  requests(): Requests;
  /**
   * Tells that trust has changed in a scope: clients that do not send all along
   * send now, if it concerns them.
   */
  changed(scope: Scope): void;
  /**
   * Resolves when every client has read what its habit lets it read and sent with what it
   * holds, or has nothing to send with.
   */
  fence(): Promise<void>;
  /**
   * Ends the traffic once `atLeast` requests were sent or `withinMs` real milliseconds have
   * passed. Attackers try once more.
   */
  stop(atLeast: number, withinMs?: number): Promise<TrafficEnd>;
  /** Ends the thread at once. */
  close(): Promise<void>;
}

/** `sampled` is there where not all clients sent all along: how many did, and of how many. */
export type Requests = { sent: number; failed: number; sampled?: { clients: number; of: number } };

type Order = { kind: 'fence' } | { kind: 'stop'; atLeast: number; withinMs: number };

/**
 * Starts the clients, which send `rate` requests a second together. Each follows its own
 * secret and sends until told to stop.
 */
export function startWorkloads(options: {
  specs: readonly WorkloadSpec[];
  attackers?: readonly AttackerSpec[];
  hosts: readonly string[];
  authHost: string;
  ca: string;
  secretsEndpoint: string;
  clock: VirtualClock;
  rate?: number;
}): Workloads {
  const { specs, attackers = [], hosts, authHost, ca, secretsEndpoint, clock, rate = 400 } = options;
  const isSample = sampleSize(specs.length) < specs.length;
  const counts = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
  const cells = new Int32Array(counts);
  const birth: WorkloadsBirth = {
    ...{ specs, attackers, hosts, authHost, ca, secretsEndpoint, counts, rate },
    clock: clock.shared,
  };
  const worker = new Worker(new URL('./workloads-worker.ts', import.meta.url), {
    env: {},
    execArgv: [],
    workerData: birth,
  });

  const waiting = new Map<number, PromiseWithResolvers<TrafficEnd | undefined>>();
  let broken: Error | undefined;
  worker.on('message', ({ id, error, ended }: WorkloadsReply) => {
    const order = waiting.get(id);
    if (error === undefined) order?.resolve(ended);
    else order?.reject(new Error(`The simulated clients broke: ${error}`));
  });
  const fail = (error: Error) => {
    broken ??= error;
    for (const { reject } of waiting.values()) reject(error);
  };
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('The simulated clients are gone')));

  let orders = 0;
  async function tell(order: Order): Promise<TrafficEnd | undefined> {
    if (broken) throw broken;
    const id = ++orders;
    const reply = Promise.withResolvers<TrafficEnd | undefined>();
    waiting.set(id, reply);
    worker.postMessage({ id, ...order } satisfies WorkloadsOrder);
    return reply.promise.finally(() => waiting.delete(id));
  }

  return {
    requests: () => ({
      ...{ sent: Atomics.load(cells, 0), failed: Atomics.load(cells, 1) },
      ...(isSample && { sampled: { clients: sampleSize(specs.length), of: specs.length } }),
    }),
    changed(scope) {
      if (isSample) worker.postMessage({ kind: 'changed', scope } satisfies WorkloadsOrder);
    },
    async fence() {
      await tell({ kind: 'fence' });
    },
    async stop(atLeast, withinMs = 20_000) {
      const ended = await tell({ kind: 'stop', atLeast, withinMs });
      return ended ?? { outside: [], attacks: [] };
    },
    async close() {
      await worker.terminate();
    },
  };
}
