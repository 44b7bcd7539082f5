import { onceForText } from '../../../lambdas/domain/once.ts';
import type { LeafFlaw } from '../../certificates/material.ts';
import type { ScenarioLeaf } from '../scenario.ts';

/** A leaf in one word, which is what its secret version is called: `cert_a1`, or `cert_a1~expired`. */
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

/** The leaf that a version of a secret holds, by what the version is called. */
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

/** What the version of a secret is called that holds a leaf, as the nth such one, beside the client's first API key or the one that it was rotated to. */
export const versionOf = (leaf: ScenarioLeaf, nth: number, isRotated: boolean): string =>
  `${labelOf(leaf)}#${nth}${isRotated ? ROTATED : ''}`;

/** Whether the version of a secret that is called so has the key that its owner has rotated to. */
export const hasRotatedKey = (version: string): boolean => version.endsWith(ROTATED);

/** What a version that was staged beside the first key is called once its client calls with the rotated one: nobody is moved to it. */
export const outdated = (version: string): string =>
  isOutdated(version) ? version : version.replace('#', `${OUTDATED}#`);
export const isOutdated = (version: string): boolean => version.includes(`${OUTDATED}#`);

const [OUTDATED, ROTATED] = ['~outdated', '.rotated'];
