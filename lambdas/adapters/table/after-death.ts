import * as z from 'zod';
import type { Clock } from '../../clock.ts';
import { jsonPrefix } from '../../domain/json-prefix.ts';
import { phases } from '../../domain/manifest.ts';
import { entryOf } from '../../domain/memory/audit.ts';
import type { JournalEntry } from '../../domain/memory/journal.ts';
import { tryAfterHalt } from '../../domain/next-run/after-a-halt.ts';
import { tryAgainAt } from '../../domain/next-run/next-try.ts';
import { carriedPlanSchema } from '../../domain/plan-document.ts';
import { failingSinceOf, type Request, requestSchema, type ToNext } from '../../domain/request.ts';
import type { NextRotation } from '../aws/schedule.ts';
import { isExpected } from './come-again.ts';
import type { Journal } from './journal.ts';
import type { Leases } from './lease.ts';
import { isLeftHalfDone } from './left-half-done.ts';
import { rememberNamed } from './named.ts';
import type { Verdicts } from './verdicts.ts';

/** What EventBridge tells of an execution that did not succeed; `startDate` is in Unix milliseconds. */
export const diedSchema = z.object({
  executionArn: z.string(),
  status: z.string().optional(),
  startDate: z.number(),
  /** What it was ended with, as by `windlass stop`; null where nobody has given any. Absent where the event does not tell. */
  error: z.string().nullish(),
  /** Left out by EventBridge where it is too long. */
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
 * Schedules another run within minutes for one that could not: somebody stopped it in the console, its time was over, or it failed past
 * every Catch, or in Release itself. So where it leaves a cut that nobody has confirmed, or a scope that has not come to its end, or something may be
 * compromised (I11, I16); and where nobody has stopped it, for what a halt would have been followed for (rule 6). What else it leaves the daily sweep takes up. Who stops a
 * run by `windlass stop` has been told what it leaves, unless it had only looked. The lease stays
 * as it is, since a step may still be at work, an undo among them: whoever comes takes it from the dead.
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
  if (isStoppedSafely(end, stopped) ? !hasOnlyLooked(lines, request) : isSeenTo) return;
  // Plan may never have run (I15). Who stops an emergency starts it again.
  if (end.status === 'FAILED' && request?.mode === 'emergency')
    await rememberNamed(ports, request, execution);
  const again = await nextTry(ports, execution, { request, hasFailed: FAILED.has(end.status) });
  // Whoever has taken the lease since sets the schedule.
  if (!again || (await leases.isTakenSince(execution))) return;
  await nextRotation.set(again.at, again.told);
  await journal.record(entryOf({ execution }, clock(), 'scheduled', { nextRotationAt: again.at }));
}

/**
 * Whether `windlass stop` has ended a run itself, where every scope works. Its mark says only that somebody waits to do so: a run may be over before, by another's
 * hand or its time, between a cut and its confirmation.
 */
const isStoppedSafely = (
  { status = 'ABORTED', error }: Pick<z.infer<typeof diedSchema>, 'status' | 'error'>,
  mark: string | null,
): boolean => status === 'ABORTED' && (error === undefined ? mark !== null : error === 'Stopped');

/** Among the last lines of a run that Release has seen to the end of is its outcome; after it come a few of the audit log at most. */
const LAST_LINES = 50;

/** Among the first lines of a run are those of its plan. */
const FIRST_LINES = 50;

/** How a run ends that nobody has stopped. */
const FAILED: ReadonlySet<string | undefined> = new Set(['FAILED', 'TIMED_OUT']);

/**
 * Whether a run that the schedule has started had no plan yet: what it came for, and would have set anew, nobody has decided to leave. So it is followed as a run that
 * the console's Stop has ended: only where something is left. A person's own run leaves the schedule as it was, and who stops an emergency starts it again.
 */
const hasOnlyLooked = (lines: readonly JournalEntry[], request: Request | null): boolean =>
  lines.length < LAST_LINES &&
  !lines.some(({ event }) => event === 'planned') &&
  request?.mode === 'scheduled';

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

/** What of a plan its lines tell, of which each has a share of the successions; undefined where there is none. */
function plannedIn(lines: readonly JournalEntry[]): z.infer<typeof plannedSchema> | undefined {
  const told = lines.flatMap(({ event, detail }) =>
    event === 'planned' ? (plannedSchema.safeParse(detail).data ?? []) : [],
  );
  const last = told.at(-1);
  return last && { ...last, successions: told.flatMap(({ successions }) => successions) };
}

/**
 * Whether a scope was begun and has no verdict. Nobody ends the function that is at work there: it may be about to cut, minutes after the end of its
 * run, and nothing shows yet. It has ended, or has lost the lease, when the next run has a plan.
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
