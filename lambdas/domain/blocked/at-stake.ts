import { ORGANIZATION } from '../anchor.ts';
import { type Client, type ClientFacts, isLeafOf, type ListedClient, leafIn } from '../client.ts';
import { isOverAnywhere } from '../cut/over.ts';
import type { ClientCheck, Plan, ScopePlan } from '../plan-document.ts';
import { allowedFor } from '../planning/allowances.ts';
import { isUnread } from '../planning/compromise.ts';
import type { PlanningFacts, Succession } from '../planning/facts.ts';
import { runningAt } from '../planning/running-leaves.ts';
import { mayRunOn } from './may-run-on.ts';

type Facts = PlanningFacts & { clients: readonly ClientFacts[]; absent?: readonly ClientFacts[] };

/**
 * The scopes' plans, with what each client may lose: which of what this run cuts in any scope it may run on. Its API key may be of another project, where such a cut
 * would lock it out (I1), and only a host can tell (F10). So each check says it, and whoever nobody looks at is asked once in a run: by the client's own project, or
 * by the organization, or by the first scope.
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
 * What a client may run on of what is cut anywhere, as far as anybody can tell (I9). A person's word to leave it behind goes before (I6), and whose leaf has
 * ended has nothing to lose (I17).
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

/** The configured clients as a run keeps them, each with what it may lose and the scopes whose look in the overlap asks whose key it has. */
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
 * Who may run on what is cut in a scope, and of whom the overlap has not told which project its key is of: nothing could be activated in its own scopes, or they have not begun, or
 * their look has failed. `proven` are the scopes that were, and `silent` are clients that have said nothing there.
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

/** Those that a scope looks at in the overlap. */
const looksOf = (plan: ScopePlan): ClientCheck[] => [...plan.checks, ...runningAt('overlap', plan)];
