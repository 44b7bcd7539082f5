import pMap from 'p-map';
import { isValidAt, ORGANIZATION } from '../../domain/anchor.ts';
import { subjectDigestOf } from '../x509/issuer.ts';
import { keyDigestOf } from '../x509/keys.ts';
import type { Certificates } from './certificates.ts';

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
  const authorityOf = async (anchorId: string): Promise<string> => {
    const pem = await certificates.content(anchorId);
    return `${keyDigestOf(pem)} ${subjectDigestOf(pem)}`;
  };
  const known = new Set(await pMap(others, authorityOf, { concurrency: 5 }));
  const all = await pMap(ours, async (id) => ({ id, authority: await authorityOf(id) }), { concurrency: 5 });
  return all.filter(({ authority }) => known.has(authority)).map(({ id }) => id);
}
