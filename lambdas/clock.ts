/** Now, in Unix seconds. Steps are handed a clock so that a simulation can own the time. */
export type Clock = () => number;

export const systemClock: Clock = () => Math.floor(Date.now() / 1000);
