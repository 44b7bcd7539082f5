import type { SFNClient } from '@aws-sdk/client-sfn';
import type { Table } from '../../lambdas/adapters/table/table.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { firstFew } from '../../lambdas/domain/first-few.ts';
import type { Stack } from '../account/machine.ts';
import { demandRun } from '../execution/demand-run.ts';
import { exitOf } from '../execution/ended.ts';
import { ending } from '../execution/ending.ts';
import { oneOfRunning } from '../execution/one-running.ts';
import { stepFunctionsIn } from '../execution/start-and-follow.ts';
import { readStatus } from '../status/facts.ts';
import type { Status } from '../status/seen.ts';
import { statusOf } from '../status/status.ts';
import { exit, say } from '../terminal/exit.ts';
import { interruptible } from '../terminal/interrupt.ts';
import { jsonOf } from '../terminal/json.ts';
import { printable } from '../terminal/printable.ts';
import { openScreen, type Screen } from '../terminal/screen.ts';
import { isStarted } from '../terminal/unwritten.ts';
import { consequencesOf } from './consequences.ts';
import { followedBy, followerOf } from './followed-by.ts';
import { inWords, isPlanned, type Landed, landed } from './landed.ts';
import { causeOfStop, recordStop } from './record.ts';
import { stopSafely, type ToStop } from './stop-safely.ts';

export type StopAsked = {
  reason?: string;
  who: string;
  json?: true;
  /** Asks whether the person agrees to the consequences. */
  agreed: () => Promise<boolean>;
};

/**
 * Shows what stopping means, asks, stops the run when every scope works, and returns the exit code. Throws
 * when something cannot be read.
 */
export async function stopOnScreen(stack: Stack, table: Table, asked: StopAsked): Promise<number> {
  const stream = asked.json ? process.stderr : process.stdout;
  const screen = openScreen(stream);
  const client = stepFunctionsIn(stack.machine);
  try {
    const { machine } = stack;
    if (stack.execution) await demandRun(client, stack.execution);
    const execution = stack.execution ?? (await oneOfRunning(client, stack, async () => table));
    if (execution === null) return tellNothing(stack, asked);
    const facts = await readStatus({ machine, execution }, table);
    const seen = statusOf(facts);
    const { running } = seen;
    if (running?.execution !== execution) return tellOver(seen, execution, asked);
    const lines = facts.running?.rotation?.entries ?? [];
    stream.write(consequencesOf(seen, running, lines, screen.paint));
    if (!(await asked.agreed())) return tellUnchanged();
    const cause = causeOfStop(asked.who, asked.reason);
    const run = { execution, cause, startedAt: running.startedAt ?? seen.at };
    const done = await interruptible((signal, commit) =>
      stopAndLook(client, table, run, { screen, signal, commit }),
    );
    if ('ended' in done) {
      stream.write(`it has ended by itself\n${ending(done.ended, screen.paint)}\n`);
      if (asked.json) print({ execution, stopped: false, ended: done.ended.status ?? null });
      return exitOf(done.ended);
    }
    const { hasPlan, ...about } = done;
    const nextRun = await followerOf(machine, {
      hasPlan: hasPlan ?? isPlanned(lines),
      isAnyOpen: [...(done.open ?? []), ...(done.late ?? [])].length > 0,
    });
    const byHand = `windlass rotate ${seen.organization ?? seen.stateMachine} --manual`;
    stream.write(`${screen.paint(['yellow', 'bold'], '■ Stopped')}: ${left(done, byHand)}\n`);
    stream.write(followedBy(printable(seen), printable(nextRun), screen.paint));
    if (asked.json) print({ execution, stopped: true, cause, ...about, nextRun });
    return exit.ok;
  } finally {
    screen.close();
  }
}

/**
 * Stops the run and writes that down. Errors after the stop do not hide that it is stopped. The record is
 * written before anything is looked at.
 */
async function stopAndLook(
  client: SFNClient,
  table: Table,
  run: ToStop & { startedAt: string },
  how: Parameters<typeof stopSafely>[3] & { screen: Pick<Screen, 'close'> },
) {
  const stopped = await stopSafely(client, table, run, how);
  how.screen.close();
  isStarted();
  if ('ended' in stopped) return stopped;
  const isRecorded = await recordStop(table, run).then(
    () => true,
    (error) => sayUnrecorded(error),
  );
  const { execution } = run;
  const seen = await landed(table, { execution, ...stopped }).catch((error) => sayUnseen(error));
  return { isRecorded, ...seen };
}

function tellNothing({ machine }: Stack, { json }: StopAsked): number {
  say(`nothing runs in ${machine.name}: nothing was stopped`);
  if (json) print({ execution: null, stopped: false, ended: null });
  return exit.ok;
}

/**
 * The run to be stopped is already over. When another run is at work, that is said, since the person may
 * believe that nothing runs.
 */
function tellOver({ asked: named, running }: Status, execution: string, { json }: StopAsked): number {
  const ended = named?.status ?? null;
  const also = running ? `; ${running.execution} runs, and has to be named to be stopped` : '';
  say(`${execution} has ended (${ended}): nothing was stopped${also}`);
  if (json) print({ execution: null, stopped: false, ended, running: running?.execution ?? null });
  return running ? exit.usage : exit.ok;
}

function tellUnchanged(): number {
  say('nothing was stopped');
  return exit.usage;
}

/** What a stop may have come too late for. All null when that could not be read. */
type Seen = Landed | typeof UNSEEN;

const UNSEEN = { late: null, mayLand: null, mayActivate: null, open: null, hasPlan: null };

/**
 * What a stopped run leaves, in words. A renewal that is activated after the stop is proven by no step, and
 * may turn clients away. So the message does not let that wait for the sweep (F7).
 */
function left({ late, mayLand, mayActivate, open }: Seen, byHand: string): string {
  if (late === null)
    return 'every scope works; a cut may have landed at that very moment: the next run confirms it, or puts it back';
  const cut =
    late.length > 0
      ? `a cut landed at that very moment (${inWords(late)}): the next run confirms it, or puts it back`
      : mayLand.length > 0
        ? `a cut may land within minutes (${firstFew(mayLand, 5).join(', ')}): the next run confirms it, or puts it back`
        : open.length > 0
          ? `a cut of an earlier run is left as it was (${inWords(open)}), and clients may be outside by it: a run comes within minutes for it`
          : '';
  if (open.length > 0 && mayActivate.length === 0) return cut;
  if (mayActivate.length === 0) return `every scope works; ${cut || 'the next run goes on from here'}`;
  const where = firstFew(mayActivate, 5).join(', ');
  const activation = `an activation may land within minutes (${where}), and nobody proves it then: ${byHand} does, or takes it back`;
  return [activation, cut].filter(Boolean).join('; ');
}

/**
 * Warns that the stop was not recorded. That is no failure: the run is stopped, and Step Functions has the
 * reason.
 */
function sayUnrecorded(error: unknown): false {
  if (!(error instanceof WindlassError)) throw error;
  say(`warning: ${error.message}; Step Functions keeps it as the cause of the execution`);
  return false;
}

function sayUnseen(error: unknown): typeof UNSEEN {
  if (!(error instanceof WindlassError)) throw error;
  say(`warning: nobody could look what was cut at that moment: ${error.message}`);
  return UNSEEN;
}

const print = (value: object): void => void process.stdout.write(jsonOf(value));
