import { setTimeout as pause } from 'node:timers/promises';
import { createReading, type WorkloadSpec } from './reading.ts';
import { createSending, type Outside, type Surroundings } from './sending.ts';

export interface Workload {
  /** Runs until {@link stop}, `interval()` milliseconds between requests. */
  run(interval: () => number): Promise<void>;
  /** Resolves when the client has read what its habit lets it read and then ended two more requests, or cannot send at all. */
  fence(): Promise<void>;
  /** False while nothing it holds is worth a request. */
  able(): boolean;
  /** Where its last request was refused for its certificate. */
  outside(): Outside | null;
  stop(): void;
}

/** How long a client that has nothing to send with waits before it thinks again, in real milliseconds. */
const IDLE_MS = 50;

export function createWorkload(spec: WorkloadSpec, around: Surroundings): Workload {
  const reading = createReading(spec, around);
  const sending = createSending(spec, reading, around);
  let running = true;
  let wake = new AbortController();

  /** A pause that a fence cuts short, so that nobody waits for a client that only pauses. */
  async function nap(milliseconds: number): Promise<void> {
    wake = new AbortController();
    await pause(milliseconds, undefined, { signal: wake.signal }).catch(() => {});
  }

  return {
    able: reading.able,
    outside: sending.outside,
    async run(interval) {
      while (running) {
        if (reading.isDue()) await reading.read();
        if (reading.able()) await sending.send();
        await nap(reading.able() ? interval() : IDLE_MS);
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
    stop: () => {
      running = false;
    },
  };
}
