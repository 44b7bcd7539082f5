import { setTimeout } from 'node:timers/promises';

/** Returns now, in Unix seconds. Steps are given a clock so that a simulation can own the time. */
export type Clock = () => number;

export const systemClock: Clock = () => Math.floor(Date.now() / 1000);

/** Waits for a number of seconds within a step. */
export type Pause = (seconds: number) => Promise<void>;

export const systemPause: Pause = (seconds) => setTimeout(1000 * seconds);
