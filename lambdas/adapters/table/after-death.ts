import * as z from 'zod';
import type { Clock } from '../../clock.ts';
import { jsonPrefix } from '../../domain/json-prefix.ts';
import { phases } from '../../domain/manifest.ts';
import { entryOf } from '../../domain/memory/audit.ts';
import type { JournalEntry } from '../../domain/memory/journal.ts';
import { tryAfterHalt } from '../../domain/next-run/after-a-halt.ts';
import { tryAgainAt } from '../../domain/next-run/next-try.ts';
import { carriedPlanSchema } from '../../domain/plan-document/carried-plan.ts';
import { failingSinceOf, type Request, requestSchema, type ToNext } from '../../domain/request.ts';
import type { NextRotation } from '../aws/schedule.ts';
import { isExpected } from './come-again.ts';
import type { Journal } from './journal.ts';
import type { Leases } from './lease.ts';
import { isAnyCutOpen, isLeftHalfDone } from './left-half-done.ts';
import { rememberNamed } from './named/remember-named.ts';
import type { Verdicts } from './verdicts.ts';

/** EventBridge's event about an execution that did not succeed. `startDate` is in Unix milliseconds. */
export const diedSchema = z.object({
  executionArn: z.string(),
  status: z.string().optional(),
  startDate: z.number(),
  /**
   * The error that the execution was ended with, for example by `windlass stop`; null if none was given.
   * Absent when the event does not say.
   */
  error: z.string().nullish(),
  /** EventBridge leaves it out when it is too long. */
  input: z.string().nullish(),
});

type Ports = {
  leases: Leases;
  nextRotation: NextRotation;
  journal: Journal;
  verdicts: Pick<Verdicts, 'of' | 'begun' | 'stoppedFor'>;
  clock: Clock;
};

/**
 * Schedules another run within minutes for a run that could not do so itself. Somebody stopped it in the
 * console, its time was over, or it failed past every Catch or in Release. It does so if the run leaves an
 * unconfirmed cut or an unfinished scope, or if anything may be compromised (I11, I16). If nobody stopped the
 * run, it also does what would follow a halt (rule 6). The daily sweep resumes anything else.
 *
 * A person who ends a run with `windlass stop` has been told what it leaves, so nothing is scheduled. There are
 * two exceptions: the run had only looked, or it leaves a cut of an earlier run for which its plan had come.
 * Clients may be outside by that cut (I10). The lease stays with the dead run, because a step, even an undo, may still be at
 * work. The next run takes it over.
 */
export async function comeAfterDeath(
  ports: Ports,
  { executionArn: id, startDate, input, ...end }: z.infer<typeof diedSchema>,
): Promise<void> {
  const { leases, nextRotation, journal, verdicts, clock } = ports;
  const execution = { id, startedAt: new Date(startDate).toISOString() };
  const [stopped, lines] = await Promise.all([
    verdicts.stoppedFor(id),
    journal.ofExecution(execution, { last: LAST_LINES }),
  ]);
  const request = requestSchema.safeParse(jsonPrefix(input ?? '')?.value).data ?? null;
  const isSeenTo = lines.some(({ event, detail }) => event === 'ended' && !detail.notScheduled);
  const isSafe = isStoppedSafely(end, stopped);
  const hasPlan = isSafe && !hasOnlyLooked(lines, request);
  if (hasPlan ? !(await isAnyCutLeft(ports, execution)) : !isSafe && isSeenTo) return;
  // Plan may never have run (I15). A person who stops an emergency starts it again.
  if (end.status === 'FAILED' && request?.mode === 'emergency')
    await rememberNamed(ports, request, execution);
  const again = await nextTry(ports, execution, { request, hasFailed: FAILED.has(end.status) });
  // A run that has taken the lease since sets the schedule itself.
  if (!again || (await leases.isTakenSince(execution))) return;
  await nextRotation.set(again.at, again.told);
  await journal.record(entryOf({ execution }, clock(), 'scheduled', { nextRotationAt: again.at }));
}

/**
 * Whether `windlass stop` itself ended the run, at a moment when every scope works. Its mark alone only says
 * that somebody waits to stop it. The run may have ended before that, between a cut and its confirmation, by
 * another person or by its time limit.
 */
