import type { X509Certificate } from 'node:crypto';
import type { LeafFacts } from '../../domain/client.ts';
import { leafProblems } from './leaf-problems.ts';
import { type allows, untilBelow, waysFrom } from './paths.ts';
import { certificatesIn } from './pem.ts';

type Anchors = readonly { anchorId: string; pem: string }[];

/**
 * From when, and until when then, a leaf leads to each of the anchors that it leads to by signature, and by no path that is valid at `now`: where nothing but
 * time is missing (Unix seconds). `lets` says of a CA whether it lets a way end below it.
 */
export function comingWays(
  leaf: X509Certificate,
  reached: readonly X509Certificate[],
  anchors: Anchors,
  now: number,
  lets: typeof allows,
): NonNullable<LeafFacts['coming']> {
  const begins = reached.map(({ validFromDate }) => validFromDate.getTime() / 1000).filter((at) => at > now);
  // The last word is that of the first instant.
  const latestFirst = [...new Set(begins)].toSorted((one, other) => other - one);
  const coming = latestFirst.flatMap((from) => {
    if (leafProblems(leaf, from).length > 0) return [];
    const ways = waysFrom(leaf, reached, from, lets);
    return anchors.flatMap(({ anchorId, pem }) => {
      const anchor = certificatesIn(pem)[0];
      const until = anchor ? untilBelow(anchor, ways, lets) : null;
      return until === null ? [] : [[anchorId, { from, until }] as const];
    });
  });
  return Object.fromEntries(coming);
}
