import { dynamoJournal } from '../../lambdas/adapters/table/journal.ts';
import type { Table } from '../../lambdas/adapters/table/table.ts';
import { dynamoVerdicts } from '../../lambdas/adapters/table/verdicts.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import type { CutMemory, JournalEntry } from '../../lambdas/domain/memory/journal.ts';
import { rotationsBack } from '../journal/latest-rotations.ts';
import { notKnown } from '../journal/not-known.ts';
import { ownCuts } from '../journal/own-cuts.ts';
import { readable } from '../terminal/dates.ts';
import { pause } from '../terminal/pause.ts';
import { aboutToCut } from './about-to-cut.ts';
import { activatedIn } from './activated-in.ts';

/**
 * `late`: cuts that a step made at the very moment of the stop. `mayLand`: scopes in which a step was on its
 * way to a cut. `mayActivate`: scopes in which a step activated, or was about to activate, a successor that
 * hosts may ask first. `open`: cuts of earlier runs that the run had come to finish, and has not. `hasPlan`:
 * whether the run had a plan.
 */
export type Landed = {
  late: CutMemory[];
  mayLand: string[];
  mayActivate: string[];
  open: CutMemory[];
  hasPlan: boolean;
};

const PAUSE = 2_000;

/**
 * Looks, a moment after the stop, at what the run's steps have cut or activated since. A function finishes by
 * itself even when its execution is stopped. Throws when that cannot be read.
 */
export async function landed(
  table: Table,
  { execution, startedAt }: { execution: string; startedAt: string },
): Promise<Landed> {
  await pause(PAUSE);
  const [lines, verdicts] = [await linesOf(table, execution), dynamoVerdicts(table)];
  const cuts = await dynamoJournal(table).cuts();
  const late = ownCuts(cuts, lines, startedAt);
  const [about, mayActivate] = await Promise.all([aboutToCut(lines, verdicts), activatedIn(lines, verdicts)]);
  const mayLand = about.filter((scope) => !late.some((cut) => cut.scope === scope));
  const planned = new Set(lines.flatMap(retiringIn));
  const open = cuts.filter((one) => !late.includes(one) && planned.has(one.retiring));
  return { late, mayLand, mayActivate, open, hasPlan: isPlanned(lines) };
}

/** The retiring anchors that a line of a plan tells. */
const retiringIn = ({ event, detail }: JournalEntry): string[] =>
  event === 'planned' && Array.isArray(detail.successions)
    ? detail.successions.map((one) => String(Object(one).retiring))
    : [];

/** Whether a run with these lines had a plan. */
export const isPlanned = (lines: readonly JournalEntry[]): boolean =>
  lines.some(({ event }) => event === 'planned');

/** How many entries are read at first, enough for a rotation of a few scopes. */
const A_FEW = 200;

/** Returns the lines that a run has written. Throws `JournalUnavailable`. */
export async function linesOf(table: Table, execution: string): Promise<JournalEntry[]> {
  const isOurs = (one: { execution: string }) => one.execution === execution;
  const read = await rotationsBack(table, A_FEW, (rotations) => rotations.some(isOurs));
  return read.filter(isOurs).flatMap(({ entries, unknownLines }) => {
    if (unknownLines === 0) return entries;
    // Unknown lines may be the ones that tell which scope is busy (I9).
    const why = `${notKnown(unknownLines)}; stop it from a newer one, or in the console`;
    throw new WindlassError('JournalUnavailable', why);
  });
}

/** The scope and the time of the first of some cuts, and how many more there are. */
export const inWords = ([first, ...others]: readonly CutMemory[]): string => {
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  return first ? `${first.scope}, since ${readable(first.cutAt)}${more}` : '';
};
