import type { Anchor, Inventory, Scope } from '../../lambdas/domain/anchor.ts';
import { instant } from '../../lambdas/domain/instant.ts';
import { type CompromiseFacts, isCompromised } from '../../lambdas/domain/planning/compromise.ts';
import { dueAt, indexAnchors } from '../../lambdas/domain/planning/facts.ts';
import type { Policy } from '../../lambdas/domain/policy.ts';

/** One anchor of the organization. Times are ISO 8601, and null when the API's entry cannot be read. */
export type CalendarEntry = {
  anchor: string;
  name: string | null;
  expiresAt: string | null;
  dueAt: string | null;
  /** `expired` counts before `active`: an expired anchor lets nobody in, whether it is active or not. */
  state: 'active' | 'inactive' | 'expired' | 'unreadable';
  held: boolean;
  /** Null when the table, which knows, was not read. */
  compromised: boolean | null;
  /** The scopes whose own list shows it active. */
  activeIn: readonly Scope[];
};

type Facts = CompromiseFacts & { inventory: Inventory; policy: Policy; now: number };

/** Every anchor of the organization, the first to expire at the top. */
export function expiryCalendar(facts: Facts): CalendarEntry[] {
  const { anchors, activeIn } = indexAnchors(facts.inventory);
  return [...anchors.values()]
    .sort((a, b) => a.expiresAt - b.expiresAt || (a.anchorId < b.anchorId ? -1 : 1))
    .map((anchor) => entryOf(anchor, activeIn.get(anchor.anchorId) ?? [], facts));
}

function entryOf(anchor: Anchor, activeIn: readonly Scope[], facts: Facts): CalendarEntry {
  const { policy, now } = facts;
  const isReadable = anchor.flaw === undefined;
  const alive = activeIn.length > 0 ? 'active' : 'inactive';
  const dated = anchor.expiresAt <= now ? 'expired' : alive;
  return {
    anchor: anchor.anchorId,
    name: anchor.name,
    expiresAt: isReadable ? instant(anchor.expiresAt) : null,
    dueAt: isReadable ? instant(dueAt(anchor, policy)) : null,
    state: isReadable ? dated : 'unreadable',
    held: policy.hold.includes(anchor.anchorId),
    compromised: facts.compromised ? isCompromised(anchor.anchorId, facts) : null,
    activeIn,
  };
}
