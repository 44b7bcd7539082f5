import type { Scope } from '../anchor.ts';
import type { Succession } from '../planning/facts.ts';

type Turn = { chosen: readonly Succession[]; cuts: readonly Succession[] };

/**
 * Whose day it is of what has failed for days, a compromised anchor at least: each group has its own, so that none waits for another's soak. What is
 * compromised (I6), what is to be cut or confirmed (I11), and the rest. `day` counts days from any beginning.
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
 * Those that go together by the given try: of lines that share a scope one, since a scope is cut for all of its successions or for none, and what keeps
 * the one must not keep the other (I16, I17). Each has its turn as the tries go on.
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

/** By successor: a cut that fails in the canary stops the waves of all that go with it (I17). No soak is served for any of them any more. */
function byLine({ chosen, cuts }: Turn): Turn[] {
  const lines = new Set([...chosen, ...cuts].map(({ successor }) => successor.anchorId));
  return [...lines].toSorted().map((line) => {
    const isOfLine = ({ successor }: Succession): boolean => successor.anchorId === line;
    return { chosen: chosen.filter(isOfLine), cuts: cuts.filter(isOfLine) };
  });
}
