import { writeFile } from 'node:fs/promises';
import { type Chronicle, createChronicle } from './chronicle.ts';
import { type MachineEnd, runMachine } from './machine.ts';
import type { Report, Tell } from './report.ts';
import { passSoak } from './soak.ts';
import type { Stage } from './stage.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What became of one execution, and of the clients' requests meanwhile. */
export type Performance = { end: MachineEnd; chronicle: Chronicle; requests: Report['requests'] };

/** Requests that are enough to see that nothing was touched. */
const WITNESSED = 200;

/** Runs the machine while the clients send, and lets them send on until there was enough of it. */
export async function perform(
  { definition, host, workloads }: Stage,
  options: {
    clock: VirtualClock;
    /** The state machine's input. */
    request: unknown;
    tell: Tell;
    signal: AbortSignal | undefined;
    /** Requests that the clients send at the least when something is rotated. */
    minimum: number;
  },
): Promise<Performance> {
  const { clock, request, tell, signal, minimum } = options;
  const chronicle = createChronicle(tell);
  const traffic = () =>
    tell({ kind: 'traffic', ...workloads.requests(), now: new Date(clock.milliseconds()).toISOString() });
  const ticking = setInterval(traffic, 200);
  // Nothing that waits for the clients may outlive them.
  const dismiss = () => void workloads.close();
  signal?.addEventListener('abort', dismiss, { once: true });
  try {
    const end = await runMachine({
      definition,
      input: request,
      clock,
      invoke: host.invoke,
      wait: (until) => passSoak(until, { clock, workloads, tell }),
      observer: chronicle,
      ...(signal && { signal }),
    });
    signal?.throwIfAborted();
    await workloads.stop(chronicle.plan?.decision === 'rotate' ? minimum : Math.min(minimum, WITNESSED));
    traffic();
    return { end, chronicle, requests: workloads.requests() };
  } finally {
    clearInterval(ticking);
    signal?.removeEventListener('abort', dismiss);
    const { WINDLASS_REHEARSAL_LOG: log } = process.env;
    if (log) await writeFile(log, host.logs());
  }
}
