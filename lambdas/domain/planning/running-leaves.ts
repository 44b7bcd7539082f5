import type { Scope } from '../anchor.ts';
import { asChecked } from '../client.ts';
import { type ClientFacts, leadsTo, leafIn } from '../leaf/client-facts.ts';
import type { LeafFacts } from '../leaf/leaf-facts.ts';
import type { ClientCheck } from '../plan-document/client-check.ts';
import type { ScopePlan } from '../plan-document/scope-plan.ts';
import { isCompromised } from './compromise.ts';
import { mayTurnAway, waysIn } from './direct-path.ts';
import { type PlanningFacts, type Succession, unconfirmedIn } from './facts.ts';
import { reaching } from './reach.ts';

type Facts = PlanningFacts & { clients: readonly ClientFacts[] };

/**
 * Whether activating a successor may turn away a client of a scope: then hosts may ask it first, and it is
 * taken back if it does (F7).
 */
export const isAskedFirst = (succession: Succession, scope: Scope, facts: Facts): boolean =>
  runningIn(scope, facts).some(({ client, leaf }) => mayTurnAway(leaf, client.project, succession, facts));

/**
 * Returns running leaves that no check of theirs covers, although a toggle may turn them away by a filter
 * that nobody can read (F7, F16). In the overlap these are leaves about which hosts may ask the successor at
 * once, since a workload may take days to read its staged leaf. A compromised anchor is cut within minutes,
 * so its succession waits for no such leaf (I16). Around the cut these are leaves that their clients keep,
 * since hosts may have asked only the retiring anchor about them (I1). A leaf that gets in nowhere today
 * loses nothing.
 */
export function runningLeavesOf(
  {
    scope,
    successions,
    cut,
    checks,
    relies = [],
  }: { scope: Scope; successions: readonly Succession[]; cut: readonly Succession[] } & Pick<
    ScopePlan,
    'checks' | 'relies'
  >,
  facts: Facts,
): ClientCheck[] {
  // A check with `issuers` excuses a refusal by those, and this very run may cut them. So its leaf is looked
  // at here as well.
  const own = new Set(checks.flatMap(({ client, chain, issuers }) => (issuers ? [] : `${client} ${chain}`)));
  const proving = new Set(checks.map(({ client }) => client));
  const running = runningIn(scope, facts).filter(
    ({ client, leaf }) => leaf.problems.length === 0 && !own.has(`${client.name} ${leaf.chain}`),
  );
  const checkOf = ({ client, leaf }: Running, { successor }: Succession): ClientCheck => ({
    ...asChecked(client),
    ...{ successor: successor.anchorId, leaf: leaf.fingerprint, chain: leaf.chain },
  });
  const patient = successions.filter(({ retiring }) => !isCompromised(retiring.anchorId, facts));
  const inOverlap = running.flatMap((one): ClientCheck[] => {
    const shadowing = patient.filter((each) => mayTurnAway(one.leaf, one.client.project, each, facts));
    // A client that this run does not prove keeps nobody waiting by its silence (I17).
    const excused = proving.has(one.client.name) ? {} : { excused: 'silence' as const };
    return shadowing.slice(0, 1).map((each) => ({ ...checkOf(one, each), ...excused }));
  });
  const anchorsOf = new Map(relies.map(({ client, anchors }) => [client, anchors]));
  const relying = running.flatMap((one): ClientCheck[] => {
    const { client, leaf } = one;
    const reliesOn = anchorsOf.get(client.name);
    const asked = waysIn(leaf, client.project, facts);
    // An anchor that an earlier run cut, and nobody has confirmed, was a way in until then, except for a
    // client that got in nowhere.
    const wasAsked = (each: Succession): boolean => {
      const before = unconfirmedIn(scope, each, facts);
      return before !== undefined && !before.outside?.includes(client.name) && leadsTo(leaf, before.retiring);
    };
    const losing = cut.find((each) => asked.includes(each.retiring.anchorId) || wasAsked(each));
    return reliesOn && losing ? [{ ...checkOf(one, losing), reliesOn }] : [];
  });
  return [...inOverlap, ...relying];
}

/**
 * Returns the checks of a scope, marked (`inUse`) where they look at a running leaf that another anchor lets
 * in as well: such a check proves nothing by itself (I8).
 */
export function withInUse(
  checks: readonly ClientCheck[],
  scope: Scope,
  successions: readonly Succession[],
  facts: Facts,
): ClientCheck[] {
  const running = new Map(runningIn(scope, facts).map(({ client, leaf }) => [client.name, leaf]));
  const bySuccessor = new Map(successions.map((one) => [one.successor.anchorId, one]));
  return checks.map((check) => {
    const [leaf, one] = [running.get(check.client), bySuccessor.get(check.successor)];
    const isInUse = leaf && one && leaf.chain === check.chain && mayTurnAway(leaf, check.project, one, facts);
    return isInUse ? { ...check, inUse: true } : check;
  });
}

type Running = { client: ClientFacts; leaf: LeafFacts };

const runningIn = (scope: Scope, { clients }: Facts): Running[] =>
  reaching(clients, scope).flatMap((client) => {
    const leaf = leafIn(client.running);
    return leaf ? [{ client, leaf }] : [];
  });

/** Returns the running leaves to look at in the overlap, or those around the cut. */
export const runningAt = (
  moment: 'overlap' | 'cut',
  { runningLeaves = [] }: Pick<ScopePlan, 'runningLeaves'>,
): ClientCheck[] =>
  runningLeaves.filter(({ reliesOn }) => (reliesOn === undefined) === (moment === 'overlap'));
