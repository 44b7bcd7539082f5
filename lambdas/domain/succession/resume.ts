import { activeSetOf, type Inventory, type Scope } from '../anchor.ts';
import { secondsOf } from '../instant.ts';
import type { BegunMemory, Memory, SoakMemory } from '../memory/journal.ts';
import type { Plan } from '../plan-document/plan.ts';
import { indexAnchors, type PlanningFacts, type Succession } from '../planning/facts.ts';

/**
 * Returns the memories of successions that are over: their retiring anchor is active nowhere, or only where
 * it did not soak. A successor that was taken back is remembered while it exists. It may be active where
 * nobody can look now, as in an archived project (F16).
 */
export function finished<M extends Pair & { takenBackAt?: string; except?: readonly string[] }>(
  memories: readonly M[],
  inventory: Inventory,
): M[] {
  const { anchors, activeIn } = indexAnchors(inventory);
  return memories.filter(
    ({ retiring, successor, takenBackAt: at, except = [] }) =>
      (activeIn.get(retiring) ?? []).every((scope) => except.includes(scope)) &&
      (at === undefined || !anchors.has(successor)),
  );
}

/**
 * Returns what to remember as begun: the successions of a plan that nobody has begun before. In a manual run
 * these are also all that were taken back or have turned a client away. By starting it a person says that
 * their filters are repaired, whether this run or the one right after it takes them up (F16).
 */
export function newlyBegun(
  { successions, mode, plannedAt }: Pick<Plan, 'successions' | 'mode' | 'plannedAt'>,
  { soaks, begun = [] }: Memory,
): BegunMemory[] {
  // A pair that gives way to another successor of the same anchor stays marked.
  const givesWay = (pair: Pair) =>
    successions.some((one) => one.retiring === pair.retiring && one.successor !== pair.successor);
  const isMarked = ({ takenBackAt: at, refused }: BegunMemory) => at !== undefined || refused !== undefined;
  const marked = mode === 'manual' ? begun.filter((one) => isMarked(one) && !givesWay(one)) : [];
  const isOneOf = (pair: Pair, pairs: readonly Pair[]) => pairs.some((one) => isSamePair(one, pair));
  const isKnown = (pair: Pair) => isOneOf(pair, [...soaks, ...begun]);
  const fresh = successions.filter((one) => !one.resumed && !isKnown(one));
  return [...fresh, ...marked].map(({ retiring, successor }) => ({
    retiring,
    successor,
    begunAt: plannedAt,
  }));
}

/** The remembered soak of a succession, or undefined. */
export const soakOf = (pair: Pair, soaks: readonly SoakMemory[]): SoakMemory | undefined =>
  soaks.find((soak) => isSamePair(soak, pair));

/** The remembered soaks of these successions. */
export const soaksOf = (pairs: readonly Pair[], soaks: readonly SoakMemory[]): SoakMemory[] =>
  soaks.filter((soak) => pairs.some((pair) => isSamePair(pair, soak)));

type Pair = { retiring: string; successor: string };

/** Whether two pairs are the same succession. */
export const isSamePair = (one: Pair, other: Pair): boolean =>
  one.retiring === other.retiring && one.successor === other.successor;

/**
 * Returns when the successor of a pair was taken back (ISO 8601), for this pair or for another. Undefined
 * where a person has asked for it since, or has made it active wherever the retiring anchor is. A filter
 * belongs to the successor: whatever anchor it is to replace, strangers get in by it, or clients do not
 * (F16).
 */
export function takenBackAt({ retiring, successor }: Pair, facts: PlanningFacts): string | undefined {
  const { inventory, memory } = facts;
  const scopes = indexAnchors(inventory).activeIn.get(retiring) ?? [];
  const marked = memory?.begun?.find((one) => one.successor === successor && one.takenBackAt !== undefined);
  const stands = scopes.every((scope) => activeSetOf(inventory, scope).has(successor));
  return stands ? undefined : marked?.takenBackAt;
}

/** A succession by the ids of its anchors. */
export const idsOf = ({ retiring, successor }: Pick<Succession, 'retiring' | 'successor'>): Pair => ({
  retiring: retiring.anchorId,
  successor: successor.anchorId,
});

/** Returns one succession for each pair, with the scopes of all its parts. */
export function merged(successions: readonly Succession[]): Succession[] {
  const byPair = new Map<string, Succession>();
  for (const one of successions) {
    const key = `${one.retiring.anchorId} ${one.successor.anchorId}`;
    const known = byPair.get(key);
    byPair.set(key, known ? { ...known, scopes: [...new Set([...known.scopes, ...one.scopes])] } : one);
  }
  return [...byPair.values()];
}

/** Returns the remembered soak that is over, where some scope that is left was part of it; else undefined. */
export function servedSoak(
  one: Succession,
  { memory, now }: Pick<PlanningFacts, 'memory' | 'now'>,
): SoakMemory | undefined {
  const soak = soakOf(idsOf(one), memory?.soaks ?? []);
  const isLeft = one.scopes.some((scope) => !soak?.except?.includes(scope));
  return soak && isLeft && secondsOf(soak.soakUntil) <= now ? soak : undefined;
}

/**
 * A succession in the scopes that its remembered soak has not left out; the same object where that is all of
 * them.
 */
export function whereSoaked(one: Succession, facts: Pick<PlanningFacts, 'memory'>): Succession {
  const isLeftOut = leftOutOf(one, facts);
  const scopes = one.scopes.filter((scope) => !isLeftOut(scope));
  return scopes.length < one.scopes.length ? { ...one, scopes } : one;
}

/** The same in the scopes that were left out: there it begins its soak once it is proven (I11). */
export const whereLeftOut = (one: Succession, facts: Pick<PlanningFacts, 'memory'>): Succession => ({
  ...one,
  scopes: one.scopes.filter(leftOutOf(one, facts)),
});

/**
 * Returns the scopes that the remembered soaks of these successions have left out and the successions leave
 * out as well, for example because they cannot be listed today.
 */
export const stillLeftOut = (
  successions: readonly Succession[],
  { memory }: Pick<PlanningFacts, 'memory'>,
): NonNullable<Plan['leftOut']> =>
  successions.flatMap((one) => {
    const goesIn = new Set(one.scopes);
    const { except = [] } = soakOf(idsOf(one), memory?.soaks ?? []) ?? {};
    const scopes = except.filter((scope) => !goesIn.has(scope));
    return scopes.length > 0 ? [{ ...idsOf(one), scopes }] : [];
  });

function leftOutOf(one: Succession, { memory }: Pick<PlanningFacts, 'memory'>): (scope: Scope) => boolean {
  const except = new Set(soakOf(idsOf(one), memory?.soaks ?? [])?.except);
  return (scope) => except.has(scope);
}
