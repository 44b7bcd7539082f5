import { ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import type { ScopePlan } from '../../lambdas/domain/plan-document/scope-plan.ts';
import type { LoggedEvent } from '../log/event-log.ts';
import type { Finding } from '../log/findings.ts';
import type { InvocationRecord } from '../log/invocation-record.ts';
import { hostsAnswering } from '../organizations/hosts-answering.ts';
import { judgedIn } from '../organizations/leaves/client-keys.ts';
import { allowancesSoFar } from './emergencies/allowances.ts';
import { judgeClaim } from './lease.ts';
import { knowsKey } from './promises/vouching.ts';
import { doorsOf, isNo, looksOf, nameOf, proven } from './proofs/probes.ts';
import { isKeyReplaced } from './succeeding.ts';
import type { JudgeContext } from './watch.ts';

/** The anchors that a host trusts for a project at the current moment of the log. */
export type Edges = (host: string, project: string) => ReadonlySet<string>;

type LeafEvent = LoggedEvent & { what: 'leaf' };

/** The project whose anchors judge a client with the leaf that it is given. */
const projectOf = ({ client, to }: LeafEvent, scenario: JudgeContext['scenario']): string =>
  judgedIn(
    scenario.clients.find(({ name }) => name === client),
    to,
    scenario,
  );

/**
 * Whether a client that got in somewhere does not get in there any more because of this move, also if the API
 * key beside the leaf is the cause.
 */
export function isShutOut(
  event: LeafEvent,
  { replay, rules, scenario }: JudgeContext,
  edges: Edges,
): boolean {
  const { at, client, from, to } = event;
  const project = projectOf(event, scenario);
  // A client with a revoked key gets in nowhere, whatever its leaf.
  if (isKeyReplaced(client, from, replay)) return false;
  if (isKeyReplaced(client, to, replay)) return true;
  const byProbe = scenario.policy.evidence === 'probe';
  const places = byProbe
    ? hostsAnswering(project, scenario).map((host) => edges(host, project))
    : [replay.trusted(project)];
  // With evidence `listing` nobody can see a filter, and the plan says so (F16).
  const isUnseen = (trusted: ReadonlySet<string>): boolean =>
    !byProbe && rules.leadingTo(to).some((id) => trusted.has(id) && rules.refusesAll(id, at / 1000));
  return places.some(
    (trusted) =>
      rules.accepted(from, trusted, at / 1000) &&
      !rules.accepted(to, trusted, at / 1000) &&
      !isUnseen(trusted),
  );
}

/**
 * Judges the move of a client to another leaf: the client gets in with it, and a probe has seen that. A
 * call that was on its way when its run lost the lease is not judged here. Nobody can call it back, and a
 * later run lets the client in again.
 */
export function judgeLeaf(
  event: LeafEvent,
  context: JudgeContext,
  edges: Edges,
): { findings: Finding[]; window: boolean; races: number } {
  const { at, by, client, to } = event;
  const { replay, rules, scenario } = context;
  const seen = typeof by === 'object' ? replay.state.invocations.get(by.invocation) : undefined;
  const project = projectOf(event, scenario);
  const claim = judgeClaim(seen, { at, what: `move ${client} to ${to}` }, replay);
  const byProbe = scenario.policy.evidence === 'probe';
  const shut =
    isShutOut(event, context, edges) && !replay.isLate(event) && !isAheadOfEdges(event, seen, context);
  const looks = looksOf(seen?.execution ?? '', context);
  const lag = 1000 * (scenario.faultRates.propagation.hosts + 1);
  const since = Math.min(seen?.at ?? at, ...looks.map((look) => look.at)) - lag;
  const raced = [project, ORGANIZATION].some((scope) => (replay.state.outsiderAt.get(scope) ?? 0) > since);
  const leaf = nameOf(client, to);
  // A leaf of a key that two anchors share is one leaf under two names.
  const also = rules.issuersOf(to).map((id) => nameOf(client, id));
  const isAllowed = isExcused(event, seen, looks, context);
  const unproven =
    byProbe &&
    !isAllowed &&
    (seen?.step === 'promote' || seen?.step === 'promote-scope') &&
    !doorsOf(client, scenario).every((host) => proven(looks, { project, leaf, also }, host));
  return {
    findings: [
      ...claim.finding,
      ...(shut && !raced && !isAllowed
        ? [{ kind: 'lockout' as const, at, what: `${client} by moving it to ${to}` }]
        : []),
      ...(isOfLeakedKey(event, seen, context)
        ? [
            {
              kind: 'compromised' as const,
              at,
              what: `${client} was moved to ${to}, which a leaked key issued`,
            },
          ]
        : []),
      ...(unproven ? [{ kind: 'unproven' as const, at, what: `${client} was moved to ${leaf}` }] : []),
    ],
    window: claim.window,
    races: shut && raced ? 1 : 0,
  };
}

/**
 * Whether a client is outside only at an edge that nobody has probed, and that hears of the activation in a
 * moment. A run that soaks waits for such edges before it moves anybody. A run that goes scope by scope, or
 * that has halted, does not wait: a compromised anchor is cut as soon as its successor is proven (I16, I17).
 */
function isAheadOfEdges(
  event: LeafEvent,
  seen: InvocationRecord | undefined,
  { replay, rules, scenario }: JudgeContext,
): boolean {
  const { at, to } = event;
  if (scenario.edges === undefined) return false;
  const isAtOnce =
    seen?.step === 'promote-scope' || (seen?.step === 'promote' && 'halt' in Object(seen.input));
  return isAtOnce && rules.accepted(to, replay.trusted(projectOf(event, scenario)), at / 1000);
}

/** Judges I15: nobody is moved to a leaf of a CA whose key was named as compromised before. */
function isOfLeakedKey(
  { to }: LeafEvent,
  seen: InvocationRecord | undefined,
  { replay, rules }: JudgeContext,
): boolean {
  // A client that gets in nowhere is let in again by its earlier leaf if the anchor of that leaf is still
  // trusted. The cut of that anchor is yet to come.
  if (seen?.state === LET_IN_AGAIN) return false;
  const key = to === null ? null : rules.issuerKey(to);
  return key !== null && seen !== undefined && knowsKey(key, seen.execution, replay);
}

const LET_IN_AGAIN = 'Let clients in again';

/**
 * Whether I6 excuses the move. The client may be left behind, or its scope may go by the listing, and no host
 * was seen to turn its new leaf away there.
 */
function isExcused(
  { client, to }: LeafEvent,
  seen: InvocationRecord | undefined,
  looks: readonly InvocationRecord[],
  context: JudgeContext,
): boolean {
  if (seen?.step !== 'promote-scope' || !seen.scope) return false;
  const { successions } = (seen.input as { plan: ScopePlan }).plan;
  const issuers = context.rules.issuersOf(to);
  const retiring = successions.filter((one) => issuers.includes(one.successor)).map((one) => one.retiring);
  const { mayLeave, byListing } = allowancesSoFar(context);
  const names = [to, ...issuers].map((one) => nameOf(client, one));
  const last = looks.findLast(
    ({ scope, probes }) => scope === seen.scope && probes.some(({ leaf }) => names.includes(leaf)),
  );
  const isTurnedAway = last?.probes.some(({ leaf, verdict }) => names.includes(leaf) && isNo(verdict));
  return !isTurnedAway && (mayLeave(client, retiring) || byListing(seen.scope, retiring));
}
