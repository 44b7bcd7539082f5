/**
 * The time of a rehearsal: it runs as real time does, and jumps forward through a soak or a retry's wait.
 * Two shared cells hold the distance from real time and the instant at which time stands, so that every
 * worker thread sees the same instant.
 */
export type VirtualClock = {
  /** Unix seconds. */
  now(): number;
  /** Unix milliseconds, as `Date.now()` would return. */
  milliseconds(): number;
  /** Jumps forward to a Unix time in seconds. Time never goes back, so an earlier instant changes nothing. */
  advanceTo(seconds: number): void;
  /** Lets time stand still until `start`, except for jumps: every look in between sees one instant. */
  stop(): void;
  /** Lets time run on from where it stands. Does nothing when it runs already. */
  start(): void;
  /** What `joinVirtualClock` needs in another thread. */
  readonly shared: SharedArrayBuffer;
};

/** Creates a clock that stands at `start` (Unix seconds) now and runs from there. */
export function createVirtualClock(start: number): VirtualClock {
  const shared = new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT);
  new BigInt64Array(shared)[DISTANCE] = BigInt(Math.round(start * 1000) - Date.now());
  return joinVirtualClock(shared);
}

const DISTANCE = 0;
/** Unix milliseconds at which time stands, or 0 while it runs. */
const STANDING = 1;

/**
 * The clock that another thread created. Take it before the thread's Date is
 * replaced: it counts from the real one.
 */
export function joinVirtualClock(shared: SharedArrayBuffer): VirtualClock {
  const cells = new BigInt64Array(shared);
  const realNow = Date.now;
  const running = () => realNow() + Number(Atomics.load(cells, DISTANCE));
  const milliseconds = () => Number(Atomics.load(cells, STANDING)) || running();
  return {
    shared,
    milliseconds,
    now: () => Math.floor(milliseconds() / 1000),
    advanceTo(seconds) {
      const ahead = BigInt(Math.ceil(seconds * 1000 - milliseconds()));
      if (ahead <= 0n) return;
      if (Atomics.load(cells, STANDING) !== 0n) Atomics.add(cells, STANDING, ahead);
      else Atomics.add(cells, DISTANCE, ahead);
    },
    stop: () => void Atomics.compareExchange(cells, STANDING, 0n, BigInt(running())),
    start() {
      const standing = Atomics.load(cells, STANDING);
      if (standing === 0n) return;
      Atomics.add(cells, DISTANCE, standing - BigInt(running()));
      Atomics.store(cells, STANDING, 0n);
    },
  };
}

/** A cell with the milliseconds by which a clock is ahead; negative when it is behind. */
export function createSkew(milliseconds: number): SharedArrayBuffer {
  // Days in milliseconds do not fit into 32 bits.
  const skew = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT);
  new BigInt64Array(skew)[0] = BigInt(milliseconds);
  return skew;
}

/** Puts a clock right that was off. */
export const putRight = (skew: SharedArrayBuffer): void => void Atomics.store(new BigInt64Array(skew), 0, 0n);

/** The same time by a clock that is off. */
export function skewed(clock: VirtualClock, skew: SharedArrayBuffer): VirtualClock {
  const ahead = new BigInt64Array(skew);
  const milliseconds = () => clock.milliseconds() + Number(Atomics.load(ahead, 0));
  return { ...clock, milliseconds, now: () => Math.floor(milliseconds() / 1000) };
}

/**
 * Makes this thread's `Date` tell virtual time. For a worker thread's start only, never for the main thread.
 */
export function installVirtualDate(clock: VirtualClock): void {
  const RealDate = Date;
  class VirtualDate extends RealDate {
    constructor(...parts: [] | [number]) {
      if (parts.length === 0) super(clock.milliseconds());
      else super(...parts);
    }
    static override now(): number {
      return clock.milliseconds();
    }
    // Node's own code hands out real dates, and they must still count as dates.
    static override [Symbol.hasInstance](value: unknown): boolean {
      return value instanceof RealDate;
    }
  }
  globalThis.Date = VirtualDate as DateConstructor;
}
