import * as z from 'zod';
import type { Client } from '../client.ts';
import { jsonPrefix } from '../json-prefix.ts';

/**
 * What the last plan saw, for the next one to hold against: the name that an anchor had, the authority that a client's
 * running leaf was under, and how loudly a blocked cut has been told.
 */
export const seenSchema = z.object({
  kind: z.enum(['anchor', 'client', 'blocked']),
  id: z.string(),
  value: z.string(),
  /** Of a client: the secret that held the leaf. An older version did not write it down. */
  secret: z.string().optional(),
  /** Of an anchor: the digest of its public key, which outlives the upload (I15). An older version did not write it down. */
  key: z.string().optional(),
  /**
   * What a run is to tell, beside the value that has been told ({@link UNTOLD} where none has): told once that run has ended red for
   * it. An older version goes by the value alone, and tells it again.
   */
  pending: z.object({ value: z.string(), by: z.string() }).optional(),
});

/** How loudly something has been told of which nobody has been told. */
export const UNTOLD = '-1';

export type Seen = z.infer<typeof seenSchema>;

/** The values of one kind by id. */
export const seenOf = (seen: readonly Seen[], kind: Seen['kind']): ReadonlyMap<string, string> =>
  new Map(seen.filter((one) => one.kind === kind).map(({ id, value }) => [id, value]));

/**
 * The authorities that a client was last seen under; none where nobody knows. What another secret held, or one that an older version
 * has not named, says nothing of this one (I9).
 */
export function lastAuthoritiesOf(seen: readonly Seen[]): (client: Client) => readonly string[] {
  const known = new Map(seen.flatMap((one) => (one.kind === 'client' ? [[one.id, one]] : [])));
  return ({ name, secret }) => {
    const last = known.get(name);
    return last?.secret === secret ? authoritiesIn(last) : [];
  };
}

/** The digest of the key that an anchor was last seen with, where anybody has read it. */
export const keySeenOf =
  (seen: readonly Seen[]) =>
  (anchorId: string): string | undefined =>
    seen.find(({ kind, id }) => kind === 'anchor' && id === anchorId)?.key;

/** The authorities that a client was seen under. */
export const authoritiesIn = ({ value }: Pick<Seen, 'value'>): readonly string[] =>
  severalIn(value) ?? [value];

const several = z.array(z.string()).min(2);

/** Several authorities, which are kept as JSON; null for the text of one. */
const severalIn = (value: string): string[] | null =>
  several.safeParse(jsonPrefix(value)?.value).data ?? null;
