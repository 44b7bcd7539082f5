/** Most clients that send all along. */
const MOST_SAMPLED = 40;

/**
 * How many of an organization's clients send all along: all of some dozens, and of more a sample, spread
 * evenly. The others send around each change of trust that concerns them, and whenever all are waited for.
 */
export const sampleSize = (clients: number): number => Math.min(clients, MOST_SAMPLED);

/** Whether one of so many clients is in the sample, by its place among them. */
export function isSampled(place: number, clients: number): boolean {
  const before = (upTo: number) => Math.floor((upTo * sampleSize(clients)) / clients);
  return before(place + 1) > before(place);
}
