import * as z from 'zod';
import { jsonPrefix } from '../json-prefix.ts';
import type { ClientFacts } from '../leaf/client-facts.ts';
import { lineageOf } from '../succession/lineage.ts';

/**
 * What the last plan saw, for the next one to compare with: an anchor's name, the authority of a client's
 * running leaf, or how loudly a blocked cut has been told.
 */
export const seenSchema = z.object({
  kind: z.enum(['anchor', 'client', 'blocked']),
  id: z.string(),
  value: z.string(),
  /** Of a client: the secret that held the leaf. An older version did not write it down. */
  secret: z.string().optional(),
  /**
   * Of a client: ids of the anchors that its running leaf led to. They stay the same when an anchor is
   * renamed. An older version did not write them down.
   */
  anchors: z.array(z.string()).optional(),
  /**
   * Of a client: the versions of its secret that this holds for. These are the current one, and the staged
   * one where that is of the same line. An older version did not write them down.
   */
  versions: z.array(z.string()).optional(),
  /**
   * Of an anchor: the digest of its public key, which outlives the upload (I15). An older version did not
   * write it down.
   */
  key: z.string().optional(),
  /** Of an anchor: the authorities of its former names. An older version did not write them down. */
  formerly: z.array(z.string()).optional(),
  /**
   * What a run is to tell, beside the value that has been told ({@link UNTOLD} where none has). It is told
   * once that run has ended red for it. An older version goes by the value alone, and tells it again.
   */
  pending: z.object({ value: z.string(), by: z.string() }).optional(),
});

/** The value of something that nobody has been told of. */
export const UNTOLD = '-1';

export type Seen = z.infer<typeof seenSchema>;

/** Returns the values of one kind by id. */
export const seenOf = (seen: readonly Seen[], kind: Seen['kind']): ReadonlyMap<string, string> =>
  new Map(seen.filter((one) => one.kind === kind).map(({ id, value }) => [id, value]));

/** Returns every authority that plans have seen each anchor under, by its id. A new name moves nobody (I11). */
export const everCalledIn = (seen: readonly Seen[]): ReadonlyMap<string, readonly string[]> =>
  new Map(seen.flatMap((one) => (one.kind === 'anchor' ? [[one.id, everCalled(one)]] : [])));

/** The authorities of the name that an anchor was last seen with, and of its former names, sorted. */
export const everCalled = ({ value, formerly = [] }: Pick<Seen, 'value' | 'formerly'>): string[] =>
  [...new Set([...formerly, lineageOf(value)?.authority ?? ''])].filter((one) => one !== '').toSorted();

/**
 * What a client's running leaf was last seen under: authorities, and ids of anchors where somebody has
 * written them down.
 */
export type LastSeen = Pick<ClientFacts, 'lastAuthorities' | 'lastAnchors'>;

/**
 * Returns what each client was last seen under; nothing where nobody knows. What another secret held says
 * nothing of this one, and neither does an entry that names no secret (an older version). What another
 * version of the secret held says nothing where the current version cannot be read (I9).
 */
export function lastSeenOf(
  seen: readonly Seen[],
): (client: Pick<ClientFacts, 'name' | 'secret' | 'running' | 'versions'>) => LastSeen {
  const known = new Map(seen.flatMap((one) => (one.kind === 'client' ? [[one.id, one]] : [])));
  return ({ name, secret, running, versions }) => {
    const last = known.get(name);
    const isUnread = running !== null && 'unknown' in running;
    const isOther =
      versions?.running !== undefined && last?.versions?.includes(versions.running) === false && isUnread;
    if (last?.secret !== secret || isOther) return { lastAuthorities: [] };
    return { lastAuthorities: authoritiesIn(last), ...(last.anchors && { lastAnchors: last.anchors }) };
  };
}

/** Returns the digest of the key that an anchor was last seen with, where anybody has read it. */
export const keySeenOf =
  (seen: readonly Seen[]) =>
  (anchorId: string): string | undefined =>
    seen.find(({ kind, id }) => kind === 'anchor' && id === anchorId)?.key;

/** Returns the authorities that a client was seen under. */
export const authoritiesIn = ({ value }: Pick<Seen, 'value'>): readonly string[] =>
  severalIn(value) ?? [value];

const several = z.array(z.string()).min(2);

/** Returns several authorities, which are kept as JSON; null where the text is one authority. */
const severalIn = (value: string): string[] | null =>
  several.safeParse(jsonPrefix(value)?.value).data ?? null;
