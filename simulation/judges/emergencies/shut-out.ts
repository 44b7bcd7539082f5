import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import type { Snapshot } from '../../log/invocation-record.ts';
import { isFailure } from '../../log/is-failure.ts';
import type { ScenarioClient } from '../../organizations/scenario.ts';
import { compromisedSince, type JudgeContext, type Watch } from '../watch.ts';
import { allowancesSoFar } from './allowances.ts';

/**
 * A client that a plan could have known to be outside, since its anchor has leaked. `isOff`: nothing is
 * active in its scopes any more, so nobody is asked for a certificate there.
 */
/** When a plan began to look, in milliseconds, and which ids it named itself. */
type Knowing = { since: number; own: readonly string[] };

type ShutOut = { client: ScenarioClient; chain: readonly string[]; isOff: boolean; leaf: string | null };

/**
 * Judges I13: a client that is outside since its anchor has leaked is moved, or somebody is told its name. It
 * may have been left behind until its leaf came, or its anchor was deactivated by hand before the emergency.
 * A scope in which nothing is active any more since then is told as well (F8).
 */
export function createShutOutWatch(context: JudgeContext): Watch {
  const { replay, rules, scenario } = context;
  const found = new Map<string, ShutOut[]>();
  const told = new Set<string>();
  /**
   * What the plan of each execution says about them. Somebody is told where the execution ends red for it.
   */
  const saying = new Map<string, readonly string[]>();
  /** Executions whose Release has begun. */
  const released = new Set<string>();
  const blind = new Set<number>();
  const quiet = new Set<string>();

  /** Whether a plan knew that an anchor has leaked: somebody named it before the plan looked, or its own run did. */
  const isCompromised = (id: string, { since, own }: Knowing): boolean =>
    compromisedSince(replay, since)
      .filter((named) => (replay.state.compromised.get(named) ?? 0) <= since || own.includes(named))
      .some((named) => rules.sameKey(named, id));

  /**
   * Returns what a client runs on, where all of that has leaked and is active nowhere for the
   * client; null for any other client.
   */
  function outsideAt(client: ScenarioClient, look: Snapshot, knowing: Knowing): ShutOut | null {
    const { name, project } = client;
    const { AWSCURRENT: leaf = null, AWSPENDING: staged = null } = look.leaves.get(name) ?? {};
    const chain = rules.chainOf(leaf);
    const trusted = new Set([project, ORGANIZATION].flatMap((scope) => [...(look.active.get(scope) ?? [])]));
    const lasts = rules.endOf(leaf) > look.at / 1000 - rules.TOLERANCE;
    const isValid = (id: string) => rules.isValid(id, look.at / 1000 + rules.TOLERANCE);
    if (chain.length === 0 || !lasts || look.archived.has(project)) return null;
    if (!chain.every((id) => look.existing.has(id) && isValid(id) && isCompromised(id, knowing))) return null;
    // What the API has no certificate of nobody can tell the leaves of (I9).
    if (!chain.some(replay.isReadable) || ![...trusted].every(replay.isReadable)) return null;
    if (chain.some((id) => trusted.has(id))) return null;
    const isFit = (id: string) => look.existing.has(id) && isValid(id) && !isCompromised(id, knowing);
    const isStaged = rules.chainOf(staged).some(isFit);
    const isOff = trusted.size === 0;
    // Nobody has to be told of a client that a person has decided to lock out, until its leaf is there (I6).
    if (!isOff && !isStaged && allowancesSoFar(context).mayLeave(name, chain)) return null;
    return { client, chain, isOff, leaf };
  }

  function planned({ at, execution, result }: LoggedEvent & { what: 'returned' }): void {
    const { decision, mode } = result as Plan;
    const looks = [...(replay.state.plans.get(execution) ?? []), replay.look(at)];
    if (decision === 'busy' || looks.length < 2) return;
    const named = mode === 'emergency' ? Object(replay.state.requests.get(execution)).anchors : undefined;
    // An emergency looks only at what it names, and at no client that it may leave behind. The
    // next run looks at every project.
    const isAsked = ({ chain, client }: ShutOut) =>
      !named ||
      (chain.some((id) => named.some((one: string) => rules.sameKey(one, id))) &&
        !allowancesSoFar(context).mayLeave(client.name, chain));
    // The last attempt has read what is remembered as compromised after it began.
    const knowing = { since: looks.at(-2)?.at ?? at, own: named ?? [] };
    const out = scenario.clients
      .filter(({ project }) => scenario.projects.includes(project))
      .flatMap((client) => {
        const seen = looks.map((look) => outsideAt(client, look, knowing));
        const [first] = seen;
        const isSame = seen.every((one) => one && one.leaf === first?.leaf && one.isOff === first.isOff);
        return first && isSame && isAsked(first) ? [first] : [];
      });
    found.set(execution, out);
  }

  function ended({ at, execution, error }: LoggedEvent & { what: 'ended' }): Finding[] {
    const out = found.get(execution) ?? [];
    // A run that was stopped during its Release may or may not have told somebody. Count it as told.
    if (error === 'Blocked' || (error !== null && released.has(execution)))
      for (const key of saying.get(execution) ?? []) told.add(key);
    // A run that halts is red, and another run comes for it.
    if (quiet.has(execution) || (error !== null && error !== 'Blocked')) return [];
    return out.flatMap(({ client, chain, isOff, leaf }): Finding[] => {
      const { name, project } = client;
      if (chain.some((id) => told.has(isOff ? `${id} off ${project}` : `${id} ${name}`))) return [];
      const isStill = replay.state.leaves.get(name)?.AWSCURRENT === leaf;
      if (!isStill || (isOff && replay.trusted(project).size > 0)) return [];
      const what = isOff
        ? `mutual TLS is off in ${project}, where ${name} ran on ${chain.join(' ')}`
        : `${name} is outside on ${chain.join(' ')}`;
      return [
        { kind: 'silent', at, what: `${execution} ended, ${what}, which has leaked, and nobody was told` },
      ];
    });
  }

  return (event) => {
    const op = event.what === 'fault' ? event.call?.op : undefined;
    if (event.what === 'fault' && ['secret', 'retrieve', 'list'].includes(op ?? '') && isFailure(event.fault))
      blind.add(event.invocation);
    if (event.what === 'failed' && event.error === 'Superseded') quiet.add(event.execution);
    if (event.what === 'ended') return ended(event);
    if (event.what === 'invoked' && event.step === 'release') released.add(event.execution);
    if (event.what !== 'returned' || !event.heard) return [];
    if (replay.state.invocations.get(event.invocation)?.step !== 'plan') return [];
    saying.set(event.execution, toldBy(event.result as Plan));
    if (!blind.has(event.invocation)) planned(event);
    return [];
  };
}

/**
 * What a plan tells: which clients are outside, which is more than being not ready for a cut, and in which
 * scopes mutual TLS is off. A plan that brings clients back names each of them as well, also where the leaf
 * before turns out to let it in no more (I11).
 */
const toldBy = ({ blocked, anyOutside }: Plan): string[] =>
  blocked.flatMap(({ anchor, client, clients = [], scopes = [], off, shutOut }) => [
    ...(shutOut ? clients.map((one) => `${anchor} ${one}`) : []),
    ...((shutOut || anyOutside) && client ? [`${anchor} ${client}`] : []),
    ...(off ? scopes.map((scope) => `${anchor} off ${scope}`) : []),
  ]);
