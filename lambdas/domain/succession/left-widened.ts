import { activeSetOf, isValidAt } from '../anchor.ts';
import { secondsOf } from '../instant.ts';
import type { BegunMemory } from '../memory/journal.ts';
import { isCompromised } from '../planning/compromise.ts';
import { indexAnchors, type PlanningFacts, type Succession } from '../planning/facts.ts';
import { failingSinceOf } from '../request.ts';
import { lineageOf } from './lineage.ts';
import { takenBackAt } from './resume.ts';

/**
 * For how long runs that fail to take a successor back go before all others, in seconds. Such runs take
 * minutes, and by then they have taken back what they can reach.
 */
const PATIENCE = 6 * 3_600;

/**
 * Returns successors that an earlier run had to take back in every scope, since a witness got in by them
 * (F16). That run ended before it had been to all scopes, so it may have left them active in some. There the
 * retiring anchor still lets the clients in. Once runs for this have failed for hours, other successions go
 * ahead, and this goes only where it is alone (I17).
 *
 * Returns none in a manual run, by which a person says that the filter is repaired, nor where a person has
 * activated the successor everywhere beside the retiring anchor. An emergency does only what it was asked to
 * do, a look takes nothing back, and a compromised anchor waits for no filter (I16).
 */
export function leftWidened(
  facts: PlanningFacts,
  { isAlone }: { isAlone: boolean },
): { going: Succession[]; isAny: boolean } {
  const { request, memory, now, isLook } = facts;
  if (request.mode !== 'scheduled' || isLook) return { going: [], isAny: false };
  const since = secondsOf(failingSinceOf(request, now));
  // Runs may have failed for another reason before this take-back was needed at all.
  const isRecent = ({ takenBackAt: at = '' }: BegunMemory): boolean =>
    Math.max(since, secondsOf(at)) > now - PATIENCE;
  const begun = (memory?.begun ?? []).filter(({ unfinished }) => unfinished);
  const goes = (one: BegunMemory): boolean => isAlone || isRecent(one);
  return {
    going: begun.filter(goes).flatMap((one) => pairOf(one, facts)),
    isAny: begun.some((one) => pairOf(one, facts).length > 0),
  };
}

function pairOf(one: BegunMemory, facts: PlanningFacts): Succession[] {
  const { inventory, now } = facts;
  const { anchors, activeIn } = indexAnchors(inventory);
  const [retiring, successor] = [anchors.get(one.retiring), anchors.get(one.successor)];
  if (!retiring || !successor || !isValidAt(retiring, now) || isCompromised(one.retiring, facts)) return [];
  if (takenBackAt(one, facts) === undefined) return [];
  const scopes = (activeIn.get(one.retiring) ?? []).filter((scope) =>
    activeSetOf(inventory, scope).has(one.successor),
  );
  const authority = lineageOf(retiring.name)?.authority ?? null;
  return scopes.length > 0 ? [{ authority, retiring, successor, scopes, widened: true }] : [];
}
