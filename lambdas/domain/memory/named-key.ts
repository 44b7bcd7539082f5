/** The text before the digest in the id of a key. No id of the API begins so. */
const PREFIX = 'key:';

/**
 * Returns the id under which the key of a CA that was never uploaded is remembered: by its digest, the
 * SHA-256 of its SPKI in hex (I15). The colon makes the code that takes keys out of texts see the digest as a
 * digest.
 */
export const idOfKey = (digest: string): string => `${PREFIX}${digest}`;

/** Returns the digest in such an id; undefined for an anchor's id. */
export const digestInId = (id: string): string | undefined =>
  id.startsWith(PREFIX) ? id.slice(PREFIX.length) : undefined;
