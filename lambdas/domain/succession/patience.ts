import { secondsOf } from '../instant.ts';
import { lastNamed } from '../memory/journal.ts';
import { rememberedFor } from '../planning/allowances.ts';
import { isCompromised } from '../planning/compromise.ts';
import type { PlanningFacts, Succession } from '../planning/facts.ts';
import { idsOf, isSamePair, soakOf } from './resume.ts';

/**
 * For how long something that an earlier run left goes first, in seconds. What has failed for longer holds up
 * nothing else (rule 3).
 */
const PATIENCE = 3 * 86_400;

/**
 * True for something that began within the last days (ISO 8601), and so goes first. False for something that
 * never began.
 */
export const isWithinPatience = (since: string | undefined, now: number): boolean =>
  since !== undefined && secondsOf(since) > now - PATIENCE;

/**
 * True for a pair that was begun days ago and has not been cut since (rule 3). An emergency that names it
 * begins it anew. A compromised pair that was proven before may only have a soak in memory, for which it has
 * no use. The time of its proof counts then (I17).
 */
export function hasFailedForDays(one: Succession, facts: PlanningFacts): boolean {
  const { memory, now } = facts;
  const known = memory?.begun?.find((other) => isSamePair(other, idsOf(one)));
  if (known?.takenBackAt !== undefined) return false;
  const soak = isCompromised(one.retiring.anchorId, facts)
    ? soakOf(idsOf(one), memory?.soaks ?? [])
    : undefined;
  // A pair that is remembered for a client that it turned away after its cut has been proven, so its
  // beginning says nothing of a failure.
  const begunAt = known?.refused === undefined ? known?.begunAt : undefined;
  const since = begunAt ?? soak?.provenAt;
  if (since === undefined) return false;
  return !isWithinPatience(since, now) && lastNamedAs(one.retiring.anchorId, facts) <= now - PATIENCE;
}

/** When an emergency last named an anchor, or another with its key, in Unix seconds; 0 where none has. */
const lastNamedAs = (anchorId: string, facts: PlanningFacts): number =>
  Math.max(0, ...rememberedFor(anchorId, facts).map(lastNamed));
