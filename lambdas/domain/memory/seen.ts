import * as z from 'zod';
import type { ClientFacts } from '../client.ts';
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
  /** Of a client: ids of the anchors that its running leaf led to, which keep them whatever they are called later. An older version did not write them down. */
  anchors: z.array(z.string()).optional(),
  /** Of a client: the versions of its secret that this holds for, the current one and what is staged for it on the same line. An older version did not write them down. */
  versions: z.array(z.string()).optional(),
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

/** What a client's running leaf was last seen under: authorities, and ids of anchors where somebody has written them down. */
export type LastSeen = Pick<ClientFacts, 'lastAuthorities' | 'lastAnchors'>;

/**
 * What a client was last seen under; nothing where nobody knows. What another secret held, or one that an older version has not named, says nothing of this
 * one, nor does what another version of it held where nobody can read the one that is current now (I9).
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
