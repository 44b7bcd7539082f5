import type { Scope } from '../anchor.ts';
import { type ClientFacts, leafIn } from '../client.ts';
import { mayTurnAway } from './direct-path.ts';
import type { PlanningFacts, Succession } from './facts.ts';
import { reaching } from './reach.ts';

/** Whether the activation of a successor may turn a client of a scope away: one that does is taken back (F7). */
export const isAskedFirst = (
  succession: Succession,
  scope: Scope,
  facts: PlanningFacts & { clients: readonly ClientFacts[] },
): boolean =>
  reaching(facts.clients, scope).some(({ running, project }) => {
    const leaf = leafIn(running);
    return leaf !== null && mayTurnAway(leaf, project, succession, facts);
  });
