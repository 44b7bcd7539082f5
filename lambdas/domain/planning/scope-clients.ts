import { mayRunOn } from '../blocked/may-run-on.ts';
import { hasLapsed, isOver } from '../cut/over.ts';
import { type ClientFacts, leadsTo, leafIn } from '../leaf/client-facts.ts';
import { isLeafOf } from '../leaf/leaf-facts.ts';
import type { Plan } from '../plan-document/plan.ts';
import type { ScopePlan } from '../plan-document/scope-plan.ts';
import type { Wave } from '../plan-document/wave.ts';
import { allowedFor } from './allowances.ts';
import type { Lasting, PlanningFacts, Succession } from './facts.ts';
import { comesFromElsewhere, retiringIn } from './lasting.ts';
import { reaching } from './reach.ts';
import { type Moved, provingAtTheCut } from './readiness/moves.ts';
import { otherWaysIn } from './readiness/other-ways-in.ts';
import { straysAt } from './strays.ts';
import type { TrustedAfter } from './trust-after-cut.ts';

/**
 * Returns the clients that run on an anchor that is cut here and keep their leaf, since another anchor lets
 * them in as well. Somebody may take that other anchor away during the soak, so it is looked at again before
 * the cut (I1).
 */
export function reliesOf(
  cut: readonly Succession[],
  scope: string,
  clients: readonly ClientFacts[],
  around: {
    trustedAfter: TrustedAfter;
    lasting: Lasting;
    /** True for a client that a person allowed to lock out by this cut: the cut does not wait for it (I6). */
    isLeftBehind: (client: ClientFacts, cut: Succession) => boolean;
    isUnread: (anchorId: string) => boolean;
    facts: PlanningFacts & { absent?: readonly ClientFacts[] };
  } & Pick<Moved, 'movedIn'>,
): Pick<ScopePlan, 'relies'> {
  const { facts } = around;
  const strays = new Map(cut.map((one) => [one, straysAt(scope, one, facts)]));
  const byName = new Map([...strays.values()].flat().map((client) => [client.name, client]));
  const isPassedOver = ({ name }: ClientFacts, one: Succession): boolean =>
    byName.has(name) && !strays.get(one)?.some((stray) => stray.name === name);
  const relies = [...reaching(clients, scope), ...byName.values()].flatMap((client) => {
    const running = leafIn(client.running);
    const concerned = cut.filter((one) => {
      if (isPassedOver(client, one)) return false;
      const isUnread = around.isUnread(one.retiring.anchorId);
      return mayRunOn(client, one, { facts, isUnread }) && !around.isLeftBehind(client, one);
    });
    if (!running || concerned.length === 0 || around.movedIn(scope).has(client.name)) return [];
    const ways = concerned.map((one) =>
      otherWaysIn(running, one, around.trustedAfter(client.project, scope, one), around.lasting(one), facts),
    );
    const anchors = running.chainsTo.filter((id) => ways.every((way) => way.includes(id)));
    return anchors.length > 0 ? [{ client: client.name, project: client.project, anchors }] : [];
  });
  return relies.length > 0 ? { relies } : {};
}

/**
 * Returns the names of clients whose running leaf gets in by the retiring anchor alone, and that have no leaf
 * of the successor to move to.
 */
export function strandedIn(
  succession: Succession,
  scope: string,
  clients: readonly ClientFacts[],
  around: { trustedAfter: TrustedAfter; lasting: Lasting; facts: PlanningFacts } & Pick<Moved, 'moved'>,
): { stranded?: string[] } {
  const { trustedAfter, lasting, facts } = around;
  if (hasLapsed(succession.retiring, facts.now)) return {};
  const isStranded = (client: ClientFacts): boolean => {
    const running = leafIn(client.running);
    if (!running || isOver(client, facts) || !leadsTo(running, succession.retiring.anchorId)) return false;
    const others = otherWaysIn(
      running,
      succession,
      trustedAfter(client.project, scope, succession),
      lasting(succession),
      facts,
    );
    return others.length === 0 && provingAtTheCut(client, succession, around, facts) === null;
  };
  const names = reaching(clients, scope)
    .filter(isStranded)
    .map(({ name }) => name);
  return names.length > 0 ? { stranded: names } : {};
}

/** Returns the promotions: each client whose proving leaf is the staged one, with that leaf. */
export function promotionsOf(
  scopePlans: readonly Pick<ScopePlan, 'checks' | 'successions'>[],
  { clients, memory }: Pick<PlanningFacts, 'memory'> & { clients: readonly ClientFacts[] },
): Plan['promotions'] {
  const byName = new Map(clients.map((client) => [client.name, client]));
  const heldBy = (client: string, stage: 'running' | 'staged') => leafIn(byName.get(client)?.[stage] ?? null);
  const checks = scopePlans.flatMap((scope) => scope.checks);
  const promotable = checks.filter((check) => isLeafOf(heldBy(check.client, 'staged'), check));
  const successors = Map.groupBy(promotable, ({ client }) => client);
  const retiring = retiringIn(
    scopePlans.flatMap((scope) => scope.successions),
    { memory },
  );
  const renewed = (name: string): { renews?: string } => {
    const [client, running] = [byName.get(name), heldBy(name, 'running')];
    if (!client || !running) return {};
    const isFromElsewhere = successors
      .get(name)
      ?.some(({ successor }) => comesFromElsewhere(client, successor, retiring));
    return isFromElsewhere ? {} : { renews: running.chain };
  };
  const seen = (client: string): { running?: string } => {
    const running = heldBy(client, 'running')?.chain;
    return running === undefined ? {} : { running };
  };
  const changing = (client: string): Pick<ClientFacts, 'changesIdentity'> => {
    const { changesIdentity } = byName.get(client) ?? {};
    return changesIdentity ? { changesIdentity } : {};
  };
  const unique = new Map(
    promotable.map(({ client, secret, leaf, chain }) => [
      client,
      {
        ...{ client, secret, leaf },
        ...(chain !== undefined && { chain }),
        ...seen(client),
        ...renewed(client),
        ...changing(client),
      },
    ]),
  );
  return [...unique.values()];
}

/**
 * Takes clients that this run moves before the cut off the lists of stranded clients, also where another
 * authority's succession moves them. Where each scope goes by itself, only the scope's own moves have been
 * made by then.
 */
export function withoutMoved(waves: readonly Wave[], promotions: Plan['promotions']): Wave[] {
  const withoutIn = (scope: ScopePlan): ScopePlan => {
    const moved = new Set((scope.promotions ?? promotions).map(({ client }) => client));
    const left = ({ stranded = [], ...one }: ScopePlan['successions'][number]) => {
      const names = stranded.filter((name) => !moved.has(name));
      return names.length > 0 ? { ...one, stranded: names } : one;
    };
    return { ...scope, successions: scope.successions.map(left) };
  };
  return waves.map((wave) => ({ ...wave, scopes: wave.scopes.map(withoutIn) }));
}

/** Returns the clients of a scope that may be left behind by every cut there. */
export function leftBehindBy(
  cut: readonly Succession[],
  clients: readonly { name: string }[],
  facts: PlanningFacts,
): Pick<ScopePlan, 'leaveBehind'> {
  const allowed = cut.map(({ retiring }) => allowedFor(retiring.anchorId, facts).leaveBehind);
  if (allowed.length === 0 || allowed.some((names) => names.size === 0)) return {};
  const names = clients.map(({ name }) => name).filter((name) => allowed.every((one) => one.has(name)));
  return names.length > 0 ? { leaveBehind: names } : {};
}