const isStoppedSafely = (
  { status = 'ABORTED', error }: Pick<z.infer<typeof diedSchema>, 'status' | 'error'>,
  mark: string | null,
): boolean => status === 'ABORTED' && (error === undefined ? mark !== null : error === 'Stopped');

/**
 * The last lines of a run that Release has finished include its outcome; at most a few lines of the audit log
 * come after it.
 */
const LAST_LINES = 50;

/** The first lines of a run include those of its plan. */
const FIRST_LINES = 50;

/** The statuses of a run that ended without being stopped. */
const FAILED: ReadonlySet<string | undefined> = new Set(['FAILED', 'TIMED_OUT']);

/**
 * Whether a run that the schedule started had no plan yet. Nobody has then decided to leave undone what it
 * came for and would have scheduled anew. So it is followed like a run that was stopped in the console: only
 * if something is left. A run by a person has left the schedule as it was, and a person who stops an
 * emergency starts it again.
 */
const hasOnlyLooked = (lines: readonly JournalEntry[], request: Request | null): boolean =>
  lines.length < LAST_LINES &&
  !lines.some(({ event }) => event === 'planned') &&
  request?.mode === 'scheduled';

/** Whether a run leaves a cut unconfirmed that its plan has taken up, or that it has made itself. */
async function isAnyCutLeft(
  { journal, verdicts }: Pick<Ports, 'journal' | 'verdicts'>,
  execution: { id: string; startedAt: string },
): Promise<boolean> {
  const plan = plannedIn(await journal.ofExecution(execution, { first: FIRST_LINES }));
  return plan !== undefined && isAnyCutOpen({ journal, verdicts }, execution, plan);
}

async function nextTry(
  { leases, journal, verdicts, clock }: Ports,
  execution: { id: string; startedAt: string },
  { request, hasFailed }: { request: Request | null; hasFailed: boolean },
): Promise<{ at: string; told?: ToNext | undefined } | null> {
  const plan = hasFailed
    ? plannedIn(await journal.ofExecution(execution, { first: FIRST_LINES }))
    : undefined;
  const isLeft =
    plan?.isPressing === true ||
    (await journal.compromised()).length > 0 ||
    (await isLeftHalfDone({ journal, verdicts }, execution, { plan: undefined, halt: undefined })) ||
    (await isAnyUnderWay(verdicts, execution));
  const now = clock();
  const failingSince = failingSinceOf(request, now);
  if (isLeft) return { at: tryAgainAt(failingSince, now), told: { failingSince } };
  if (!hasFailed) return null;
  const expected = !plan && (await isExpected(leases, execution, request));
  const again = tryAfterHalt({ plan, isExpected: expected, isStopped: false, failingSince }, now);
  return again && { at: again.at, ...(again.isPutOff && { told: { failingSince } }) };
}

const plannedSchema = carriedPlanSchema.pick({
  decision: true,
  successions: true,
  nextRotationAt: true,
  isPressing: true,
});

/**
 * Returns the plan as far as its lines tell; each line has a share of the successions. Undefined when there
 * is none.
 */
function plannedIn(lines: readonly JournalEntry[]): z.infer<typeof plannedSchema> | undefined {
  const told = lines.flatMap(({ event, detail }) =>
    event === 'planned' ? (plannedSchema.safeParse(detail).data ?? []) : [],
  );
  const last = told.at(-1);
  return last && { ...last, successions: told.flatMap(({ successions }) => successions) };
}

/**
 * Whether a scope was begun and has no verdict. Its function may still be at work, because nobody ends a
 * called function. Minutes after the end of its run it may be about to cut, although nothing shows yet. By
 * the time the next run has a plan, it has ended or has lost the lease.
 */
async function isAnyUnderWay(
  verdicts: Pick<Verdicts, 'of' | 'begun'>,
  execution: { id: string; startedAt: string },
): Promise<boolean> {
  for (const phase of phases) {
    const [begun, ended] = await Promise.all([
      verdicts.begun({ execution, phase }),
      verdicts.of({ execution, phase }),
    ]);
    const known = new Set(ended.map(({ scope }) => scope));
    if (begun.some((scope) => !known.has(scope))) return true;
  }
  return false;
}
