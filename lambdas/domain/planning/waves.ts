import { ORGANIZATION, type Scope } from '../anchor.ts';
import type { ScopePlan } from '../plan-document/scope-plan.ts';
import type { Wave } from '../plan-document/wave.ts';
import type { Policy } from '../policy.ts';

/**
 * The sizes of the first, second and third wave of projects after the canaries: a fault shows before it is
 * everywhere.
 */
const GROWING = [10, 100, Number.POSITIVE_INFINITY];

/**
 * How many scopes go by themselves at the same time. A scope that keeps failing gives up its place within
 * seconds (I16).
 */
export const SCOPES_AT_ONCE = 40;

/**
 * Divides scopes into waves: canary projects, then the other projects in growing groups, then the
 * organization, since its blast radius is everyone (rule 4, F7). Where each scope goes by itself there is one
 * wave. In it, scopes that can be cut come first, and of these the organization, by which a leaked key
 * reaches every project.
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

/** Divides a list into groups of at most the given sizes. Empty groups are left out. */
function grouped<T>(
  list: readonly T[],
  [size = Number.POSITIVE_INFINITY, ...sizes]: readonly number[],
): T[][] {
  if (list.length === 0) return [];
  return [list.slice(0, size), ...grouped(list.slice(size), sizes)];
}

/**
 * Returns scopes that can be cut before those that cannot, and in each the organization before the projects.
 */
function inOrder(scopePlans: readonly ScopePlan[]): ScopePlan[] {
  const rank = ({ scope, successions }: ScopePlan): number =>
    2 * Number(successions.every(({ held }) => held)) + Number(scope !== ORGANIZATION);
  return scopePlans.toSorted((a, b) => rank(a) - rank(b));
}
