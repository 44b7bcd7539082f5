import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { ORGANIZATION, type Scope } from '../../lambdas/domain/anchor.ts';
import { joinVirtualClock } from '../time/virtual-clock.ts';
import { type Attack, type AttackerSpec, createAttacker } from './attacker.ts';
import { createSecretReader } from './read-secret.ts';
import type { WorkloadSpec } from './reading.ts';
import { isSampled } from './sample.ts';
import type { Outside } from './sending.ts';
import { createWorkload } from './workload.ts';

/** The data with which the thread is started; `counts` is two cells, requests sent and requests failed. */
export type WorkloadsBirth = {
  specs: readonly WorkloadSpec[];
  attackers: readonly AttackerSpec[];
  hosts: readonly string[];
  authHost: string;
  ca: string;
  secretsEndpoint: string;
  clock: SharedArrayBuffer;
  counts: SharedArrayBuffer;
  /** Requests a second, of all clients together. */
  rate: number;
};

export type WorkloadsOrder =
  | ({ id: number } & ({ kind: 'fence' } | { kind: 'stop'; atLeast: number; withinMs: number }))
  | { kind: 'changed'; scope: Scope };
export type WorkloadsReply = { id: number; error?: string; ended?: TrafficEnd };

/** The end of the traffic: which clients were turned away by then, and where an attacker got in. */
export type TrafficEnd = { outside: ({ name: string } & Outside)[]; attacks: Attack[] };

const { specs, attackers, hosts, authHost, ca, secretsEndpoint, clock, counts, rate } =
  workerData as WorkloadsBirth;
const cells = new Int32Array(counts);
const virtual = joinVirtualClock(clock);
const readSecret = createSecretReader(secretsEndpoint);

const workloads = specs.map((spec) =>
  createWorkload(spec, {
    hosts,
    authHost,
    ca,
    now: virtual.now,
    readSecret,
    count(outcome) {
      Atomics.add(cells, 0, 1);
      if (outcome === 'failed') Atomics.add(cells, 1, 1);
    },
  }),
);

const intruders = attackers.map((spec) => createAttacker(spec, { hosts, authHost, ca, now: virtual.now }));
const intruding = Promise.all(intruders.map((intruder) => intruder.run()));

let pace = (specs.length / rate) * 1000;
// The pauses differ: clients that all sent at the same moments would miss what happens in between.
const running = Promise.all(
  workloads.map((workload, place) =>
    workload.run(() => (isSampled(place, specs.length) ? pace * (0.5 + Math.random()) : null)),
  ),
);
running.catch(() => {});

parentPort?.on('message', async (order: WorkloadsOrder) => {
  if (order.kind === 'changed') return nudgeThoseOf(order.scope);
  const reply: WorkloadsReply = { id: order.id };
  try {
    if (order.kind === 'fence') await fence();
    else reply.ended = await stop(order);
  } catch (error) {
    reply.error = String(error);
  }
  parentPort?.postMessage(reply);
});

/** Lets clients send at once that a change of trust concerns and that do not send all along. */
function nudgeThoseOf(scope: Scope): void {
  for (const [place, { project }] of specs.entries()) {
    const concerns = scope === ORGANIZATION || scope === project;
    if (concerns && !isSampled(place, specs.length)) workloads[place]?.nudge();
  }
}

const fence = () => Promise.race([running, Promise.all(workloads.map((workload) => workload.fence()))]);

/**
 * Lets the clients go on, as fast as they can, until enough was sent; then lets each finish its last request.
 */
async function stop({ atLeast, withinMs }: { atLeast: number; withinMs: number }): Promise<TrafficEnd> {
  pace = 1;
  const deadline = performance.now() + withinMs;
  // Only a client that has read its secret knows whether it has anything to send with.
  await fence();
  const enough = () => Atomics.load(cells, 0) >= atLeast || performance.now() > deadline;
  while (!enough() && workloads.some((workload) => workload.able())) await pause(10);
  for (const workload of workloads) workload.stop();
  await running;
  for (const intruder of intruders) intruder.stop();
  await intruding;
  const attacks = await Promise.all(intruders.map((intruder) => intruder.lastRound()));
  const outside = workloads.flatMap((workload, i) => {
    const since = workload.outside();
    return since ? [{ name: specs[i]?.name ?? '', ...since }] : [];
  });
  return { outside, attacks };
}
