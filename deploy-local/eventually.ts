import { setTimeout as pause } from 'node:timers/promises';

/** Asks every second until there is an answer. Throws when there was none in time. */
export async function eventually<T>(
  seconds: number,
  what: string,
  ask: () => Promise<T | null | undefined>,
): Promise<T> {
  const until = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined) return answer;
    if (performance.now() > until) throw new Error(`${what}: not within ${seconds} s`);
    await pause(1_000);
  }
}
