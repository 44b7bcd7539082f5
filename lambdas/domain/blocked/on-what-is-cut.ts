import { isOver } from '../cut/over.ts';
import type { ClientFacts } from '../leaf/client-facts.ts';
import type { ClientCheck } from '../plan-document/client-check.ts';
import type { PlanningFacts, Succession } from '../planning/facts.ts';
import { reaching } from '../planning/reach.ts';
import type { Moved } from '../planning/readiness/moves.ts';
import { mayRunOn } from './may-run-on.ts';

type OnCut = { isUnread: (anchorId: string) => boolean; facts: PlanningFacts };

/**
 * Whether a client runs on an anchor that one of these successions cuts, as far as anybody can tell (I1, I9).
 */
const isOnSome = (cut: readonly Succession[], client: ClientFacts, { isUnread, facts }: OnCut): boolean =>
  cut.some((one) => mayRunOn(client, one, { facts, isUnread: isUnread(one.retiring.anchorId) }));

/**
 * Returns the names of clients that are moved before a scope is cut, and that run on an anchor that is cut
 * there, or may. Leaves out a client whose leaf or path has expired (I17).
 */
export function awaitedIn(
  cut: readonly Succession[],
  scope: string,
  clients: readonly ClientFacts[],
  { movedIn, ...around }: Pick<Moved, 'movedIn'> & OnCut,
): { awaits: string[] } {
  const moved = reaching(clients, scope).filter(({ name }) => movedIn(scope).has(name));
  return {
    awaits: moved
      .filter((client) => isOnSome(cut, client, around) && !isOver(client, around.facts))
      .map(({ name }) => name),
  };
}

/**
 * Marks the checks of clients from which no cut of the scope takes anything. Their own anchor's cut is held
 * there, and no other cut waits for them (I17).
 */
export function withBeside(
  checks: readonly ClientCheck[],
  cut: readonly Succession[],
  scope: string,
  clients: readonly ClientFacts[],
  around: OnCut,
): ClientCheck[] {
  const successors = new Set(cut.map(({ successor }) => successor.anchorId));
  const losing = reaching(clients, scope).filter((client) => isOnSome(cut, client, around));
  const names = new Set(losing.map(({ name }) => name));
  const isBeside = ({ client, successor }: ClientCheck): boolean =>
    cut.length > 0 && !successors.has(successor) && !names.has(client);
  return checks.map((check) => (isBeside(check) ? { ...check, beside: true } : check));
}
