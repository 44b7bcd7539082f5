import { instant } from '../../lambdas/domain/instant.ts';
import type { JournalEntry } from '../../lambdas/domain/memory/journal.ts';
import { executionArn, machineArn } from './doctor/account.ts';

/** When the test file was loaded, in Unix seconds. */
export const now = Math.floor(Date.now() / 1000);
export const ago = (seconds: number) => instant(now - seconds);

/**
 * The hour of the daily sweep (UTC). It has just passed, so a run that comes soon comes before the next
 * sweep.
 */
export const sweepsAt = (new Date(1_000 * now).getUTCHours() + 23) % 24;

/**
 * Returns lines of the trail of a run that began `begun` seconds ago. Each line is `after` seconds after
 * that.
 */
export const line =
  (name: string, begun: number) =>
  (after: number, event: JournalEntry['event'], detail: object = {}, scope?: string): JournalEntry => ({
    ...{ execution: executionArn('acme', name), startedAt: ago(begun), at: ago(begun - after), event },
    detail: { ...detail },
    ...(scope && { scope }),
  });

/** The schedule of acme's daily sweep, as the Scheduler describes it. */
export const dailySweep = {
  ...{
    GroupName: 'windlass-acme',
    Name: 'sweep',
    ScheduleExpression: `cron(0 ${sweepsAt} * * ? *)`,
    State: 'ENABLED',
  },
  ...{ FlexibleTimeWindow: { Mode: 'OFF' }, Target: { Arn: machineArn('acme'), RoleArn: 'role' } },
};
