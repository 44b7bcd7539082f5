import { isValidAt, ORGANIZATION } from '../../domain/anchor.ts';
import type { ScopePlan } from '../../domain/plan-document.ts';
import type { Certificates } from '../openai/certificates.ts';
import { readableAmong } from '../openai/read-certificates.ts';
import { keyAndNameOf } from '../x509/issuer.ts';

/**
 * Those of our anchors that have the key and the name of another one which is active or inherited in the scope and valid at `now` (Unix
 * seconds): a leaf leads to both, and which of the two a host asks nobody knows (F7). One whose filter refuses the clients may lock them out though nothing is
 * cut, and nobody depends on it: whoever leads to it leads to the other. A certificate that cannot be read is passed over (I17); throws
 * where it is that of one of ours, or of what it replaces, and no other of ours is such a one, nor `known` to be taken back (I9).
 */
export async function shadowing(
  certificates: Certificates,
  { scope, successions }: Pick<ScopePlan, 'scope' | 'successions'>,
  ours: readonly string[],
  { now, known: told }: { now: number; known: readonly string[] },
): Promise<string[]> {
  if (ours.length === 0) return [];
  const here = await certificates.list(scope);
  const inherited = scope === ORGANIZATION ? [] : await certificates.list(ORGANIZATION);
  const usable = [...here, ...inherited].filter((one) => one.active && isValidAt(one, now));
  const ids = new Set([...ours, ...usable.map(({ anchorId }) => anchorId)]);
  const { anchors, unread, unanswered } = await readableAmong(certificates, ids);
  const read = anchors.map(({ anchorId, pem }) => ({
    ...{ anchorId, authority: keyAndNameOf(pem) },
    isOurs: ours.includes(anchorId),
  }));
  const known = new Set(read.flatMap(({ authority, isOurs }) => (isOurs ? [] : authority)));
  const found = read.filter(({ authority, isOurs }) => isOurs && known.has(authority));
  const pairs = successions.filter(({ successor }) => ours.includes(successor));
  const deciding = [...ours, ...pairs.map(({ retiring }) => retiring)];
  // What one upload has no answer for keeps nothing else from being told (I17).
  const missing = unanswered ?? deciding.map((id) => unread.get(id)).find((error) => error !== undefined);
  if (found.length + told.length === 0 && missing) throw missing;
  return found.map(({ anchorId }) => anchorId);
}
