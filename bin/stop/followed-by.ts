import type { NextRun } from '../status/next-run.ts';
import type { Status } from '../status/seen.ts';
import { readable } from '../terminal/dates.ts';
import type { Paint } from '../terminal/screen.ts';
import { table } from '../terminal/tables.ts';

/** What takes up what a stopped run has left. `mayComeSoon` where that run had no plan yet: Release has it followed within minutes where the schedule has started it. */
export type FollowedBy = Pick<NextRun, 'at' | 'by' | 'problem'> & { mayComeSoon: boolean };

/** When the next run comes, by what, and how to start one now. */
export function nextRunInWords(
  { organization }: Pick<Status, 'organization'>,
  { at, by }: Pick<NextRun, 'at' | 'by'>,
) {
  const byHand = `windlass rotate ${organization ?? 'ORGANIZATION'} --manual`;
  return at ? `${readable(at)}, ${by}; or ${byHand}` : `not known; ${byHand} starts one`;
}

/** The same once a run is stopped, with what keeps runs from being started, as lines of a table. */
export function followedBy(
  seen: Pick<Status, 'organization'>,
  { mayComeSoon, problem, ...next }: FollowedBy,
  paint: Paint,
): string {
  const soon = 'within minutes where the schedule has started this one, which had no plan yet';
  const rows = [
    ['next run', nextRunInWords(seen, next)],
    ...(mayComeSoon ? [['or before', soon]] : []),
    ...(problem ? [['schedules', problem]] : []),
  ];
  return `${table([], rows, paint)}\n`;
}
