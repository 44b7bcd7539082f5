import type { X509Certificate } from 'node:crypto';
import { untilBelow, waysFrom } from './paths.ts';
import { certificatesIn } from './pem.ts';

/**
 * Returns when the last path ended that led a leaf to some of these anchors, in Unix seconds. Undefined if a
 * path is still valid by its dates or will be, or if none ever was: then nobody knows since when its client
 * is outside. Only dates count here. Other limits of CAs are ignored, because a host may not apply them (I1).
 */
export function lastWayEnded(
  leaf: X509Certificate,
  reached: readonly X509Certificate[],
  anchors: readonly { pem: string }[],
  now: number,
): number | undefined {
  const begins = new Set(reached.map(({ validFromDate }) => validFromDate.getTime() / 1000));
  const issuing = anchors.flatMap(({ pem }) => certificatesIn(pem)[0] ?? []);
  // A path is complete from the moment at which the last of its certificates becomes valid.
  const ends = [...begins].flatMap((from) => {
    const ways = waysFrom(leaf, reached, from, anyway);
    return issuing.flatMap((anchor) => untilBelow(anchor, ways, anyway) ?? []);
  });
  const last = Math.max(...ends);
  return ends.length > 0 && last <= now ? last : undefined;
}

const anyway = (): boolean => true;
