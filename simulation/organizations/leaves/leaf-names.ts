import { onceForText } from '../../../lambdas/domain/once.ts';
import type { LeafFlaw } from '../../certificates/material.ts';
import type { ScenarioLeaf } from '../scenario.ts';

/** A leaf in one word, which is the name of its secret version: `cert_a1`, or `cert_a1~expired`. */
export const labelOf = ({ anchor, flaw, intermediate, by, sameAs, until, baggage }: ScenarioLeaf): string =>
  [
    anchor,
    flaw,
    intermediate && 'intermediate',
    baggage && 'baggage',
    by && `by=${by}`,
    sameAs && `same=${sameAs}`,
    until && `until=${until}`,
  ]
    .filter(Boolean)
    .join('~');

const flaws: readonly LeafFlaw[] = ['expired', 'withoutAki', 'wrongKey', 'forged', 'unplaced', 'forServers'];

/** The leaf that a version of a secret holds, by the version's name. */
export const leafNamed = onceForText((version): ScenarioLeaf => {
  const [anchor = '', ...words] = (version.split('#')[0] ?? '').split('~');
  const wordOf = (key: string) => words.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1);
  const [by, sameAs, until] = [wordOf('by'), wordOf('same'), wordOf('until')];
  const flaw = flaws.find((one) => words.includes(one));
  return {
    anchor,
    flaw,
    intermediate: words.includes('intermediate'),
    baggage: words.includes('baggage'),
    ...(by && { by }),
    ...(sameAs && { sameAs }),
    ...(until && { until: Number(until) }),
  };
});

/**
 * The name of a secret version that holds a leaf, as the nth such version. `isRotated`: it has the API key
 * that the client was rotated to, not its first one.
 */
export const versionOf = (leaf: ScenarioLeaf, nth: number, isRotated: boolean): string =>
  `${labelOf(leaf)}#${nth}${isRotated ? ROTATED : ''}`;

/** Whether the version of a secret with this name has the key that its owner has rotated to. */
export const hasRotatedKey = (version: string): boolean => version.endsWith(ROTATED);

/**
 * The name of a version that was staged beside the first key, once its client calls with the
 * rotated one. Nobody is moved to it.
 */
export const outdated = (version: string): string =>
  isOutdated(version) ? version : version.replace('#', `${OUTDATED}#`);
export const isOutdated = (version: string): boolean => version.includes(`${OUTDATED}#`);

const [OUTDATED, ROTATED] = ['~outdated', '.rotated'];
