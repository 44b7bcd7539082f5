/**
 * When a client reads its secret again. `follows`: all the time and on a refusal. `refusal`: only
 * when a host has turned it away. `hourly`: once in an hour of virtual time and on no refusal.
 * `never`: only once, at its start.
 */
export const habits = ['follows', 'refusal', 'hourly', 'never'] as const;
export type Habit = (typeof habits)[number];

/** The habit of a client for which none is stated. */
export const DEFAULT_HABIT: Habit = 'follows';

const HOUR = 3600;

/** How often a client that follows its secret looks at it, in real milliseconds. */
const POLL_MS = 500;

/** What a client knows when it decides whether to read its secret. */
export type SinceReading = {
  /** It has something to send with. */
  able: boolean;
  /** Real milliseconds, and seconds of virtual time, since it last read; infinite where it never has. */
  realMs: number;
  virtual: number;
};

/** Whether a client of this habit reads its secret before its next request. */
export function readsNow(habit: Habit, { able, realMs, virtual }: SinceReading): boolean {
  if (virtual === Number.POSITIVE_INFINITY) return true;
  if (habit === 'hourly') return virtual >= HOUR;
  // A client that has nothing to send with would be turned away at once, and look again.
  if (habit === 'follows' || (habit === 'refusal' && !able)) return realMs > POLL_MS;
  return false;
}

/** Whether a client of this habit reads its secret again when it is turned away, and then tries once more. */
export const readsOnRefusal = (habit: Habit): boolean => habit === 'follows' || habit === 'refusal';
