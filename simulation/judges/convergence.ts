import type { Scope } from '../../lambdas/domain/anchor.ts';
import type { EventLog } from '../log/event-log.ts';
import type { Finding } from '../log/findings.ts';
import type { ScenarioClient } from '../organizations/scenario.ts';
import { isAnybodyFiltered, waitsItsTurn } from './blocking/beyond-help.ts';
import { pendingIn } from './blocking/pending.ts';
import { isOpenAlready } from './promises/witnessed.ts';
import { isRevoked } from './succeeding.ts';
import { isAnybodyUntold, isMisplaced, judgedNow, waitsForMisplaced } from './trust/misplaced.ts';
import { isCompromised, type JudgeContext } from './watch.ts';

const DAY = 86_400;

const SILENT = ['ProbeInconclusive', 'ProbeRefused', 'RevocationInconclusive', 'WitnessUnjudged'];

/**
 * Errors that a client can cause whose key is of another project: the anchors of
 * that project judge the client.
 */
const MISPLACED = ['KeyOfAnotherProject', 'SuccessorRefused'];

/**
 * Judges I11: some days after the last trouble nothing is left undone that could be
 * done, and every run ends well.
 */
export function judgeConvergence(eventLog: EventLog, context: JudgeContext): Finding[] {
  const { scenario } = context;
  const at = scenario.end * 1000;
  // A run that another run took over from ends as Superseded, perhaps only when its soak is over. The other
  // run shows how the work goes on.
  const ends = eventLog.filter((event) => event.what === 'ended');
  const last = ends.findLast(({ error }) => error !== 'Superseded');
  const then = (last?.at ?? at) / 1000;
  const since = { dueBy: scenario.calm, freedAfter: scenario.calm };
  const due = pendingIn(context, then, since);
  // A retiring anchor whose successor has become due itself within the last days may
  // still soak with another successor.
  const lately = then - scenario.policy.soak - DAY;
  const { rules } = context;
  const isNew = (retiring: string): boolean =>
    scenario.anchors.some(({ id }) => rules.isDue(id, then) && rules.mayReplace(retiring, id, lately));
  // After its cut a pair is no longer due. But a client that a filter keeps out cannot confirm that cut.
  const isFiltered =
    last?.error === 'SuccessorRefused' &&
    (due.some(({ refused }) => refused) || isAnybodyFiltered(then, context));
  // A client whose key is revoked says nothing until somebody gives it another key, or until an emergency
  // may go on without it (I9, I6). An organization that waits for that client's project because of a
  // witness ends as WitnessUnjudged.
  const isSilent =
    SILENT.includes(last?.error ?? '') && scenario.clients.some(({ name }) => isRevoked(name, context));
  const pending = due.filter(
    ({ freed, refused, provable, retiring, successor, scope }) =>
      provable &&
      !freed &&
      !refused &&
      !isNew(retiring) &&
      !waitsForMisplaced({ scope, retiring, at: scenario.calm }, context) &&
      !isBackInTurn(retiring, scope, lately, context) &&
      !((isFiltered || isSilent) && waitsItsTurn({ retiring, successor }, then, context)),
  );
  // The retiring anchor lets in a stranger whose leaf leads to the renewal as well. A scheduled run waits
  // until a person gives the renewal a filter too (F16).
  const ids = scenario.anchors.map(({ id }) => id);
  const isLetIn =
    last?.error === 'TrustWidened' &&
    ids.some((one) => ids.some((other) => one !== other && isOpenAlready(one, other, then, context)));
  // A client whose key is of another project keeps the cuts of both projects waiting, until a person corrects
  // the key or the configuration (I1).
  const isMisplacing =
    isAnybodyUntold(context) ||
    (MISPLACED.includes(last?.error ?? '') && scenario.clients.some((one) => isMisplaced(one, context))) ||
    (last?.error === 'ProbeRefused' && scenario.clients.some((one) => isElsewhere(one, context)));
  // No configured project is there: the key may be another organization's, and nothing is touched until a
  // person corrects the one or the other (I1).
  const isNobodys =
    last?.error === 'AdminKeyRefused' &&
    scenario.clients.every(({ project }) => !scenario.projects.includes(project));
  const isRed = last && last.error !== null && last.error !== 'Blocked';
  const red = isRed && !isNobodys && !isFiltered && !isSilent && !isLetIn && !isMisplacing;
  return [
    ...(isLetIn || isNobodys ? [] : pending).map(
      ({ retiring, successor, scope }): Finding => ({
        kind: 'unfinished',
        at,
        what: `${retiring} is still active in ${scope}, though ${successor} could succeed it`,
      }),
    ),
    ...(red
      ? [{ kind: 'unfinished' as const, at, what: `the last run ended with ${last.error}: ${last.cause}` }]
      : []),
    ...lingering(eventLog, context).map(
      (execution): Finding => ({ kind: 'unfinished', at, what: `${execution} has not ended` }),
    ),
  ];
}

/**
 * Whether a run has made an anchor active again since `since` (Unix seconds) that is to be cut itself. It
 * succeeds a compromised anchor there that waits for a client which says nothing. The two take turns by day
 * (rule 2), so each turn of the one ends with a soak of the other.
 */
function isBackInTurn(id: string, scope: Scope, since: number, context: JudgeContext): boolean {
  const { replay, rules } = context;
  const { activatedAt, begun } = replay.state;
  if ((activatedAt.get(`${scope} ${id}`) ?? 0) / 1000 <= since) return false;
  if (!rules.reaching(scope).some(({ name }) => isRevoked(name, context))) return false;
  return [...replay.activeIn(scope)].some(
    (other) => isCompromised(context, other) && begun.has(`${other} ${id}`),
  );
}

/**
 * Executions that still run and should have ended. An execution that began within the last
 * soak and a day may still soak.
 */
function lingering(eventLog: EventLog, { scenario, replay }: JudgeContext): string[] {
  const { soak } = scenario.policy;
  return eventLog.flatMap((event) =>
    event.what === 'started' &&
    replay.state.running.has(event.execution) &&
    event.at / 1000 < scenario.end - soak - DAY
      ? [event.execution]
      : [],
  );
}

/**
 * Whether a client's key is of a project that other hosts answer than the hosts configured for the client.
 * The configured hosts say so to every call.
 */
const isElsewhere = (one: ScenarioClient, context: JudgeContext): boolean => {
  const { regions = {} } = context.scenario;
  return regions[judgedNow(one, context)] !== regions[one.project];
};
