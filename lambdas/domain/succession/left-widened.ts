import { activeSetOf, isValidAt } from '../anchor.ts';
import { secondsOf } from '../instant.ts';
import type { BegunMemory } from '../memory/journal.ts';
import { isCompromised } from '../planning/compromise.ts';
import { indexAnchors, type PlanningFacts, type Succession } from '../planning/facts.ts';
import { failingSinceOf } from '../request.ts';
import { lineageOf } from './lineage.ts';
import { takenBackAt } from './resume.ts';

/** For how long runs that fail to take something back go before the others, in seconds: they take minutes, and what is there to be reached they have taken back by then. */
const PATIENCE = 6 * 3_600;

/**
 * What an earlier run was to take back in every scope, since somebody got in by it who has to stay out, and may have left active in some: it ended before it
 * had been to all (F16). In these scopes the anchor that it was to replace still lets the clients in. Where runs have failed to for hours the others go ahead, and
 * it goes where it is alone (I17). A person's own run is his word that its filter is repaired, as it is that he has made it active wherever the other is; an emergency does
 * exactly what it was asked to do, a look takes nothing back, and what is compromised waits for no filter (I16).
 */
export function leftWidened(
  facts: PlanningFacts,
  { isAlone }: { isAlone: boolean },
): { going: Succession[]; isAny: boolean } {
  const { request, memory, now, isLook } = facts;
  if (request.mode !== 'scheduled' || isLook) return { going: [], isAny: false };
  const since = secondsOf(failingSinceOf(request, now));
  // Runs may have failed for something else before this was to be taken back at all.
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
