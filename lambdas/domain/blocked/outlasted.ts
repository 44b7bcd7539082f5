import { dayOf } from '../instant.ts';
import { leadsTo, leafIn } from '../leaf/client-facts.ts';
import { isLeafOf } from '../leaf/leaf-facts.ts';
import type { Blocked } from '../plan-document/blocked.ts';
import type { Plan } from '../plan-document/plan.ts';
import { dueAt, indexAnchors, type PlanningFacts } from '../planning/facts.ts';

/**
 * What the rotation that has the lease is doing, as another run sees it: the anchors that it retires, those
 * of them that it had blocked somewhere and so does not hurry for, and the earliest end of it (Unix seconds).
 */
export type AtWork = {
  retiring: ReadonlySet<string>;
  blocked: ReadonlySet<string>;
  until: number;
  isSoaking: boolean;
};

/**
 * The time, in seconds, that a run needs for its cuts after the soak and that may pass until the next sweep.
 */
const DAY = 86_400;

/**
 * Returns anchors that expire before the rotation that has the lease is over and another one begins. That
 * rotation does not retire them, or not everywhere, or has left a client on them. Ready or not, only a run
 * that takes over rotates them in time (I13, I17).
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
  // What is missing for it has been told already, and goes before this.
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
 * Whether a soaking rotation has left a client on an anchor that it retires, and the client could be moved by
 * now: its scope halted in the overlap, or its leaf has come since. That rotation moves nobody any more.
 */
export function hasLeft(
  { retiring, isSoaking }: AtWork,
  id: string,
  { waves, promotions }: Pick<Plan, 'waves' | 'promotions'>,
  clients: PlanningFacts['clients'] = [],
): boolean {
  if (!isSoaking || !retiring.has(id)) return false;
  const running = new Map(clients.map((client) => [client.name, leafIn(client.running)]));
  // A client that already runs on a leaf of the successor does not get in by another leaf of it either.
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
