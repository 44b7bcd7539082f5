import { activeSetOf } from '../anchor.ts';
import { firstFew } from '../first-few.ts';
import { instant } from '../instant.ts';
import type { Blocked } from '../plan-document/blocked.ts';
import type { PlanningFacts, Succession } from '../planning/facts.ts';

/**
 * Takes out of a succession the scopes where a call of an earlier run, still on its way, may be about to
 * deactivate its successor. Nobody is moved to it there, and nothing is cut for it. A compromised anchor
 * waits there as well, for a quarter of an hour: two calls that pass each other would leave nothing active
 * (I2, F8).
 */
export function withoutLeaving(
  succession: Succession,
  { memory, inventory }: Pick<PlanningFacts, 'memory' | 'inventory'>,
): { pair: Succession; blocked: Blocked[] } {
  const { retiring, successor } = succession;
  const leaving = (memory?.leaving ?? []).filter(
    ({ anchorId, scope }) =>
      anchorId === successor.anchorId &&
      succession.scopes.includes(scope) &&
      activeSetOf(inventory, scope).has(anchorId),
  );
  if (leaving.length === 0) return { pair: succession, blocked: [] };
  const scopes = [...new Set(leaving.map(({ scope }) => scope))];
  const readyAt = Math.max(...leaving.map(({ until }) => until));
  const reason = `${successor.anchorId} is to succeed ${retiring.anchorId}, and a call of an earlier run that is on its way may be about to deactivate it in ${firstFew(scopes, 5).join(', ')}: a run after ${instant(readyAt)} knows what became of that, and goes on`;
  return {
    pair: { ...succession, scopes: succession.scopes.filter((scope) => !scopes.includes(scope)) },
    blocked: [{ anchor: retiring.anchorId, scopes, reason, readyAt }],
  };
}
