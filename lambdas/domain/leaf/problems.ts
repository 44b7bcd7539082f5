import type { LeafFacts } from './leaf-facts.ts';

/** Problems of a leaf that no TLS stack can present. Nobody knows what its client presents instead (I9). */
export const OTHERS_KEY = 'the private key does not belong to the leaf';
export const UNREADABLE_KEY = 'the private key is not a readable, unencrypted PEM key';
export const UNLOADABLE = 'TLS cannot load the certificate chain';
export const GARBLED_INTERMEDIATE = 'an intermediate certificate cannot be read';
const UNPRESENTABLE = [OTHERS_KEY, UNREADABLE_KEY, UNLOADABLE, GARBLED_INTERMEDIATE];

/** Problem of a witness's leaf: nobody can call with it (F17). */
export const WITHOUT_KEY = 'its secret has the ids of a keyless client, and a witness needs an apiKey';

/**
 * Problem of a staged leaf where no host is asked about it: nobody has seen its client get in by the API key
 * or ids beside it (I9).
 */
export const UNPROBED_IDENTITY =
  'another API key, or other ids, stand beside it than the client calls with now, and no host is asked about them';

/**
 * Problem of a staged leaf whose secret has a newer version with another API key or other ids: the older ones
 * must not come back with it (I11).
 */
export const OUTDATED_IDENTITY =
  'an older API key, or older ids, stand beside it than the client calls with now, or its leaf was renewed beside them since';

/** Returns why no TLS stack can present a leaf; undefined where one can, or where there is no leaf. */
export const unpresentable = (held: LeafFacts | null): string | undefined =>
  held?.problems.find((problem) => UNPRESENTABLE.includes(problem));
