import { instant } from '../lambdas/domain/instant.ts';
import type { Tell } from '../simulation/log/progress.ts';
import type { VirtualClock } from '../simulation/time/virtual-clock.ts';
import type { Requests, Workloads } from '../simulation/workloads/workloads.ts';
import type { TrafficEnd } from '../simulation/workloads/workloads-worker.ts';

/** Runs something while the clients send, and lets them send on until there was enough of it. */
export async function underTraffic<T>(
  workloads: Workloads,
  options: {
    clock: VirtualClock;
    tell: Tell;
    signal: AbortSignal | undefined;
    /** Requests that the clients send at the least, by what was run. */
    enough: (result: T) => number;
  },
  run: () => Promise<T>,
): Promise<{ result: T; requests: Requests; ended: TrafficEnd }> {
  const { clock, tell, signal, enough } = options;
  const traffic = () => {
    const { sent, failed } = workloads.requests();
    tell({ kind: 'traffic', sent, failed, now: instant(clock.milliseconds() / 1000) });
  };
  const ticking = setInterval(traffic, 200);
  // Nothing that waits for the clients may outlive them.
  const dismiss = () => void workloads.close();
  signal?.addEventListener('abort', dismiss, { once: true });
  try {
    // Who does not send all along has sent before anything changes.
    if (workloads.requests().sampled) await workloads.fence();
    const result = await run();
    signal?.throwIfAborted();
    const ended = await workloads.stop(enough(result));
    traffic();
    return { result, requests: workloads.requests(), ended };
  } finally {
    clearInterval(ticking);
    signal?.removeEventListener('abort', dismiss);
  }
}
