import type { Inventory } from '../anchor.ts';
import { secondsOf } from '../instant.ts';
import { type BegunMemory, lastNamed, type Memory, type SoakMemory } from '../memory/journal.ts';
import type { Plan } from '../plan-document.ts';
import { isCompromised } from '../planning/compromise.ts';
import { indexAnchors, type PlanningFacts, type Succession } from '../planning/facts.ts';
import { turnOf } from './turns.ts';

/** What is remembered of successions that are over: their retiring anchor is active nowhere any more. */
export function finished<M extends { retiring: string }>(memories: readonly M[], inventory: Inventory): M[] {
  const { activeIn } = indexAnchors(inventory);
  return memories.filter(({ retiring }) => !activeIn.has(retiring));
}

/**
 * The successions of a plan that nobody has begun before; and in a run that a person asked for, all that were taken back: it is his
 * word that their filters are repaired, whether this run or the one right after it takes them up (F16).
 */
export function newlyBegun(
  { successions, mode, plannedAt }: Pick<Plan, 'successions' | 'mode' | 'plannedAt'>,
  { soaks, begun = [] }: Memory,
): BegunMemory[] {
  // One that gives way to another successor stays behind it.
  const givesWay = (pair: Pair) =>
    successions.some((one) => one.retiring === pair.retiring && one.successor !== pair.successor);
  const takenBack =
    mode === 'manual' ? begun.filter((one) => one.takenBackAt !== undefined && !givesWay(one)) : [];
  const isOneOf = (pair: Pair, pairs: readonly Pair[]) => pairs.some((one) => isSamePair(one, pair));
  const isKnown = (pair: Pair) => isOneOf(pair, [...soaks, ...begun]);
  const fresh = successions.filter((one) => !one.resumed && !isKnown(one));
  return [...fresh, ...takenBack].map(({ retiring, successor }) => ({
    retiring,
    successor,
    begunAt: plannedAt,
  }));
}

/** Days for which what an earlier run left goes first, in seconds: what has failed for longer holds up nobody else. */
const DAY = 86_400;
const PATIENCE = 3 * DAY;

/**
 * What this run takes on of all that is ready, and of the cuts that nobody confirmed; the rest waits for the run right
 * after it. Compromised anchors come first, then what has served its soak, then cuts: none of them waits through
 * somebody else's soak (I6, I11). Right after a run in which a compromised one failed, what cannot wait for it goes first (I10, I17). What has gone on failing for days, whether to be proven, cut or confirmed, lets the
 * others go ahead (rule 3): it is `behind`, and takes turns with them once it could not wait for another soak.
 */
export function chooseSuccessions(
  ready: readonly Succession[],
  resumed: readonly Succession[],
  memory: Memory,
  facts: PlanningFacts,
): {
  chosen: readonly Succession[];
  cuts: readonly Succession[];
  isMoreWaiting: boolean;
  behind: readonly Succession[];
  /** Something compromised is ready, and this run is for what cannot wait for it. */
  isPassedOver?: boolean;
} {
  const { now, policy, request } = facts;
  const isPressing = (since: string | undefined): boolean => isWithinPatience(since, now);
  const isStuck = (one: Succession): boolean => hasFailedForDays(one, memory, facts);
  const servedAt = (one: Succession): string | undefined => servedSoak(one, memory, now)?.soakUntil;
  const isNamed = ({ retiring }: Succession): boolean => isCompromised(retiring.anchorId, facts);
  const named = ready.filter(isNamed);
  // Whoever asks for an emergency gets all that it names.
  const compromised = named.filter((one) => request.mode === 'emergency' || !isStuck(one));
  // Through the soak of the others and its own, with a day for each turn.
  const latest = now + 2 * (policy.soak + DAY) + policy.safetyMargin;
  if (compromised.length > 0 && request.mode === 'scheduled' && request.othersFirst) {
    const others = ready.filter((one) => !isNamed(one));
    const cuts = resumed.filter((one) => !isNamed(one));
    const isOutside = cuts.some((cut) => isPressing(cutAtOf(cut, memory)));
    if (isOutside || others.some(({ retiring }) => retiring.expiresAt <= latest))
      return { ...chooseSuccessions(others, cuts, memory, facts), isMoreWaiting: true, isPassedOver: true };
  }
  // Beside a compromised anchor only what is compromised itself: another cut that cannot be confirmed would hold it up.
  const recent = resumed
    .filter((cut) => isPressing(cutAtOf(cut, memory)))
    .filter((cut) => compromised.length === 0 || isNamed(cut));
  const served = ready.filter((one) => !compromised.includes(one) && isPressing(servedAt(one)));
  const first = compromised.length > 0 ? compromised : served;
  if (first.length > 0 || recent.length > 0) {
    const left = ready.length > first.length || resumed.length > recent.length;
    return { chosen: first, cuts: recent, isMoreWaiting: left, behind: [] };
  }
  const fresh = ready.filter((one) => servedAt(one) === undefined && !isStuck(one));
  const day = Math.floor(now / DAY);
  if (fresh.length > 0 && named.length === 0) {
    const behind = [...ready.filter((one) => !fresh.includes(one)), ...resumed];
    const pressed = ready.filter(
      (one) =>
        isStuck(one) &&
        servedAt(one) === undefined &&
        one.retiring.expiresAt > now &&
        one.retiring.expiresAt <= latest,
    );
    const isTheirTurn = pressed.length > 0 && day % 2 === 0;
    return {
      chosen: isTheirTurn ? pressed : fresh,
      cuts: [],
      isMoreWaiting: behind.length > 0,
      behind: isTheirTurn ? behind.filter((one) => !pressed.includes(one)) : behind,
    };
  }
  const others = ready.filter((one) => !isNamed(one));
  const rest = fresh.length > 0 ? fresh : others.filter((one) => servedAt(one) === undefined);
  const toCut = { chosen: others.filter((one) => servedAt(one) !== undefined), cuts: resumed };
  return { ...turnOf({ named, toCut, rest }, day), behind: [] };
}

