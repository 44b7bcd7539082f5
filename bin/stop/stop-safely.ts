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
import { toTakeBack } from './to-take-back.ts';

/** What is to be stopped, and why, in the words that Step Functions keeps. */
export type ToStop = { execution: string; cause: string };

/** When the execution began that is stopped (ISO 8601), or how it ended by itself meanwhile. */
type Stopped = { startedAt: string } | { ended: DescribeExecutionOutput };

const PAUSE = 2_000;

/**
 * Stops an execution at a moment when no scope is about to be cut or between its cut and its confirmation, nor has clients to be looked after
 * since its cut was undone, nor has activated what nobody has proven or taken back yet, nor what lets in who has to stay out, so that every scope
 * works; until then no other scope begins, and it waits and says for which. An emergency goes on beginning: its scopes are not kept from it.
 * Throws what cannot be read or is refused, and the signal's reason when aborted; what may not begin then begins again. It commits itself right before it
 * stops the execution.
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

  /** What the run has yet to do before it may be stopped, in words; null where nothing is left. */
  async function look(startedAt: string): Promise<string | null> {
    // A cut that is undone while the trail is read was there before; one that is made meanwhile is there after it.
    const before = await journal.cuts();
    const lines = await linesOf(table, execution);
    const after = await journal.cuts();
    const open = new Map([...before, ...after].map((cut) => [`${cut.scope} ${cut.retiring}`, cut]));
    const cuts = ownCuts([...open.values()], lines, startedAt);
    return cuts.length > 0 ? beingConfirmed(cuts) : busyIn(lines, verdicts);
  }

  async function stopBetweenCuts(): Promise<Stopped> {
    for (;;) {
      const told = await describedBy(client, execution);
      if (!told) throw new WindlassError('ApiRefused', `Step Functions knows no execution ${execution}`);
      // The mark stays: Release goes by what has ended a run, and no scope of this one begins any more.
      if (told.status !== 'RUNNING' && told.error !== 'Stopped') return { ended: told };
      const startedAt = told.startDate?.toISOString() ?? '';
      if (told.status !== 'RUNNING') {
        // Somebody else has stopped it.
        commit();
        return { startedAt };
      }
      // Twice: a scope may have come to its cut, and made it, while verdicts were read.
      const waitsFor = (await look(startedAt)) ?? (await look(startedAt));
      if (waitsFor === null) {
        commit();
        await stop(client, execution, cause);
        return { startedAt };
      }
      screen.status([`waiting for ${waitsFor}`]);
      await pause(PAUSE, signal);
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
  // Only now: a verdict that closed its scope a moment ago is among those that are read here.
  const widened = await toTakeBack(lines, verdicts);
  if (widened.length > 0)
    return `what lets in who has to stay out, as in ${of(widened)}, to be taken back everywhere`;
  const about = await aboutToCut(lines, verdicts);
  return about.length > 0 ? `what is about to be cut: ${of(about)}` : null;
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
    // Its answer may have been lost.
    const told = await describedBy(client, executionArn).catch(() => null);
    if (told?.error === 'Stopped') return;
    throw new WindlassError('ApiRefused', `it was not stopped: ${await awsReason(error)}`, { cause: error });
  }
}
