import { ORGANIZATION, type Scope } from '../anchor.ts';
import type { ScopePlan, Wave } from '../plan-document.ts';
import type { Policy } from '../policy.ts';

/** Projects in the first wave that is no canary, in the second, and in the third: a fault shows before it is everywhere. */
const GROWING = [10, 100, Number.POSITIVE_INFINITY];

/** Scopes that go by themselves at the same time. One that keeps failing gives up its place within seconds (I16). */
export const SCOPES_AT_ONCE = 40;

/**
 * Canary projects first, then the other projects, the organization last (rule 4): its blast radius is everyone (F7).
 * The projects go in growing groups. Where each scope goes by itself there is one wave: first what can be cut, and of that
 * the organization, by which a leaked key reaches every project.
 */
export function wavesOf(
  scopePlans: readonly ScopePlan[],
  { canary, atOnce }: Pick<Policy, 'canary'> & { atOnce: boolean },
): Wave[] {
  const nameOf = (scope: Scope): Wave['name'] =>
    scope === ORGANIZATION ? 'organization' : canary.includes(scope) ? 'canary' : 'projects';
  if (atOnce) return [{ name: 'everywhere', scopes: inOrder(scopePlans) }];
  return (['canary', 'projects', 'organization'] as const).flatMap((name) => {
    const ofName = scopePlans.filter(({ scope }) => nameOf(scope) === name);
    const sizes = name === 'projects' ? GROWING : [Number.POSITIVE_INFINITY];
    return grouped(ofName, sizes).map((scopes) => ({ name, scopes }));
  });
}

/** A list in groups of at most so many, those that are empty left out. */
function grouped<T>(
  list: readonly T[],
  [size = Number.POSITIVE_INFINITY, ...sizes]: readonly number[],
): T[][] {
  if (list.length === 0) return [];
  return [list.slice(0, size), ...grouped(list.slice(size), sizes)];
}

/** What can be cut before what cannot, and of each the organization before the projects. */
function inOrder(scopePlans: readonly ScopePlan[]): ScopePlan[] {
  const rank = ({ scope, successions }: ScopePlan): number =>
    2 * Number(successions.every(({ held }) => held)) + Number(scope !== ORGANIZATION);
  return scopePlans.toSorted((a, b) => rank(a) - rank(b));
}
