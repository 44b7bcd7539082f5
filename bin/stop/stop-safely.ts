import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { type DescribeExecutionOutput, type SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { dynamoJournal } from '../../lambdas/adapters/table/journal.ts';
import type { Table } from '../../lambdas/adapters/table/table.ts';
import { dynamoVerdicts, type Verdicts } from '../../lambdas/adapters/table/verdicts.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { firstFew } from '../../lambdas/domain/first-few.ts';
import type { CutMemory, JournalEntry } from '../../lambdas/domain/memory/journal.ts';
import { awsReason } from '../account/aws-reason.ts';
import { describedBy } from '../execution/running.ts';
import { rotationsBack } from '../journal/latest-rotations.ts';
import { notKnown } from '../journal/not-known.ts';
import { plural, readable } from '../terminal/dates.ts';
import type { Screen } from '../terminal/screen.ts';
import { aboutToCut } from './about-to-cut.ts';
import { activatedIn } from './activated-in.ts';

/** What is to be stopped, and why, in the words that Step Functions keeps. */
export type ToStop = { execution: string; cause: string };

/**
 * How it went: `late` are cuts that a step made at that very moment, `mayLand` the scopes in which one was on its way to a cut by then; or how
 * the run ended by itself meanwhile.
 */
export type Stopped = { late: CutMemory[]; mayLand: string[] } | { ended: DescribeExecutionOutput };

const PAUSE = 2_000;

/**
 * Stops an execution at a moment when no scope is about to be cut or between its cut and its confirmation, nor has clients to be looked after
 * since its cut was undone, nor has activated what nobody has proven or taken back yet, so that every scope works; until then no other scope begins, and it waits and says for which. An emergency goes on beginning: its scopes are not kept from it.
 * Throws what cannot be read or is refused, and the signal's reason when aborted; what may not begin then begins again.
 */
export async function stopSafely(
  client: SFNClient,
  table: Table,
  { execution, cause }: ToStop,
  { screen, signal }: { screen: Screen; signal: AbortSignal },
): Promise<Stopped> {
  const journal = dynamoJournal(table);
  const verdicts = dynamoVerdicts(table);
  // No other scope begins from here on, so that there is an end to those that are between a cut and its confirmation.
  const mark = { reason: cause, stopper: randomUUID() };
  const isMarked = await verdicts.stop(execution, mark).then(
    () => true,
    (error: Error) => {
      screen.line(`  scopes go on beginning meanwhile: ${error.message}`);
      return false;
    },
  );
  return stopBetweenCuts().catch(async (error) => {
    if (isMarked) await verdicts.goOn(execution, mark);
    throw error;
  });

  async function stopBetweenCuts(): Promise<Stopped> {
    for (;;) {
      const told = await describedBy(client, execution);
      if (!told) throw new WindlassError('ApiRefused', `Step Functions knows no execution ${execution}`);
      if (told.status !== 'RUNNING' && told.error !== 'Stopped') return { ended: told };
      // A cut of an earlier run waits for its turn in this one, perhaps for days: the next run takes it up as well.
      const startedAt = told.startDate?.toISOString() ?? '';
      const open = async () => (await journal.cuts()).filter(({ cutAt }) => cutAt >= startedAt);
      const cuts = await open();
      // It has ended since no scope may begin any more.
      if (told.status !== 'RUNNING') return { late: cuts, mayLand: [] };
      const waitsFor =
        cuts.length > 0 ? beingConfirmed(cuts) : await busyIn(await linesOf(table, execution), verdicts);
      // A cut that was made while the trail was read is in neither of what was read so far.
      if (waitsFor === null && (await open()).length > 0) continue;
      if (waitsFor === null) {
        await stop(client, execution, cause);
        // A step that was at work ends by itself, whatever becomes of its execution.
        await setTimeout(PAUSE);
        const late = await open();
        const about = await aboutToCut(await linesOf(table, execution), verdicts);
        return { late, mayLand: about.filter((scope) => !late.some((cut) => cut.scope === scope)) };
      }
      screen.status([`waiting for ${waitsFor}`]);
      await setTimeout(PAUSE, undefined, { signal });
      // Somebody else who was stopping it as well may have given up.
      if (isMarked) await verdicts.stop(execution, mark, { unlessMarked: true });
    }
  }
}

const beingConfirmed = (cuts: readonly CutMemory[]): string =>
  `${plural(cuts.length, 'cut')} to be confirmed: ${inWords(cuts)}`;

/** What has to end in some scope before a run is stopped that has no cut open, in words; null where nothing has. */
async function busyIn(lines: readonly JournalEntry[], verdicts: Verdicts): Promise<string | null> {
  const of = (scopes: readonly string[]) => firstFew(scopes, 5).join(', ');
  const undone = undoneIn(lines);
  if (undone.length > 0) return `clients to be looked after, since a cut was undone: ${of(undone)}`;
  const activated = await activatedIn(lines, verdicts);
  if (activated.length > 0) return `what was activated to be proven or taken back: ${of(activated)}`;
  const about = await aboutToCut(lines, verdicts);
  return about.length > 0 ? `what is about to be cut: ${of(about)}` : null;
}

/** Entries that are read at first: a rotation of a few scopes. */
const A_FEW = 200;

async function linesOf(table: Table, execution: string): Promise<JournalEntry[]> {
  const isOurs = (one: { execution: string }) => one.execution === execution;
  const read = await rotationsBack(table, A_FEW, (rotations) => rotations.some(isOurs));
  return read.filter(isOurs).flatMap(({ entries, unknownLines }) => {
    if (unknownLines === 0) return entries;
    // Which scope is busy may be what they tell (I9).
    const why = `${notKnown(unknownLines)}; stop it from a newer one, or in the console`;
    throw new WindlassError('JournalUnavailable', why);
  });
}

/** The scopes in which a run has put a cut back, and has not seen to the clients since: some may run on what is refused (I10). */
function undoneIn(lines: readonly JournalEntry[]): string[] {
  const isLookedAfter = ({ event, detail }: JournalEntry) => event === 'restored' && !detail.unknown;
  const since = lines.slice(lines.findLastIndex(isLookedAfter) + 1);
  const undone = since.filter(({ event, detail }) => event === 'undone' && detail.reactivated);
  return [...new Set(undone.flatMap(({ scope }) => scope ?? []))];
}

async function stop(client: SFNClient, executionArn: string, cause: string): Promise<void> {
  try {
    await client.send(new StopExecutionCommand({ executionArn, error: 'Stopped', cause }));
  } catch (error) {
    throw new WindlassError('ApiRefused', `it was not stopped: ${await awsReason(error)}`, { cause: error });
  }
}

/** Where, and since when, for the first of some cuts. */
export const inWords = ([first, ...others]: readonly CutMemory[]): string => {
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  return first ? `${first.scope}, since ${readable(first.cutAt)}${more}` : '';
};
