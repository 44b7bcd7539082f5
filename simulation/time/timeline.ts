/** Virtual time: time passes only from one timer to the next, and one seed's timers are always the same. */
export type Timeline = {
  /** Unix milliseconds. */
  now(): number;
  /**
   * Runs `act` at a time in Unix milliseconds, or as soon as possible when that has passed.
   * Returns a function that calls it off.
   */
  at(time: number, act: () => void): () => void;
  sleep(milliseconds: number): Promise<void>;
  /** Lets time pass until an instant. Everything that is due by then runs in its order. */
  run(until: number): Promise<void>;
};

type Timer = { time: number; act: (() => void) | null };

/**
 * Returns a timeline that stands at `start` (Unix milliseconds). Timers of the same instant run in
 * the order in which they were set.
 */
export function createTimeline(start: number): Timeline {
  const timers: Timer[] = [];
  const everythingSaid = createTurns();
  let now = start;
  const at = (time: number, act: () => void) => {
    const timer: Timer = { time: Math.max(now, time), act };
    timers.splice(placeOf(timers, timer.time), 0, timer);
    return () => {
      timer.act = null;
    };
  };
  return {
    now: () => now,
    at,
    sleep: (milliseconds) => new Promise((wake) => void at(now + milliseconds, wake)),
    async run(until) {
      await everythingSaid();
      for (let next = timers.at(-1); next && next.time <= until; next = timers.at(-1)) {
        timers.pop();
        if (!next.act) continue;
        now = next.time;
        next.act();
        await everythingSaid();
      }
      now = Math.max(now, until);
    },
  };
}

/** How many turns are asked for at the same time. */
const TURNS = 32;

/**
 * Returns a wait for the next turn. Every promise that could settle has settled by then, since the steps wait
 * only for this timeline. Node settles promises between any two turns. It looks at sockets, which takes
 * longer, only before the first of the turns that were asked for together.
 */
function createTurns(): () => Promise<void> {
  let left = 0;
  let wake = () => {};
  const turn = (): void => {
    left--;
    wake();
  };
  return () =>
    new Promise((turned) => {
      wake = turned;
      if (left > 0) return;
      left = TURNS;
      for (let i = 0; i < TURNS; i++) setImmediate(turn);
    });
}

/**
 * The place of a timer among those sorted from the last to the next: before all of its own
 * instant, so that it runs after them.
 */
function placeOf(timers: readonly Timer[], time: number): number {
  let [low, high] = [0, timers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((timers[middle]?.time ?? 0) > time) low = middle + 1;
    else high = middle;
  }
  return low;
}
