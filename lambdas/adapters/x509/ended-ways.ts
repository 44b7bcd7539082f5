import type { X509Certificate } from 'node:crypto';
import { untilBelow, waysFrom } from './paths.ts';
import { certificatesIn } from './pem.ts';

/**
 * When the last path ended that has led a leaf to some of these anchors, in Unix seconds; undefined where one is whole by its dates or will be, and where
 * none ever was: nobody knows then since when its client is outside. What else CAs allow is not asked: a host may not go by it (I1).
 */
export function lastWayEnded(
  leaf: X509Certificate,
  reached: readonly X509Certificate[],
  anchors: readonly { pem: string }[],
  now: number,
): number | undefined {
  const begins = new Set(reached.map(({ validFromDate }) => validFromDate.getTime() / 1000));
  const issuing = anchors.flatMap(({ pem }) => certificatesIn(pem)[0] ?? []);
  // A path is whole from the instant at which the last of its certificates begins.
  const ends = [...begins].flatMap((from) => {
    const ways = waysFrom(leaf, reached, from, anyway);
    return issuing.flatMap((anchor) => untilBelow(anchor, ways, anyway) ?? []);
  });
  const last = Math.max(...ends);
  return ends.length > 0 && last <= now ? last : undefined;
}

const anyway = (): boolean => true;
