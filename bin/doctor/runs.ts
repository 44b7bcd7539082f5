import { scrub } from '../../lambdas/adapters/scrub.ts';
import { dynamoJournal } from '../../lambdas/adapters/table/journal.ts';
import { secondsOf } from '../../lambdas/domain/instant.ts';
import type { SuccessMemory } from '../../lambdas/domain/memory/journal.ts';
import { type Machine, organizationOf } from '../account/machine.ts';
import { stackTable } from '../account/stack-table.ts';
import { SILENCE } from '../status/next-action.ts';
import { nextRunOf } from '../status/next-run.ts';
import { lengthOf, readable } from '../terminal/dates.ts';
import { type Finding, failed, ok, unchecked, warning } from './finding.ts';

/** Checks whether something starts the daily sweep. */
export async function examineSchedule(machine: Machine, now: number): Promise<Finding[]> {
  const about = { check: 'schedule' as const, subject: `${machine.name}/sweep` };
  const { at, by, problem, isRed } = await nextRunOf(machine, now);
  if (problem && isRed) return [failed(about, problem, 'Enable the schedule, or deploy the stack again.')];
  if (problem) return [unchecked(about, problem, 'Use credentials that may scheduler:GetSchedule.')];
  return [ok(about, at ? `enabled; the next run is on ${readable(at)}, ${by}` : 'enabled')];
}

/**
 * Checks whether a run has ended without a halt lately; a blocked one counts as well. `table` is the name
 * that was given, instead of the stack's own.
 */
export async function examineLastRun(machine: Machine, now: number, table?: string): Promise<Finding[]> {
  const about = { check: 'last run without a halt' as const, subject: machine.name };
  try {
    const at = await dynamoJournal(await stackTable(machine, table)).lastSuccess();
    return [judged(at, { about, named: organizationOf(machine) ?? 'ORGANIZATION', now })];
  } catch (error) {
    // An error of reading the table tells nothing about the runs.
    const { message } = error instanceof Error ? error : { message: String(error) };
    const mayRead =
      'Use credentials that may dynamodb:ListTables and dynamodb:Query, or name it with --table.';
    return [unchecked(about, scrub(message), mayRead)];
  }
}

type Asked = { about: { check: 'last run without a halt'; subject: string }; named: string; now: number };

function judged(success: SuccessMemory | null, { about, named, now }: Asked): Finding {
  const ago = success ? now - secondsOf(success.at) : 0;
  if (success === null || (success.isFirstRun && ago <= SILENCE))
    return warning(
      about,
      'no run has gone through without a halt yet',
      `Wait for the daily sweep, or run windlass rotate ${named} --manual.`,
    );
  const when = `${readable(success.at)}, ${lengthOf(Math.max(0, ago))} ago`;
  const seen = success.isFirstRun ? `none since the first run, ${when}` : when;
  return ago > SILENCE
    ? failed(about, seen, `windlass history ${named} says why none has since.`)
    : ok(about, seen);
}
