import type { CompromisedMemory } from '../../domain/memory/journal.ts';
import type { Certificates } from '../openai/certificates.ts';
import type { Journal } from '../table/journal.ts';
import { keyDigestOf } from '../x509/keys.ts';

type Contents = Pick<Certificates, 'content'>;
type Known = Pick<CompromisedMemory, 'anchorId' | 'keyDigest'>;

/**
 * Reads certificates, and writes down the key digest of each compromised anchor as soon as it is read. The
 * next call may fail, and the upload may be gone by the next run (I15). A digest that an older version took
 * from another form of the key is replaced.
 */
export const rememberingKeys = (
  certificates: Contents,
  { rememberDigests }: Pick<Journal, 'rememberDigests'>,
  named: readonly Known[],
): Contents => {
  const known = new Map(named.map(({ anchorId, keyDigest }) => [anchorId, keyDigest]));
  return {
    async content(anchorId) {
      const pem = await certificates.content(anchorId);
      const keyDigest = known.has(anchorId) ? keyDigestOf(pem) : null;
      if (keyDigest && keyDigest !== known.get(anchorId)) await rememberDigests([{ anchorId, keyDigest }]);
      return pem;
    },
  };
};
