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

/** What the look at a client comes to that the anchors of another project judge. */
const MISPLACED = ['KeyOfAnotherProject', 'SuccessorRefused'];

/** I11: some days after the last trouble nothing is left undone that could be done, and every run ends well. */
export function judgeConvergence(eventLog: EventLog, context: JudgeContext): Finding[] {
  const { scenario } = context;
  const at = scenario.end * 1000;
  // What another run has taken over ends quietly, if only when its soak is over: the other says how it goes on.
  const ends = eventLog.filter((event) => event.what === 'ended');
  const last = ends.findLast(({ error }) => error !== 'Superseded');
  const then = (last?.at ?? at) / 1000;
  const since = { dueBy: scenario.calm, freedAfter: scenario.calm };
  const due = pendingIn(context, then, since);
  // What another was to succeed, until that one came due itself in the last days, may soak.
  const lately = then - scenario.policy.soak - DAY;
  const { rules } = context;
  const isNew = (retiring: string): boolean =>
    scenario.anchors.some(({ id }) => rules.isDue(id, then) && rules.mayReplace(retiring, id, lately));
  // A cut that was made is no longer due. Yet a client that a filter keeps out cannot confirm it.
  const isFiltered =
    last?.error === 'SuccessorRefused' &&
    (due.some(({ refused }) => refused) || isAnybodyFiltered(then, context));
  // A client whose key is revoked says nothing until somebody gives it another, or an emergency may go on without it (I9, I6). An organization that waits for
  // that client's project because of a witness ends as WitnessUnjudged.
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
  // What retires lets a stranger in, whose leaf leads to the renewal as well: a scheduled run waits for a person to give that a filter, too (F16).
  const ids = scenario.anchors.map(({ id }) => id);
  const isLetIn =
    last?.error === 'TrustWidened' &&
    ids.some((one) => ids.some((other) => one !== other && isOpenAlready(one, other, then, context)));
  // Whose key is of another project keeps the cuts of both waiting, until a person corrects the one or the other (I1).
  const isMisplacing =
    isAnybodyUntold(context) ||
    (MISPLACED.includes(last?.error ?? '') && scenario.clients.some((one) => isMisplaced(one, context))) ||
    (last?.error === 'ProbeRefused' && scenario.clients.some((one) => isElsewhere(one, context)));
  const isRed = last && last.error !== null && last.error !== 'Blocked';
  const red = isRed && !isFiltered && !isSilent && !isLetIn && !isMisplacing;
  return [
    ...(isLetIn ? [] : pending).map(
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
 * Whether we have made something active again since `since` (Unix seconds) that is to go itself, for what has leaked and waits there for a client that says
 * nothing. The two take turns by day (rule 2), so that each turn of the one ends with a soak of the other.
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

/** Executions that still run, and should have ended: what came due in the last days may soak. */
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

/** Whether a client's key is of a project that another host answers than those that are configured for it: these say so to every call. */
const isElsewhere = (one: ScenarioClient, context: JudgeContext): boolean => {
  const { regions = {} } = context.scenario;
  return regions[judgedNow(one, context)] !== regions[one.project];
};
