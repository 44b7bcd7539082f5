import type { Machine } from '../account/machine.ts';
import { type NextRun, nextRunOf } from '../status/next-run.ts';
import type { Status } from '../status/seen.ts';
import { readable } from '../terminal/dates.ts';
import type { Paint } from '../terminal/screen.ts';
import { table } from '../terminal/tables.ts';

/**
 * Which run takes up what a stopped run has left. `mayComeSoonIfAnyLeft` is set when the stopped run had no
 * plan yet. If the schedule had started such a run, Release lets another follow within minutes. It does so
 * only when something compromised, an unconfirmed cut, or a scope under way is left. `comesSoon` is set when
 * the run leaves a cut for which it had come: then another run follows within minutes.
 */
export type FollowedBy = Pick<NextRun, 'at' | 'by' | 'problem'> & {
  mayComeSoonIfAnyLeft: boolean;
  comesSoon: boolean;
};

/**
 * Reads what follows, once the run is stopped: the schedule may have been set since the question was
 * answered. Never throws.
 */
export async function followerOf(
  machine: Machine,
  { hasPlan, isAnyOpen }: { hasPlan: boolean; isAnyOpen: boolean },
): Promise<FollowedBy> {
  const { at, by, problem } = await nextRunOf(machine, Math.floor(Date.now() / 1000));
  return { at, by, problem, mayComeSoonIfAnyLeft: !hasPlan, comesSoon: isAnyOpen };
}

/** When the next run comes, what starts it, and how to start one now. */
export function nextRunInWords(
  { organization }: Pick<Status, 'organization'>,
  { at, by }: Pick<NextRun, 'at' | 'by'>,
) {
  const byHand = `windlass rotate ${organization ?? 'ORGANIZATION'} --manual`;
  return at ? `${readable(at)}, ${by}; or ${byHand}` : `not known; ${byHand} starts one`;
}

/** What follows a stopped run, and what keeps runs from being started, as lines of a table. */
export function followedBy(
  seen: Pick<Status, 'organization'>,
  { mayComeSoonIfAnyLeft, comesSoon, problem, ...next }: FollowedBy,
  paint: Paint,
): string {
  const rows = [
    ['next run', nextRunInWords(seen, next)],
    ...(comesSoon ? [['or before', 'within minutes, for the cut that nobody has confirmed']] : []),
    ...(mayComeSoonIfAnyLeft ? [['or before', SOON]] : []),
    ...(problem ? [['schedules', problem]] : []),
  ];
  return `${table([], rows, paint)}\n`;
}

const SOON =
  'within minutes, where the schedule has started this run, which had no plan yet, and something compromised, a cut that nobody has confirmed, or a scope under way is left';
