import { GetScheduleCommand, type GetScheduleOutput, SchedulerClient } from '@aws-sdk/client-scheduler';
import { instant, secondsOf } from '../../lambdas/domain/instant.ts';
import { requestSchema } from '../../lambdas/domain/request.ts';
import { awsReason } from '../account/aws-reason.ts';
import type { Machine } from '../account/machine.ts';
import { settingsIn } from '../account/region.ts';

/**
 * When the next run starts and what starts it. `problem` is what keeps runs from being started, or why the
 * time is unknown.
 */
export type NextRun = {
  at: string | null;
  by: string | null;
  /** Since when the same work has been left undone, when that is the reason for the run (ISO 8601). */
  failingSince: string | null;
  problem: string | null;
  /**
   * Whether the problem is one of the stack. It is false when the person who asks may not read the schedules.
   */
  isRed: boolean;
};

/** The names of what starts runs. */
export const STARTS = { next: 'the schedule of the next rotation', sweep: 'the daily sweep' };

/**
 * When the schedules of a stack start the next run; `now` in Unix seconds. Never throws, so that the rest of
 * a status can still be shown.
 */
export async function nextRunOf({ region, name }: Machine, now: number): Promise<NextRun> {
  const client = new SchedulerClient(settingsIn(region));
  const read = (Name: string) => scheduleOf(client, { GroupName: name, Name });
  try {
    const [next, sweep] = await Promise.all([read('next'), read('sweep')]);
    const runs = [
      { at: next && oneTime(next, now), by: STARTS.next },
      { at: sweep && daily(sweep, now), by: STARTS.sweep },
    ].flatMap(({ at, by }) => (at ? [{ at, by }] : []));
    const [first] = runs.sort((a, b) => (a.at < b.at ? -1 : 1));
    const problem = sweepProblem(sweep, name);
    const failingSince = next && first?.by === STARTS.next ? failingSinceIn(next) : null;
    return { at: first?.at ?? null, by: first?.by ?? null, failingSince, problem, isRed: problem !== null };
  } catch (error) {
    const problem = `the schedules cannot be read: ${await awsReason(error, 'EventBridge Scheduler')}`;
    return { at: null, by: null, failingSince: null, problem, isRed: false };
  }
}

/** The `failingSince` that the last run passed to the next one in the schedule (rule 6). */
function failingSinceIn({ Target }: GetScheduleOutput): string | null {
  try {
    const request = requestSchema.parse(JSON.parse(Target?.Input ?? '{}'));
    return request.mode === 'scheduled' ? (request.failingSince ?? null) : null;
  } catch {
    return null;
  }
}

async function scheduleOf(
  client: SchedulerClient,
  schedule: { GroupName: string; Name: string },
): Promise<GetScheduleOutput | null> {
  try {
    return await client.send(new GetScheduleCommand(schedule));
  } catch (error) {
    if (Object(error).name === 'ResourceNotFoundException') return null;
    throw error;
  }
}

function sweepProblem(sweep: GetScheduleOutput | null, group: string): string | null {
  if (!sweep)
    return `nothing starts the daily sweep: there is no schedule ${group}/sweep; deploy the stack again`;
  if (sweep.State === 'DISABLED')
    return `nothing starts the daily sweep: the schedule ${group}/sweep is disabled; enable it`;
  return null;
}

function oneTime({ ScheduleExpression = '', State }: GetScheduleOutput, now: number): string | null {
  const at = secondsOf(`${/^at\((.+)\)$/.exec(ScheduleExpression)?.[1]}Z`);
  return State === 'DISABLED' || Number.isNaN(at) || at < now ? null : instant(at);
}

/**
 * The next time of a schedule that fires once a day, as the stack's own sweep does. Null for any other form.
 */
function daily({ ScheduleExpression = '', State }: GetScheduleOutput, now: number): string | null {
  const [, minute, hour] = /^cron\((\d+) (\d+) \* \* \? \*\)$/.exec(ScheduleExpression) ?? [];
  if (State === 'DISABLED' || minute === undefined || hour === undefined) return null;
  const today = now - (now % 86_400) + Number(hour) * 3_600 + Number(minute) * 60;
  return instant(today > now ? today : today + 86_400);
}
