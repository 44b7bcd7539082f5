/** Now, in Unix seconds. Steps are handed a clock so that a simulation can own the time. */
export type Clock = () => number;

export const systemClock: Clock = () => Math.floor(Date.now() / 1000);

/** A Unix time in seconds as the document writes it. */
export const instant = (seconds: number): string => new Date(seconds * 1000).toISOString();
