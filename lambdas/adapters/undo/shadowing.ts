import { isValidAt, ORGANIZATION } from '../../domain/anchor.ts';
import type { ScopePlan } from '../../domain/plan-document/scope-plan.ts';
import type { Certificates } from '../openai/certificates.ts';
import { readableAmong } from '../openai/read-certificates.ts';
import { keyAndNameOf } from '../x509/issuer.ts';

/**
 * Returns those of our anchors that share key and name with another anchor that is active here or inherited,
 * and valid at `now` (Unix seconds). A leaf leads to both, and which of the two a host asks is unknown (F7).
 * If the filter of ours refuses clients, it may lock them out although nothing is cut. No client depends on
 * ours alone, because its leaf also leads to the other.
 *
 * A certificate that cannot be read is skipped (I17), except in two cases: the API had no answer for it, or
 * it is one of ours or of an anchor that ours replaces. Then this throws, unless another of ours is found or
 * is `known` to be taken back (I9).
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
  // One upload that had no answer does not keep the findings of the others from being returned (I17).
  const missing = unanswered ?? deciding.map((id) => unread.get(id)).find((error) => error !== undefined);
  if (found.length + told.length === 0 && missing) throw missing;
  return found.map(({ anchorId }) => anchorId);
}
