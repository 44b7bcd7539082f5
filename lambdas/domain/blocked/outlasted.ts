import { dayOf } from '../instant.ts';
import type { Blocked, Plan } from '../plan-document.ts';
import { dueAt, indexAnchors, type PlanningFacts } from '../planning/facts.ts';

/**
 * What a rotation is at that another run finds with the lease: what it retires, of that what it had blocked somewhere, for which it does not hurry, and
 * until when it has to wait at least (Unix seconds).
 */
export type AtWork = {
  retiring: ReadonlySet<string>;
  blocked: ReadonlySet<string>;
  until: number;
  isSoaking: boolean;
};

/** A run that has soaked has its cuts to make, and the next sweep is a day away at most, in seconds. */
const DAY = 86_400;

/**
 * Anchors that expire before the rotation that has the lease is over and another one begins, and that it does not retire, or not everywhere. Ready or not, nobody rotates
 * them in time who does not take over from it (I13, I17).
 */
export function outlasted(
  { successions, blocked }: Pick<Plan, 'successions' | 'blocked'>,
  { inventory, policy, now }: Pick<PlanningFacts, 'inventory' | 'policy' | 'now'>,
  { retiring, blocked: blockedThere, until }: AtWork,
): Blocked[] {
  const { anchors, activeIn } = indexAnchors(inventory);
  const isReady = (id: string) => successions.some((one) => one.retiring === id);
  // What is missing has been said of it, and goes before this.
  const isTold = (id: string) => !isReady(id) && blocked.some(({ anchor }) => anchor === id);
  return [...activeIn.keys()].flatMap((id): Blocked[] => {
    const anchor = anchors.get(id);
    if (!anchor || anchor.flaw || policy.hold.includes(id) || isTold(id)) return [];
    if (retiring.has(id) && !blockedThere.has(id)) return [];
    if (dueAt(anchor, policy) > now || anchor.expiresAt >= until + DAY) return [];
    const when = `${anchor.expiresAt > now ? 'ends' : 'has ended'} on ${dayOf(anchor.expiresAt)}`;
    return [
      {
        anchor: id,
        reason: `${id} ${when}, and waits for the rotation that has the lease, which may have it until ${dayOf(until)} and retires others. Where it is ready a run takes over while that one soaks; sooner with windlass stop, and then windlass rotate --manual, which loses no soak`,
      },
    ];
  });
}
