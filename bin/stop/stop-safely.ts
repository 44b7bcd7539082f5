import { randomUUID } from 'node:crypto';
import { type DescribeExecutionOutput, type SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { dynamoJournal } from '../../lambdas/adapters/table/journal.ts';
import type { Table } from '../../lambdas/adapters/table/table.ts';
import { dynamoVerdicts, type Verdicts } from '../../lambdas/adapters/table/verdicts.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { firstFew } from '../../lambdas/domain/first-few.ts';
import type { CutMemory, JournalEntry } from '../../lambdas/domain/memory/journal.ts';
import { awsReason } from '../account/aws-reason.ts';
import { describedBy } from '../execution/running.ts';
import { ownCuts } from '../journal/own-cuts.ts';
import { plural } from '../terminal/dates.ts';
import { pause } from '../terminal/pause.ts';
import type { Screen } from '../terminal/screen.ts';
import { aboutToCut } from './about-to-cut.ts';
import { activatedIn } from './activated-in.ts';
import { inWords, linesOf } from './landed.ts';
import { takenUp } from './taken-up.ts';
import { toTakeBack } from './to-take-back.ts';

/** The execution to stop, and the cause that Step Functions keeps. */
export type ToStop = { execution: string; cause: string };

/** When the stopped execution began (ISO 8601), or how it ended by itself meanwhile. */
type Stopped = { startedAt: string } | { ended: DescribeExecutionOutput };

const PAUSE = 2_000;

/**
 * Stops an execution at a moment when every scope works. At that moment no scope is about to be cut, or cut
 * and not confirmed, be it by this run or by an earlier one whose cut it has taken up. No client still has to be restored after an undo. No activated successor is unproven,
 * and none lets a witness in.
 * Until then it says which scopes it waits for. A stop mark keeps other scopes from beginning, but not those
 * of an emergency.
 * Throws what cannot be read or is refused, and the signal's reason when aborted; it then removes the mark.
 * Calls `commit` right before it stops the execution.
 */
export async function stopSafely(
  client: SFNClient,
  table: Table,
  { execution, cause }: ToStop,
  {
    screen,
    signal,
    commit,
  }: { screen: Pick<Screen, 'line' | 'status'>; signal: AbortSignal; commit: () => void },
): Promise<Stopped> {
  const journal = dynamoJournal(table);
  const verdicts = dynamoVerdicts(table);
  // From here on no other scope begins, so the scopes between a cut and its confirmation become fewer and
  // end.
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

  /** What the run has to finish before it may be stopped, in words. Null when nothing is left. */
  async function look(startedAt: string): Promise<string | null> {
    // Cuts are read before and after the lines. A cut that is undone meanwhile is in the first reading, and
    // one that is made meanwhile is in the second.
    const before = await journal.cuts();
    const lines = await linesOf(table, execution);
    const after = await journal.cuts();
    const open = new Map([...before, ...after].map((cut) => [`${cut.scope} ${cut.retiring}`, cut]));
    const cuts = ownCuts([...open.values()], lines, startedAt);
    if (cuts.length > 0) return beingConfirmed(cuts);
    const earlier = await takenUp([...open.values()], lines, verdicts);
    return earlier.length > 0 ? beingFinished(earlier) : busyIn(lines, verdicts);
  }

  async function stopBetweenCuts(): Promise<Stopped> {
    for (;;) {
      const told = await describedBy(client, execution);
      if (!told) throw new WindlassError('ApiRefused', `Step Functions knows no execution ${execution}`);
      // The mark stays: Release goes by what has ended a run, and no scope of this run begins any more.
      if (told.status !== 'RUNNING' && told.error !== 'Stopped') return { ended: told };
      const startedAt = told.startDate?.toISOString() ?? '';
      if (told.status !== 'RUNNING') {
        // Another person has stopped it.
        commit();
        return { startedAt };
      }
      // Looks twice: a scope may have come to its cut, and made it, while the verdicts were read.
      const waitsFor = (await look(startedAt)) ?? (await look(startedAt));
      if (waitsFor === null) {
        commit();
        await stop(client, execution, cause);
        return { startedAt };
      }
      screen.status([`waiting for ${waitsFor}`]);
      await pause(PAUSE, signal);
      // Another person who was also stopping it may have given up and removed the mark.
      if (isMarked) await verdicts.stop(execution, mark, { unlessMarked: true });
    }
  }
}

const beingConfirmed = (cuts: readonly CutMemory[]): string =>
  `${plural(cuts.length, 'cut')} to be confirmed: ${inWords(cuts)}`;

const beingFinished = (cuts: readonly CutMemory[]): string =>
  `${plural(cuts.length, 'cut')} of an earlier run to be confirmed or put back: ${inWords(cuts)}`;

/** What has to end before a run without an open cut may be stopped, in words. Null when nothing has to. */
async function busyIn(lines: readonly JournalEntry[], verdicts: Verdicts): Promise<string | null> {
  const of = (scopes: readonly string[]) => firstFew(scopes, 5).join(', ');
  const undone = undoneIn(lines);
  if (undone.length > 0) return `clients to be looked after, since a cut was undone: ${of(undone)}`;
  const activated = await activatedIn(lines, verdicts);
  if (activated.length > 0) return `what was activated to be proven or taken back: ${of(activated)}`;
  // This has to come after the look above: it then also reads a verdict that closed its scope a moment ago.
  const widened = await toTakeBack(lines, verdicts);
  if (widened.length > 0)
    return `what lets in who has to stay out, as in ${of(widened)}, to be taken back everywhere`;
  const about = await aboutToCut(lines, verdicts);
  return about.length > 0 ? `what is about to be cut: ${of(about)}` : null;
}

/**
 * The scopes in which a run has put a cut back and has not restored the clients since. Some clients may run
 * on a leaf that is refused (I10).
 */
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
    // The execution may be stopped although the answer was lost.
    const told = await describedBy(client, executionArn).catch(() => null);
    if (told?.error === 'Stopped') return;
    throw new WindlassError('ApiRefused', `it was not stopped: ${await awsReason(error)}`, { cause: error });
  }
}
