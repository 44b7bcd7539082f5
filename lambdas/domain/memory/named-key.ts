/** What stands before the digest in the id of a key: no id of the API's begins so. */
const PREFIX = 'key:';

/**
 * The id under which the key of a CA is remembered that was never uploaded, and so has no other: by its digest, the SHA-256 of its SPKI in hex (I15). A colon stands in it,
 * so that what takes keys out of texts knows the digest as one.
 */
export const idOfKey = (digest: string): string => `${PREFIX}${digest}`;

/** The digest in such an id; undefined for an anchor's. */
export const digestInId = (id: string): string | undefined =>
  id.startsWith(PREFIX) ? id.slice(PREFIX.length) : undefined;
