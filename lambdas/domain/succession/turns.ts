import type { Scope } from '../anchor.ts';
import type { Succession } from '../planning/facts.ts';

type Turn = { chosen: readonly Succession[]; cuts: readonly Succession[] };

/**
 * Returns whose day it is among successions that have failed for days. Each group has its own day, so that
 * none waits for another's soak: what is compromised (I6), what is to be cut or confirmed (I11), and the
 * rest. `day` counts days from any beginning.
 */
export function turnOf(
  { named, toCut, rest }: { named: readonly Succession[]; toCut: Turn; rest: readonly Succession[] },
  day: number,
): Turn & { isMoreWaiting: boolean } {
  const groups = [byLine({ chosen: named, cuts: [] }), byLine(toCut), [{ chosen: rest, cuts: [] }]];
  const waiting = groups
    .map((parts) => parts.filter(({ chosen, cuts }) => chosen.length + cuts.length > 0))
    .filter((parts) => parts.length > 0);
  const parts = waiting[day % waiting.length] ?? [];
  const turn = parts[Math.floor(day / waiting.length) % parts.length] ?? { chosen: [], cuts: [] };
  return { ...turn, isMoreWaiting: waiting.flat().length > 1 };
}

/**
 * Returns the successions that go together at the given try. Of lines that share a scope only one goes: a
 * scope is cut for all of its successions or for none, and one line's failure must not keep the other active
 * (I16, I17). Each line has its turn as the tries go on.
 */
export function apart(ready: readonly Succession[], attempt: number): readonly Succession[] {
  const lines = byLine({ chosen: ready, cuts: [] }).map(({ chosen }) => chosen);
  const first = lines.length > 0 ? attempt % lines.length : 0;
  const taken = new Set<Scope>();
  return [...lines.slice(first), ...lines.slice(0, first)].flatMap((line) => {
    const scopes = line.flatMap((one) => one.scopes);
    if (scopes.some((scope) => taken.has(scope))) return [];
    for (const scope of scopes) taken.add(scope);
    return line;
  });
}

/**
 * Divides by successor: a cut that fails in the canary stops the waves of everything that goes with it (I17).
 * None of these serves a soak any more.
 */
function byLine({ chosen, cuts }: Turn): Turn[] {
  const lines = new Set([...chosen, ...cuts].map(({ successor }) => successor.anchorId));
  return [...lines].toSorted().map((line) => {
    const isOfLine = ({ successor }: Succession): boolean => successor.anchorId === line;
    return { chosen: chosen.filter(isOfLine), cuts: cuts.filter(isOfLine) };
  });
}
