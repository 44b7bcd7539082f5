import { secondsOf } from '../../lambdas/domain/instant.ts';
import type { Definition, State } from '../../lib/definition.ts';

/** A state, and the names of the Map states around it, the outermost first. */
export type Placed = { state: State; maps: string[] };

/** Every state of a machine by its name, those within Map states too. */
export function statesOf({ States }: Definition, maps: string[] = []): Map<string, Placed> {
  return new Map(
    Object.entries(States).flatMap(([name, state]): [string, Placed][] => [
      [name, { state, maps }],
      ...(state.ItemProcessor ? statesOf(state.ItemProcessor, [...maps, name]) : []),
    ]),
  );
}

/** The states of one type. */
export const ofType = (states: Map<string, Placed>, type: State['Type']) =>
  [...states].filter(([, { state }]) => state.Type === type);

/** When a Wait state ends, in Unix seconds. */
export function waitUntil(state: State, input: unknown, now: number): number {
  const { Seconds, SecondsPath, Timestamp, TimestampPath } = state;
  if (TimestampPath ?? Timestamp) {
    const timestamp = TimestampPath ? at(input, String(TimestampPath)) : Timestamp;
    return secondsOf(String(timestamp));
  }
  return now + Number(SecondsPath ? at(input, String(SecondsPath)) : Seconds);
}

/** The value at a plain path such as `$.promotion.soakUntil`. */
const at = (input: unknown, path: string): unknown =>
  path
    .split('.')
    .slice(1)
    .reduce((value, key) => (value as Record<string, unknown> | undefined)?.[key], input);
