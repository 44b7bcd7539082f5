import { setTimeout as pause } from 'node:timers/promises';
import { createReading, type WorkloadSpec } from './reading.ts';
import { createSending, type Outside, type Surroundings } from './sending.ts';

export interface Workload {
  /**
   * Runs until {@link stop}, with `interval()` milliseconds between requests. Where that is null, waits until
   * somebody wants the next request.
   */
  run(interval: () => number | null): Promise<void>;
  /** Sends once more, at once or when the request on its way has ended. */
  nudge(): void;
  /**
   * Resolves when the client has read what its habit lets it read and then ended two more
   * requests, or cannot send at all.
   */
  fence(): Promise<void>;
  /** False while it holds nothing that is worth a request. */
  able(): boolean;
  /** Since when its requests are refused for its certificate; null where the last one was not. */
  outside(): Outside | null;
  stop(): void;
}

/** How long a client that has nothing to send with waits before it looks again, in real milliseconds. */
const IDLE_MS = 50;

/** A pause that ends by itself long after any rehearsal has, in milliseconds. */
const LONG_MS = 24 * 3600 * 1000;

export function createWorkload(spec: WorkloadSpec, around: Surroundings): Workload {
  const reading = createReading(spec, around);
  const sending = createSending(spec, reading, around);
  let running = true;
  let wanted = false;
  let wake = new AbortController();

  /** A pause that a fence or a nudge cuts short, so that nobody waits for a client that only pauses. */
  async function nap(milliseconds: number): Promise<void> {
    wake = new AbortController();
    if (!wanted) await pause(milliseconds, undefined, { signal: wake.signal }).catch(() => {});
    wanted = false;
  }

  function nudge(): void {
    wanted = true;
    wake.abort();
  }

  const pauseOf = (interval: number | null): number =>
    interval === null ? LONG_MS : reading.able() ? interval : IDLE_MS;

  return {
    able: reading.able,
    outside: sending.outside,
    async run(interval) {
      while (running) {
        if (reading.isDue()) await reading.read();
        if (reading.able()) await sending.send();
        await nap(pauseOf(interval()));
      }
      await sending.close();
    },
    async fence() {
      const from = sending.ended();
      reading.hurry();
      while (running && (reading.isDue() || (reading.able() && sending.ended() < from + 2))) {
        wake.abort();
        await pause(1);
      }
    },
    nudge,
    stop() {
      running = false;
      nudge();
    },
  };
}
