import pMap from 'p-map';
import { isValidAt, ORGANIZATION } from '../../domain/anchor.ts';
import { subjectDigestOf } from '../x509/issuer.ts';
import { keyDigestOf } from '../x509/keys.ts';
import type { Certificates } from './certificates.ts';
import { readableAmong } from './read-certificates.ts';

/**
 * Those of our anchors that have the key and the name of another one which is active or inherited in the scope and valid at `now` (Unix
 * seconds): a leaf leads to both, and which of the two a host asks nobody knows (F7). One whose filter refuses the clients may lock them out though nothing is
 * cut, and nobody depends on it: whoever leads to it leads to the other.
 */
export async function shadowing(
  certificates: Certificates,
  scope: string,
  ours: readonly string[],
  now: number,
): Promise<string[]> {
  if (ours.length === 0) return [];
  const here = await certificates.list(scope);
  const inherited = scope === ORGANIZATION ? [] : await certificates.list(ORGANIZATION);
  const usable = [...here, ...inherited].filter((one) => one.active && isValidAt(one, now));
  const others = [...new Set(usable.map(({ anchorId }) => anchorId))].filter((id) => !ours.includes(id));
  const found = await readableAmong(certificates, others);
  const authorityOf = (pem: string): string => `${keyDigestOf(pem)} ${subjectDigestOf(pem)}`;
  const known = new Set(found.anchors.map(({ pem }) => authorityOf(pem)));
  const all = await pMap(ours, async (id) => ({ id, pem: await certificates.content(id) }), {
    concurrency: 5,
  });
  const shadows = all.filter(({ pem }) => known.has(authorityOf(pem))).map(({ id }) => id);
  // What one upload has no answer for keeps nothing else from being told (I17).
  if (shadows.length === 0 && found.unanswered) throw found.unanswered;
  return shadows;
}
