import { isLeafOf, leadsTo, leafIn } from '../client.ts';
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
 * Anchors that expire before the rotation that has the lease is over and another one begins, and that it does not retire, or not everywhere, or of which it
 * has left somebody. Ready or not, nobody rotates them in time who does not take over from it (I13, I17).
 */
export function outlasted(
  plan: Pick<Plan, 'successions' | 'blocked' | 'waves' | 'promotions'>,
  { inventory, policy, now, clients }: Pick<PlanningFacts, 'inventory' | 'policy' | 'now' | 'clients'>,
  other: AtWork,
): Blocked[] {
  const { successions, blocked } = plan;
  const { retiring, blocked: blockedThere, until } = other;
  const { anchors, activeIn } = indexAnchors(inventory);
  const isReady = (id: string) => successions.some((one) => one.retiring === id);
  // What is missing has been said of it, and goes before this.
  const isTold = (id: string) => !isReady(id) && blocked.some(({ anchor }) => anchor === id);
  return [...activeIn.keys()].flatMap((id): Blocked[] => {
    const anchor = anchors.get(id);
    if (!anchor || anchor.flaw || policy.hold.includes(id) || isTold(id)) return [];
    if (retiring.has(id) && !blockedThere.has(id) && !hasLeft(other, id, plan, clients)) return [];
    if (dueAt(anchor, policy) > now || anchor.expiresAt >= until + DAY) return [];
    const when = `${anchor.expiresAt > now ? 'ends' : 'has ended'} on ${dayOf(anchor.expiresAt)}`;
    return [
      {
        anchor: id,
        reason: `${id} ${when}, and waits for the rotation that has the lease, which may have it until ${dayOf(until)} and retires others, or has left somebody of it. Where it is ready a run takes over while that one soaks; sooner with windlass stop, and then windlass rotate --manual, which loses no soak`,
      },
    ];
  });
}

/**
 * Whether a rotation that soaks has left somebody who runs on what it retires, and could be moved by now: a scope has halted in its overlap, or his leaf has
 * come since. That one moves nobody any more.
 */
export function hasLeft(
  { retiring, isSoaking }: AtWork,
  id: string,
  { waves, promotions }: Pick<Plan, 'waves' | 'promotions'>,
  clients: PlanningFacts['clients'] = [],
): boolean {
  if (!isSoaking || !retiring.has(id)) return false;
  const running = new Map(clients.map((client) => [client.name, leafIn(client.running)]));
  // Another leaf of the successor that it runs on lets nobody in who is not in already.
  const isMove = ({ renews, ...to }: Plan['promotions'][number]) =>
    renews === undefined &&
    leadsTo(running.get(to.client) ?? null, id) &&
    !isLeafOf(running.get(to.client) ?? null, to);
  const moving = new Set(promotions.filter(isMove).map(({ client }) => client));
  return waves.some(({ scopes }) =>
    scopes.some(({ successions, checks }) =>
      successions.some(
        (one) =>
          one.retiring === id &&
          checks.some(({ client, successor }) => successor === one.successor && moving.has(client)),
      ),
    ),
  );
}
