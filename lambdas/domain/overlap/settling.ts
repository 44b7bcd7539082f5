import type { Plan } from '../plan-document/plan.ts';
import type { ScopePlan } from '../plan-document/scope-plan.ts';
import type { Policy } from '../policy.ts';

/**
 * How long a toggle may take to reach every edge of a host, once one edge has heard of it, in seconds. Nobody
 * says how long (DESIGN 1).
 */
const SETTLING = 300;

/**
 * How long all scopes of a run may wait for hosts together, in seconds, beside the run's time for each phase.
 * Thousands of scopes may have a renewal of one key.
 */
const TOGETHER = 12 * 3_600;

/**
 * How long nobody is moved once all is proven, in seconds. Beside a soak of days that costs nothing; a soak
 * of minutes is a rehearsal.
 */
export const settling = ({ soakSeconds }: Pick<Plan, 'soakSeconds'>): number =>
  Math.min(SETTLING, Math.ceil(soakSeconds / 10));

/**
 * Returns how long one scope waits before it is looked at once more, where nothing has shown that hosts have
 * heard of its toggle (I9), in seconds. It is 0 where each scope goes by itself, or all is compromised. It is
 * shorter where so many scopes wait that the run would have no time for the last of them (I18). A run that
 * only takes up another's cut serves no soak, but it waits all the same: hosts may not have heard of that cut
 * yet (I10).
 */
export function settlingOfEach(
  { atOnce, waves }: Pick<Plan, 'atOnce' | 'waves'>,
  { concurrency, soak }: Pick<Policy, 'concurrency' | 'soak'>,
): number {
  const scopes = waves.flatMap((wave) => wave.scopes);
  const pairs = scopes.flatMap(({ successions }) => successions);
  if (atOnce === true || (pairs.length > 0 && pairs.every(({ compromised }) => compromised))) return 0;
  return Math.min(
    settling({ soakSeconds: soak }),
    Math.floor((TOGETHER * concurrency) / Math.max(1, scopes.length)),
  );
}

/**
 * Returns how long a scope waits after a look before it looks once more, in seconds. It is 0 where the look
 * has shown that hosts have heard, and after the second look. A plan of an older version has no such wait.
 */
export const settlingAfter = (
  { settleSeconds = 0 }: Pick<ScopePlan, 'settleSeconds'>,
  { isUnheard, isSecond }: { isUnheard: boolean; isSecond: boolean },
): number => (isUnheard && !isSecond ? settleSeconds : 0);

/** Returns the same after the looks at all shards of a scope: the longest of their waits. */
export const settlingAfterAll = (
  looks: readonly { settleSeconds?: number | undefined }[],
  { isSecond }: { isSecond: boolean },
): number => (isSecond ? 0 : Math.max(0, ...looks.map(({ settleSeconds = 0 }) => settleSeconds)));

/**
 * Whether a look in the trail is repeated once hosts have had time to hear, so that what it saw is not final.
 */
export const isLookedAtAgain = ({ settleSeconds }: { settleSeconds?: unknown }): boolean =>
  Boolean(settleSeconds);
