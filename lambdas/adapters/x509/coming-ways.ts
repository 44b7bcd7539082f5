import type { X509Certificate } from 'node:crypto';
import type { LeafFacts } from '../../domain/leaf/leaf-facts.ts';
import { leafProblems } from './leaf-problems.ts';
import { type allows, untilBelow, waysFrom } from './paths.ts';
import { certificatesIn } from './pem.ts';

type Anchors = readonly { anchorId: string; pem: string }[];

/**
 * Returns, by anchor, from when until when a leaf will lead to it by signature, for anchors to which no path
 * is valid at `now`. These are paths for which only the time has to come. Times in Unix seconds. `lets` says
 * whether a CA allows a way to end below it.
 */
export function comingWays(
  leaf: X509Certificate,
  reached: readonly X509Certificate[],
  anchors: Anchors,
  now: number,
  lets: typeof allows,
): NonNullable<LeafFacts['coming']> {
  const begins = reached.map(({ validFromDate }) => validFromDate.getTime() / 1000).filter((at) => at > now);
  // Later entries overwrite earlier ones, so the earliest start comes last.
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
