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
  const groups = [[{ chosen: named, cuts: [] }], byLine(toCut), [{ chosen: rest, cuts: [] }]];
  const waiting = groups
    .map((parts) => parts.filter(({ chosen, cuts }) => chosen.length + cuts.length > 0))
    .filter((parts) => parts.length > 0);
  const parts = waiting[day % waiting.length] ?? [];
  const turn = parts[Math.floor(day / waiting.length) % parts.length] ?? { chosen: [], cuts: [] };
  return { ...turn, isMoreWaiting: waiting.flat().length > 1 };
}

/** By successor: a cut that fails in the canary stops the waves of all that go with it (I17). No soak is served for any of them any more. */
function byLine({ chosen, cuts }: Turn): Turn[] {
  const lines = new Set([...chosen, ...cuts].map(({ successor }) => successor.anchorId));
  return [...lines].toSorted().map((line) => {
    const isOfLine = ({ successor }: Succession): boolean => successor.anchorId === line;
    return { chosen: chosen.filter(isOfLine), cuts: cuts.filter(isOfLine) };
  });
}
