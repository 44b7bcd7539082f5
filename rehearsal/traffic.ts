import { instant } from '../lambdas/domain/instant.ts';
import type { Tell } from '../simulation/log/progress.ts';
import type { VirtualClock } from '../simulation/time/virtual-clock.ts';
import type { Requests, Workloads } from '../simulation/workloads/workloads.ts';
import type { TrafficEnd } from '../simulation/workloads/workloads-worker.ts';

/** Runs something while the clients send, and lets them go on until they have sent enough. */
export async function underTraffic<T>(
  workloads: Workloads,
  options: {
    clock: VirtualClock;
    tell: Tell;
    signal: AbortSignal | undefined;
    /** The least number of requests that the clients send, depending on what was run. */
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
  // Closes the clients at once, so that nothing waits for them any more.
  const dismiss = () => void workloads.close();
  signal?.addEventListener('abort', dismiss, { once: true });
  try {
    // Clients that do not send all along send once before anything changes.
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
