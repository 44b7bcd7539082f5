import { secondsOf } from '../instant.ts';
import { lastNamed } from '../memory/journal.ts';
import { isCompromised } from '../planning/compromise.ts';
import type { PlanningFacts, Succession } from '../planning/facts.ts';
import { idsOf, isSamePair, soakOf } from './resume.ts';

/** For how long what an earlier run left goes first, in seconds: what has failed for longer holds up nobody else (rule 3). */
const PATIENCE = 3 * 86_400;

/** True for what began within the last days (ISO 8601), and so goes first; false for what never began. */
export const isWithinPatience = (since: string | undefined, now: number): boolean =>
  since !== undefined && secondsOf(since) > now - PATIENCE;

/**
 * True for a pair that was begun days ago, and has not been cut since (rule 3). Whoever names it begins it anew. Of a compromised one that
 * was proven before only the soak is remembered, which it has no use for: it has failed for days all the same (I17).
 */
export function hasFailedForDays(one: Succession, facts: PlanningFacts): boolean {
  const { memory, now } = facts;
  const known = memory?.begun?.find((other) => isSamePair(other, idsOf(one)));
  if (known?.takenBackAt !== undefined) return false;
  const soak = isCompromised(one.retiring.anchorId, facts)
    ? soakOf(idsOf(one), memory?.soaks ?? [])
    : undefined;
  // Where a client was turned away after its cut, it has been proven, and is remembered for that client alone.
  const begunAt = known?.refused === undefined ? known?.begunAt : undefined;
  const since = begunAt ?? soak?.provenAt;
  if (since === undefined) return false;
  return !isWithinPatience(since, now) && lastNamedAs(one.retiring.anchorId, facts) <= now - PATIENCE;
}

/** When an emergency last named an anchor, or another with its key, in Unix seconds; 0 where none has. */
function lastNamedAs(anchorId: string, { allowances = [], keys }: PlanningFacts): number {
  const digest = keys?.get(anchorId)?.digest;
  const same = allowances.filter(
    (one) => one.anchorId === anchorId || (digest !== undefined && one.keyDigest === digest),
  );
  return Math.max(0, ...same.map(lastNamed));
}
