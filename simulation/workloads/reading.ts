import { DEFAULT_HABIT, type Habit, readsNow } from './habit.ts';
import { type Held, heldIn, heldWithout } from './held.ts';

/**
 * A simulated client. It reads its secret by its habit, or, where nothing is enforced, has only an API key.
 * With `hosts` it calls only those.
 */
export type WorkloadSpec = { name: string; project: string; hosts?: readonly string[] } & (
  | { secret: string; waits: boolean; habit?: Habit }
  | { apiKey: string }
);

/** What a client needs to hold something: where its calls go, virtual now, and its secret's `AWSCURRENT`. */
export type Readable = {
  /** Where a keyless client's leaf is exchanged for a token. */
  authHost: string;
  /** The CA of its hosts, as PEM. */
  ca: string;
  now: () => number;
  readSecret: (secret: string) => Promise<{ versionId: string; value: string }>;
};

/** What one client holds, and when it reads its secret again. */
export interface Reading {
  held(): Held | undefined;
  /** False while it holds nothing that is worth a request. */
  able(): boolean;
  isDue(): boolean;
  /**
   * Says that somebody waits for the next reading, so that the client's habit no longer
   * puts it off by real time alone.
   */
  hurry(): void;
  read(): Promise<void>;
}

export const habitOf = (spec: WorkloadSpec): Habit => ('secret' in spec && spec.habit) || DEFAULT_HABIT;

export function createReading(spec: WorkloadSpec, around: Readable): Reading {
  const habit = habitOf(spec);
  let held: Held | undefined;
  let born: string | undefined;
  /** When its last reading began, by both clocks, and when somebody last waited for the next one. */
  let last = { realMs: Number.NEGATIVE_INFINITY, virtual: Number.NEGATIVE_INFINITY };
  let hurriedAt = Number.NEGATIVE_INFINITY;

  /** Neither a leaf that never worked nor one that has expired is worth a request. */
  function able(): boolean {
    if (!held || held.expiresAt <= around.now()) return false;
    return !('waits' in spec && spec.waits && held.version === born);
  }

  async function take(): Promise<void> {
    if ('apiKey' in spec) {
      held ??= heldWithout(spec.apiKey, around);
      return;
    }
    const { versionId, value } = await around.readSecret(spec.secret);
    if (versionId === held?.version) return;
    held = heldIn(versionId, value, around);
    born ??= versionId;
  }

  return {
    held: () => held,
    able,
    isDue: () =>
      readsNow(habit, {
        able: able(),
        realMs: last.realMs < hurriedAt ? Number.POSITIVE_INFINITY : performance.now() - last.realMs,
        virtual: around.now() - last.virtual,
      }),
    hurry() {
      hurriedAt = performance.now();
    },
    async read() {
      const begun = { realMs: performance.now(), virtual: around.now() };
      await take();
      last = begun;
    },
  };
}
