import { asManyAsFit } from '../first-few.ts';

/** How many names of clients a state carries, and in how many bytes of JSON. */
type Room = { names: number; bytes: number };

/**
 * The room for names. `shard`: a look at one shard or at a small scope. `outside` and `staying`: the lists of
 * a whole scope.
 */
export const rooms = {
  shard: { names: 20, bytes: 3_000 },
  outside: { names: 200, bytes: 20_000 },
  staying: { names: 500, bytes: 68_000 },
} as const satisfies Record<string, Room>;

/**
 * Returns lists of clients as a state carries them: as many names as there is room for, and no key for an
 * empty list. A client that is not named is treated as everybody else: moved, looked at in the overlap and
 * judged after the cut. So a short list promises less and hides nobody.
 */
export function asManyNames<Key extends string>(
  lists: Readonly<Record<Key, readonly string[]>>,
  { names, bytes }: Room,
): { [K in Key]?: string[] } {
  const named = Object.entries<readonly string[]>(lists).flatMap(([key, clients]) =>
    clients.length > 0 ? [[key, asManyAsFit(clients.slice(0, names), bytes)] as const] : [],
  );
  return Object.fromEntries(named) as { [K in Key]?: string[] };
}
