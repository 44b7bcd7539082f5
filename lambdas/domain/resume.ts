import type { Inventory } from './anchor.ts';
import type { CutMemory, SoakMemory } from './journal.ts';
import { indexAnchors, isCompromised, type PlanningFacts, type Succession } from './succession.ts';

/** What earlier rotations left behind. */
export type Memory = { soaks: readonly SoakMemory[]; cuts: readonly CutMemory[] };

export const nothingRemembered: Memory = { soaks: [], cuts: [] };

/** Soaks of successions that are over: their retiring anchor is active nowhere any more. */
export function finishedSoaks(soaks: readonly SoakMemory[], inventory: Inventory): SoakMemory[] {
  const { activeIn } = indexAnchors(inventory);
  return soaks.filter(({ retiring }) => !activeIn.has(retiring));
}

/** Days for which what an earlier run left goes first, in seconds: what has failed for longer holds up nobody else. */
const PATIENCE = 3 * 86_400;

/**
 * What this run takes on of all that is ready, and of the cuts that nobody confirmed; the rest waits for the run right
 * after it. Compromised anchors come first, then what has served its soak, then cuts: none of them waits through
 * somebody else's soak (I6, I11). One that has gone on failing for days lets the others go ahead (rule 3).
 */
export function chooseSuccessions(
  ready: readonly Succession[],
  resumed: readonly Succession[],
  memory: Memory,
  facts: PlanningFacts,
): { chosen: readonly Succession[]; cuts: readonly Succession[]; isMoreWaiting: boolean } {
  const { now } = facts;
  const isPressing = (since: string | undefined): boolean =>
    since !== undefined && Date.parse(since) / 1000 > now - PATIENCE;
  const servedAt = (one: Succession): string | undefined => servedSoak(one, memory, now)?.soakUntil;
  const isNamed = ({ retiring }: Succession): boolean => isCompromised(retiring.anchorId, facts);
  const compromised = ready.filter(isNamed);
  // Beside a compromised anchor only what is compromised itself: another cut that cannot be confirmed would hold it up.
  const recent = resumed
    .filter((cut) => isPressing(cutAtOf(cut, memory)))
    .filter((cut) => compromised.length === 0 || isNamed(cut));
  const served = ready.filter((one) => !compromised.includes(one) && isPressing(servedAt(one)));
  const first = compromised.length > 0 ? compromised : served;
  if (first.length > 0 || recent.length > 0) {
    const left = ready.length > first.length || resumed.length > recent.length;
    return { chosen: first, cuts: recent, isMoreWaiting: left };
  }
  const fresh = ready.filter((one) => servedAt(one) === undefined);
  if (fresh.length > 0)
    return {
      chosen: fresh,
      cuts: [],
      isMoreWaiting: resumed.length > 0 || ready.length > fresh.length,
    };
  return { chosen: ready, cuts: resumed, isMoreWaiting: false };
}

/** The remembered soak of a succession, or undefined. */
export const soakOf = (
  { retiring, successor }: { retiring: string; successor: string },
  soaks: readonly SoakMemory[],
): SoakMemory | undefined => soaks.find((soak) => soak.retiring === retiring && soak.successor === successor);

/** One succession for each pair, with the scopes of all its parts. */
export function merged(successions: readonly Succession[]): Succession[] {
  const byPair = new Map<string, Succession>();
  for (const one of successions) {
    const key = `${one.retiring.anchorId} ${one.successor.anchorId}`;
    const known = byPair.get(key);
    byPair.set(key, known ? { ...known, scopes: [...new Set([...known.scopes, ...one.scopes])] } : one);
  }
  return [...byPair.values()];
}

/** The remembered soak that has been served in full, or undefined. */
function servedSoak({ retiring, successor }: Succession, { soaks }: Memory, now: number) {
  const soak = soakOf({ retiring: retiring.anchorId, successor: successor.anchorId }, soaks);
  return soak && Date.parse(soak.soakUntil) / 1000 <= now ? soak : undefined;
}

const cutAtOf = ({ retiring, scopes }: Succession, { cuts }: Memory): string | undefined =>
  cuts.find((cut) => cut.retiring === retiring.anchorId && scopes.includes(cut.scope))?.cutAt;