const isWithinPatience = (since: string | undefined, now: number): boolean =>
  since !== undefined && secondsOf(since) > now - PATIENCE;

/** True for a pair that was begun days ago, and has not been cut since (rule 3). Whoever names it begins it anew. */
export function hasFailedForDays(
  one: Succession,
  { begun = [] }: Pick<Memory, 'begun'>,
  facts: PlanningFacts,
): boolean {
  const known = begun.find((other) => isSamePair(other, idsOf(one)));
  if (known === undefined || known.takenBackAt !== undefined) return false;
  const { now } = facts;
  return !isWithinPatience(known.begunAt, now) && lastNamedAs(one.retiring.anchorId, facts) <= now - PATIENCE;
}

/** When an emergency last named an anchor, or another with its key, in Unix seconds; 0 where none has. */
function lastNamedAs(anchorId: string, { allowances = [], keys }: PlanningFacts): number {
  const digest = keys?.get(anchorId)?.digest;
  const same = allowances.filter(
    (one) => one.anchorId === anchorId || (digest !== undefined && one.keyDigest === digest),
  );
  return Math.max(0, ...same.map(lastNamed));
}

/** The remembered soak of a succession, or undefined. */
export const soakOf = (pair: Pair, soaks: readonly SoakMemory[]): SoakMemory | undefined =>
  soaks.find((soak) => isSamePair(soak, pair));

/** The remembered soaks of these successions. */
export const soaksOf = (pairs: readonly Pair[], soaks: readonly SoakMemory[]): SoakMemory[] =>
  soaks.filter((soak) => pairs.some((pair) => isSamePair(pair, soak)));

type Pair = { retiring: string; successor: string };

/** True for two mentions of one succession. */
export const isSamePair = (one: Pair, other: Pair): boolean =>
  one.retiring === other.retiring && one.successor === other.successor;

/** When the successor of a pair was taken back (ISO 8601), where nobody has asked for it since. */
export const takenBackAt = (pair: Pair, begun: readonly BegunMemory[] = []): string | undefined =>
  begun.find((one) => isSamePair(one, pair))?.takenBackAt;

/** A succession by the ids of its anchors. */
export const idsOf = ({ retiring, successor }: Pick<Succession, 'retiring' | 'successor'>): Pair => ({
  retiring: retiring.anchorId,
  successor: successor.anchorId,
});

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
export function servedSoak(one: Succession, { soaks }: Memory, now: number) {
  const soak = soakOf(idsOf(one), soaks);
  return soak && secondsOf(soak.soakUntil) <= now ? soak : undefined;
}

const cutAtOf = ({ retiring, scopes }: Succession, { cuts }: Memory): string | undefined =>
  cuts.find((cut) => cut.retiring === retiring.anchorId && scopes.includes(cut.scope))?.cutAt;
