import { setTimeout } from 'node:timers/promises';

/** Now, in Unix seconds. Steps are handed a clock so that a simulation can own the time. */
export type Clock = () => number;

export const systemClock: Clock = () => Math.floor(Date.now() / 1000);

/** Waits so many seconds within a step. */
export type Pause = (seconds: number) => Promise<void>;

export const systemPause: Pause = (seconds) => setTimeout(1000 * seconds);
