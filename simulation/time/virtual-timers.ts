import { getEventListeners } from 'node:events';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import type { VirtualClock } from './virtual-clock.ts';

/** The time of a thread whose waits pass in virtual time. */
export interface VirtualTimers {
  /**
   * Lets the oldest guard run out, since what it guards will never be answered. A young guard is left alone.
   */
  expire(): void;
}

type Guard = { due: number; set: number; run: () => void; idle: () => boolean };

/**
 * Real milliseconds after which a call without an answer may be taken for one that will never be answered.
 */
const YOUNG_MS = 12;

/**
 * Makes this thread's waits pass in virtual time, for faults that would otherwise cost minutes. Guards are
 * set by people, in whole seconds: they keep real time, and run out early only when `expire` says that
 * waiting is no use. Delays before another attempt are jittered, so they are not whole seconds: they pass at
 * once, and so does a step's own pause, which uses the promised timer. For a worker thread's start only.
 */
export function installVirtualTimers(clock: VirtualClock): VirtualTimers {
  const [realSet, realClear] = [globalThis.setTimeout, globalThis.clearTimeout];
  const guards = new Map<unknown, Guard>();

  const guard = (run: () => void, ms: number, idle: () => boolean): NodeJS.Timeout => {
    const timer = realSet(() => {
      guards.delete(timer);
      run();
    }, ms);
    guards.set(timer, { due: clock.milliseconds() + ms, set: performance.now(), run, idle });
    return timer;
  };
  const delay = (run: () => void, ms: number): NodeJS.Timeout => {
    const due = clock.milliseconds() + ms;
    return realSet(() => {
      clock.advanceTo(due / 1000);
      run();
    }, 1);
  };
  const set = (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
    const run = () => callback(...args);
    if (isGuard(ms)) return guard(run, ms, () => false);
    return isDelay(ms) ? delay(run, ms) : realSet(run, ms);
  };
  const clear = (timer: Parameters<typeof realClear>[0]): void => {
    guards.delete(timer);
    realClear(timer);
  };
  globalThis.setTimeout = set as unknown as typeof setTimeout;
  globalThis.clearTimeout = clear;
  const realPause = timers.setTimeout;
  const pause = <T>(ms = 0, value?: T, options?: Parameters<typeof realPause>[2]) =>
    options ? realPause(ms, value, options) : new Promise((done) => delay(() => done(value), ms));
  timers.setTimeout = pause as typeof realPause;
  syncBuiltinESMExports();
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController();
    const abort = () => controller.abort(new DOMException('The operation timed out', 'TimeoutError'));
    // Nobody clears this guard: it is idle when nothing listens to it any more.
    guard(abort, ms, () => getEventListeners(controller.signal, 'abort').length === 0).unref();
    return controller.signal;
  };
  return {
    expire() {
      for (const [timer, { idle }] of guards) if (idle()) clear(timer as NodeJS.Timeout);
      // An answered call clears its guard at once, so the oldest guard belongs to a call without
      // an answer, unless it is young.
      const [first] = guards;
      if (!first) return;
      const [timer, { due, set, run }] = first;
      if (performance.now() - set < YOUNG_MS) return;
      clear(timer as NodeJS.Timeout);
      clock.advanceTo(due / 1000);
      run();
    },
  };
}

const isGuard = (ms: number): boolean => ms >= 1000 && ms % 1000 === 0;

/** undici's own clock ticks by this; it counts guards in ticks. */
const UNDICI_TICK = 499;

const isDelay = (ms: number): boolean => ms >= 1 && ms < 30_000 && ms !== UNDICI_TICK && !isGuard(ms);
