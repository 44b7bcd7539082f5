import { ORGANIZATION } from '../anchor.ts';
import type { Client, ListedClient } from '../client.ts';
import { isOverAnywhere } from '../cut/over.ts';
import { type ClientFacts, leafIn } from '../leaf/client-facts.ts';
import { isLeafOf } from '../leaf/leaf-facts.ts';
import type { ClientCheck } from '../plan-document/client-check.ts';
import type { Plan } from '../plan-document/plan.ts';
import type { ScopePlan } from '../plan-document/scope-plan.ts';
import { allowedFor } from '../planning/allowances.ts';
import { isUnread } from '../planning/compromise.ts';
import type { PlanningFacts, Succession } from '../planning/facts.ts';
import { runningAt } from '../planning/running-leaves.ts';
import { mayRunOn } from './may-run-on.ts';

type Facts = PlanningFacts & { clients: readonly ClientFacts[]; absent?: readonly ClientFacts[] };

/**
 * Adds to the scopes' plans what each client may lose: the anchors that this run cuts in any scope and that
 * the client may run on. Its API key may be of another project, where such a cut would lock it out (I1), and
 * only a host can tell (F10). Each check carries it. A client that no check covers is asked once in a run: by
 * its own project's scope, else by the organization's, else by the first scope.
 */
export function withStakes(
  scopePlans: ScopePlan[],
  rotating: readonly Succession[],
  facts: Facts,
): ScopePlan[] {
  const { clients, absent = [], policy } = facts;
  const [first] = scopePlans;
  if (!first || policy.evidence !== 'probe') return scopePlans;
  const everybody = [...clients, ...absent];
  const stakeOf = stakesIn(rotating, { scopePlans, facts });
  const stakes = new Map(everybody.map((client) => [client.name, stakeOf(client)]));
  const staged = new Map(clients.map((client) => [client.name, client]));
  const telling = (check: ClientCheck): ClientCheck => {
    const mayRunOn = stakes.get(check.client) ?? [];
    const client = staged.get(check.client);
    if (!client || !isLeafOf(leafIn(client.staged), check)) return { ...check, mayRunOn };
    return { ...check, mayRunOn, mayRunOnMoved: stakeOf({ ...client, running: client.staged }) };
  };
  const lookedAt = new Set(scopePlans.flatMap(looksOf).map(({ client }) => client));
  const planned = new Set(scopePlans.map(({ scope }) => scope));
  const placeOf = (project: string): string =>
    [project, ORGANIZATION].find((scope) => planned.has(scope)) ?? first.scope;
  const asked = everybody.flatMap(({ name, project, secret }) => {
    const anchors = stakes.get(name) ?? [];
    return anchors.length > 0 && !lookedAt.has(name) ? [{ client: name, project, secret, anchors }] : [];
  });
  const byScope = Map.groupBy(asked, ({ project }) => placeOf(project));
  return scopePlans.map((plan) => {
    const { scope, checks, runningLeaves } = plan;
    const unprobed = byScope.get(scope);
    return {
      ...plan,
      checks: checks.map(telling),
      ...(runningLeaves && { runningLeaves: runningLeaves.map(telling) }),
      ...(unprobed && { unprobed }),
    };
  });
}

/**
 * Returns the anchors that are cut anywhere and that a client may run on, as far as anybody can tell (I9).
 * None for a client that a person allowed to leave behind (I6), or whose leaf has ended, since it has nothing
 * to lose (I17).
 */
function stakesIn(
  rotating: readonly Succession[],
  { scopePlans, facts }: { scopePlans: readonly ScopePlan[]; facts: Facts },
): (client: ClientFacts) => string[] {
  const cut = new Set(
    scopePlans.flatMap(({ successions }) =>
      successions.flatMap(({ retiring, held }) => (held ? [] : retiring)),
    ),
  );
  const cutting = rotating.filter(({ retiring }) => cut.has(retiring.anchorId));
  return (client) => {
    const loses = (one: Succession): boolean =>
      mayRunOn(client, one, { facts, isUnread: isUnread(one.retiring.anchorId, facts) }) &&
      !allowedFor(one.retiring.anchorId, facts).leaveBehind.has(client.name);
    const losing = isOverAnywhere(client, facts) ? [] : cutting.filter(loses);
    return [...new Set(losing.map(({ retiring }) => retiring.anchorId))];
  };
}

/**
 * Returns the configured clients as a run keeps them, each with what it may lose and the scopes whose look in
 * the overlap asks which project its key is of.
 */
export function withOwnStakes(clients: readonly Client[], { waves }: Pick<Plan, 'waves'>): ListedClient[] {
  const found = waves
    .flatMap(({ scopes }) => scopes)
    .flatMap((plan) => [
      ...looksOf(plan).map(({ client, mayRunOn = [] }) => ({ client, mayRunOn, scope: plan.scope })),
      ...(plan.unprobed ?? []).map(({ client, anchors }) => ({
        client,
        mayRunOn: anchors,
        scope: plan.scope,
      })),
    ]);
  const byClient = Map.groupBy(found, ({ client }) => client);
  return clients.map((client) => {
    const own = byClient.get(client.name) ?? [];
    const [{ mayRunOn } = { mayRunOn: [] }] = own;
    return mayRunOn.length > 0
      ? { ...client, mayRunOn, lookedAtIn: [...new Set(own.map(({ scope }) => scope))] }
      : client;
  });
}

/**
 * Returns the clients that may run on an anchor that is cut in a scope, where the overlap has not told which
 * project their key is of. Their own scopes could activate nothing, have not begun, or their look has failed.
 * `proven` are the scopes that were proven, and `silent` the clients that said nothing there.
 */
export const unaskedAt = (
  { scope, successions }: Pick<ScopePlan, 'scope' | 'successions'>,
  clients: readonly ListedClient[],
  { proven, silent }: { proven: ReadonlySet<string>; silent: ReadonlySet<string> },
): (ListedClient & { mayRunOn: string[] })[] => {
  const cut = new Set(successions.flatMap(({ retiring, held }) => (held ? [] : retiring)));
  return clients.flatMap(({ mayRunOn = [], ...client }) => {
    const { lookedAtIn = [] } = client;
    const isTold = lookedAtIn.some((one) => one === scope || proven.has(one));
    const isAsked = mayRunOn.some((id) => cut.has(id)) && (!isTold || silent.has(client.name));
    return isAsked ? [{ ...client, mayRunOn }] : [];
  });
};

/** Returns the checks of the clients that a scope looks at in the overlap. */
const looksOf = (plan: ScopePlan): ClientCheck[] => [...plan.checks, ...runningAt('overlap', plan)];
