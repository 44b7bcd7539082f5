import { ORGANIZATION } from '../anchor.ts';
import { type ClientFacts, leadsTo, leafIn } from '../client.ts';
import { isOver } from '../cut/over.ts';
import type { ScopePlan } from '../plan-document.ts';
import { allowedFor } from '../planning/allowances.ts';
import type { PlanningFacts } from '../planning/facts.ts';
import { runningAt } from '../planning/running-leaves.ts';

/**
 * The scopes' plans, with whoever runs on what retires and is probed by nobody: it has nothing to move to, or runs on what is not active in its own project at
 * all. Its API key may be of another project, where a cut would lock it out (I1): only a host can tell (F10), and is asked once in a run, with the client's
 * own project, or else with the first. A person's word to leave a client behind goes before (I6).
 */
export function withUnprobed(
  scopePlans: ScopePlan[],
  facts: PlanningFacts & { clients: readonly ClientFacts[]; absent?: readonly ClientFacts[] },
): ScopePlan[] {
  const { clients, absent = [], policy } = facts;
  const [first] = scopePlans;
  if (!first || policy.evidence !== 'probe') return scopePlans;
  const retiring = new Set(scopePlans.flatMap(({ successions }) => successions.map((one) => one.retiring)));
  const probed = new Set(
    scopePlans.flatMap((plan) => [...plan.checks, ...runningAt('overlap', plan)].map(({ client }) => client)),
  );
  const planned = new Set(scopePlans.map(({ scope }) => scope));
  const placeOf = (project: string): string =>
    [project, ORGANIZATION].find((scope) => planned.has(scope)) ?? first.scope;
  const found = [...clients, ...absent].flatMap((client) => {
    const leaf = leafIn(client.running);
    if (!leaf || probed.has(client.name) || isOver(client, facts)) return [];
    const anchors = [...retiring].filter(
      (id) => leadsTo(leaf, id) && !allowedFor(id, facts).leaveBehind.has(client.name),
    );
    const { name, project, secret } = client;
    return anchors.length > 0
      ? [{ at: placeOf(project), unprobed: { client: name, project, secret, anchors } }]
      : [];
  });
  const byScope = Map.groupBy(found, ({ at }) => at);
  return scopePlans.map((plan) => {
    const own = byScope.get(plan.scope)?.map(({ unprobed }) => unprobed) ?? [];
    return own.length > 0 ? { ...plan, unprobed: own } : plan;
  });
}
