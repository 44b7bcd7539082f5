import { ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import type { ClientCheck } from '../../lambdas/domain/plan-document/client-check.ts';
import type { ScopePlan } from '../../lambdas/domain/plan-document/scope-plan.ts';
import type { InvocationRecord } from '../log/invocation-record.ts';
import { SECRET_TROUBLES } from '../log/replaying/readable.ts';
import { judgedIn } from '../organizations/leaves/client-keys.ts';
import { AUTH_HOST } from '../world/workload-identities.ts';
import { allowancesSoFar } from './emergencies/allowances.ts';
import { createElsewhereWatch } from './emergencies/elsewhere.ts';
import { createOutsideBefore } from './outside-before.ts';
import { wasOver } from './promises/lack.ts';
import { judgeHalts } from './promises/said-undone.ts';
import { doorsOf, isNo, isRefusedControl, nameOf } from './proof.ts';
import { createShardsSeen } from './shards.ts';
import { isMisplaced } from './trust/misplaced.ts';
import type { JudgeContext, Watch } from './watch.ts';

type Input = { plan: ScopePlan; evidence: string; moment?: string };

/** Judges I8 and I10: what Verify and Confirm report was seen by their own probes, and an undo is proven. */
export function createLooksWatch(context: JudgeContext): Watch {
  const { replay, scenario } = context;
  /** Undoes that have been proven: `execution scope`. */
  const proven = new Set<string>();
  const elsewhere = createElsewhereWatch(context);
  const seenByAll = createShardsSeen();
  const outside = createOutsideBefore(context);
  return (event) => {
    if (scenario.policy.evidence !== 'probe') return [];
    const postponed = elsewhere(event);
    if (event.what === 'ended') return [...postponed, ...judgeHalts(event, proven)];
    const one = event.what === 'returned' ? replay.state.invocations.get(event.invocation) : undefined;
    const isLook = one?.step === 'verify' || one?.step === 'confirm';
    const seen = isLook && one ? seenByAll(one) : null;
    if (!seen) return postponed;
    const { plan, moment } = seen.input as Input;
    if (moment === 'beforehand') {
      outside.sawBeforehand(seen, event.at);
      return postponed;
    }
    const unseen = plan.checks
      .filter((check) => !isExcused(seen, check, context) && !isBeside(seen, check, context))
      .filter((check) => !outside.isPassed(seen, check))
      .flatMap((check) =>
        missingFrom(seen, check, { ...context, isJudged: !seen.elsewhere.has(check.client) }),
      );
    if (moment === 'afterUndo' && unseen.length === 0) proven.add(`${seen.execution} ${plan.scope}`);
    return [
      ...postponed,
      ...unseen.map((what) => ({
        kind: 'unproven' as const,
        at: event.at,
        what: `${seen.state} in ${plan.scope} returned, though ${what}`,
      })),
    ];
  };
}

/**
 * Whether the look is around a cut that takes nothing from this client, as its leaf shows: every retiring
 * anchor of its successor is held there (I17).
 */
function isBeside(
  seen: InvocationRecord,
  { client, successor }: ClientCheck,
  { replay, rules }: JudgeContext,
) {
  const { plan, moment = 'overlap' } = seen.input as Input;
  const isAround = seen.step === 'confirm' || moment === 'beforeCut';
  const current = rules.issuersOf(replay.state.leaves.get(client)?.AWSCURRENT ?? null);
  return (
    isAround &&
    plan.successions.every(
      (one) => one.held || (one.successor !== successor && !current.includes(one.retiring)),
    )
  );
}

/**
 * Whether I6 or I17 excuses what a look lacks for a client. I6 excuses a client that may be left behind,
 * where another client proves the scope or the listing is enough. Where the listing is enough, I6 also
 * excuses a client of which a host said nothing and no host said no. I17 excuses a client whose leaf had
 * expired, where a compromised anchor is cut and another client proves the scope.
 */
function isExcused(
  seen: InvocationRecord,
  { client, project, successor }: ClientCheck,
  context: JudgeContext,
) {
  const { successions, checks, scope } = (seen.input as Input).plan;
  const retiring = successions.filter((one) => one.successor === successor).map((one) => one.retiring);
  const { mayLeave, byListing } = allowancesSoFar(context);
  const isEnough = byListing(scope, retiring);
  const others = checks.filter((one) => one.successor === successor && !mayLeave(one.client, retiring));
  const hasToProve =
    others.length === 0 && !isEnough && !context.scenario.policy.listingScopes.includes(scope);
  if (mayLeave(client, retiring) && !hasToProve) return true;
  const places = placesOf({ client, project }, context);
  const here = seen.probes.filter((probe) => places.includes(probe.project));
  const own = here.filter(({ leaf }) => leaf.startsWith(`${client} `));
  const proves = ({ leaf }: { leaf: string }) =>
    context.rules.issuersOf(leaf.slice(client.length + 1)).includes(successor);
  const planned = context.replay.state.plans.get(seen.execution)?.at(-1)?.at ?? 0;
  const isOut = (name: string): boolean => wasOver(name, planned, context);
  const isOutlived =
    isOut(client) &&
    retiring.every((id) => context.replay.state.compromised.has(id)) &&
    others.some((one) => !isOut(one.client));
  const { AWSCURRENT: current = null } = context.replay.state.leaves.get(client) ?? {};
  // The client has stayed on that expired leaf. Around a cut nobody asks for it.
  const isAround = seen.step === 'confirm' || (seen.input as Input).moment === 'beforeCut';
  if (isOutlived && isAround && !context.rules.chainOf(current).includes(successor)) return true;
  // The answer of another project's anchors says nothing about this project's (F10).
  const isOfAnother = context.scenario.clients.some(
    (one) => one.name === client && isMisplaced(one, context),
  );
  return (
    (isEnough || isOutlived) &&
    (here.some(({ verdict }) => verdict === 'inconclusive') || isOfAnother) &&
    !own.some((probe) => proves(probe) && isNo(probe.verdict))
  );
}

/**
 * The projects in which a client's probes count: its own. Where hosts do not say that a key is of another
 * project, the projects of all its keys count instead (F10).
 */
function placesOf(
  { client, project }: Pick<ClientCheck, 'client' | 'project'>,
  { replay, scenario }: JudgeContext,
): string[] {
  const one = scenario.clients.find(({ name }) => name === client);
  if (!one || !scenario.areProjectsUntold) return [project];
  const { AWSCURRENT = null, AWSPENDING = null } = replay.state.leaves.get(client) ?? {};
  return [AWSCURRENT, AWSPENDING].map((version) => judgedIn(one, version, scenario));
}

/** What one look lacks for one client, on each host. */
function missingFrom(
  seen: InvocationRecord,
  check: ClientCheck,
  context: JudgeContext & { isJudged: boolean },
): string[] {
  const { rules, scenario } = context;
  const { moment } = seen.input as Input;
  if (isOthersAffair(seen, check, context)) return [];
  const doors = doorsOf(check.client, scenario);
  const places = placesOf(check, context);
  // A client runs on one leaf, so one and the same leaf has to get in on every host (I10).
  const isInEverywhere = (leaf: string): boolean =>
    doors.every((host) =>
      seen.probes.some(
        (probe) =>
          probe.host === host &&
          places.includes(probe.project) &&
          probe.leaf === leaf &&
          probe.verdict === 'accepted',
      ),
    );
  return doors.flatMap((host) => {
    const here = seen.probes.filter((probe) => probe.host === host && places.includes(probe.project));
    const own = here.filter(({ leaf }) => leaf.startsWith(`${check.client} `));
    const proves = ({ leaf }: { leaf: string }) =>
      moment === 'afterUndo'
        ? isInEverywhere(leaf)
        : rules.issuersOf(leaf.slice(check.client.length + 1)).includes(check.successor);
    const accepted = own.some((probe) => probe.verdict === 'accepted' && proves(probe));
    const refused = here.some(isRefusedControl);
    // A refusal by a token host proves nothing: the old leaf has to be turned away at the
    // hosts where it would get in (F17).
    const isDoor = host !== AUTH_HOST;
    const old =
      seen.step === 'confirm' && context.isJudged && isDoor ? retiringLeaves(seen, check, context) : [];
    const isOld = (leaf: string) =>
      old.some((one) => underOneName(one, scenario) === underOneName(leaf, scenario));
    const revoked = old.length === 0 || own.some(({ leaf, verdict }) => isOld(leaf) && isNo(verdict));
    return [
      ...(accepted ? [] : [`nobody saw ${check.client} let in on ${host}`]),
      ...(refused ? [] : [`nobody saw a caller without a certificate refused on ${host}`]),
      ...(revoked ? [] : [`nobody saw ${old.join(' or ')} turned away on ${host}`]),
    ];
  });
}

/**
 * A leaf's name with one id for a certificate that was uploaded twice, since the
 * leaves of both uploads are the same.
 */
const underOneName = (leaf: string, { anchors }: JudgeContext['scenario']): string =>
  anchors.reduce((name, { id, twin }) => (twin?.isSame ? name.replaceAll(id, twin.of) : name), leaf);

/**
 * Whether another anchor, which is valid and has issued the leaf, is asked alone and refuses it. That
 * anchor's filter has nothing to do with this cut (F7, I17). This holds as well where the anchor was active
 * when the run planned, and somebody has deactivated it since.
 */
function isOthersAffair(
  { probes, execution }: InvocationRecord,
  { client, project, successor, issuers = [] }: ClientCheck,
  { replay, rules }: JudgeContext,
): boolean {
  const { plans, outsiderAt } = replay.state;
  const planned = plans.get(execution)?.[0]?.at ?? 0;
  const isTouched = [project, ORGANIZATION].some((scope) => (outsiderAt.get(scope) ?? 0) >= planned);
  const trusted = replay.trusted(project);
  const isGone = isTouched && issuers.length > 0 && !issuers.some((id) => trusted.has(id));
  const current = replay.state.leaves.get(client)?.AWSCURRENT ?? null;
  const asked = rules.askedAbout(current, replay.trusted(project));
  const own = probes.filter(({ leaf }) => leaf === nameOf(client, current));
  return (
    (isGone || !asked.includes(successor)) &&
    own.some(({ at, verdict }) => isNo(verdict) && asked.some((id) => rules.isValid(id, at / 1000)))
  );
}

/**
 * The leaves of a client that have to be turned away now: those it still holds
 * that lead to a retiring anchor.
 */
function retiringLeaves(
  seen: InvocationRecord,
  { client, project, successor, retiringLeaf }: ClientCheck,
  context: JudgeContext,
): string[] {
  const { replay, rules } = context;
  const { broken, leaves, movedAt, outsiderAt, plans } = replay.state;
  const planned = plans.get(seen.execution)?.[0]?.at ?? 0;
  // A client that somebody has moved since the plan may hold no version with that leaf any more.
  if (!retiringLeaf || (outsiderAt.get(client) ?? 0) >= planned) return [];
  // The secret has broken since its current version was read, so no other version can be read.
  if (SECRET_TROUBLES.some((what) => broken.has(`${what} ${client}`))) return [];
  const { successions } = (seen.input as Input).plan;
  const retiring = successions.filter((one) => one.successor === successor).map((one) => one.retiring);
  // The leaf still gets in by an anchor that the API did not deactivate, that the other scope keeps, or that
  // is held. Any anchor of its key counts.
  const active = replay.trusted(project);
  const held = [leaves.get(client)?.AWSCURRENT ?? null, movedAt.get(client)?.from ?? null];
  // A leaf that leads to the successor as well, by a cross-certificate, goes on getting in.
  const old = held.filter(
    (leaf) =>
      rules.issuersOf(leaf).some((id) => retiring.includes(id)) &&
      !rules.issuersOf(leaf).some((id) => id === successor || active.has(id)),
  );
  return old.map((leaf) => nameOf(client, leaf));
}
