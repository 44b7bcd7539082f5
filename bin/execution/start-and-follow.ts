import { SFNClient } from '@aws-sdk/client-sfn';
import type { Request } from '../../lambdas/domain/request.ts';
import type { Machine } from '../account/machine.ts';
import { settingsIn } from '../account/region.ts';
import { plural } from '../terminal/dates.ts';
import { exit, say } from '../terminal/exit.ts';
import { interruptible } from '../terminal/interrupt.ts';
import { jsonOf } from '../terminal/json.ts';
import { isTerminal, openScreen, type Screen } from '../terminal/screen.ts';
import { isStarted } from '../terminal/unwritten.ts';
import { asJson, exitOf } from './ended.ts';
import { ending } from './ending.ts';
import { follow, startExecution } from './execution.ts';
import { historyLineOf } from './history-lines.ts';
import type { ScopeCounts } from './map-runs.ts';

export type RotateOptions = { stateMachine: Machine; wait: boolean; json?: true };

/**
 * Starts the rotation, follows it unless told not to, prints how it ended, and returns the exit code for
 * that.
 */
export async function startAndFollow(
  { stateMachine, wait, json }: RotateOptions,
  request: Request,
  stream: NodeJS.WriteStream,
): Promise<number> {
  const client = stepFunctionsIn(stateMachine);
  stream.write('asking Step Functions to start it …\n');
  // Ctrl-C does not discard the answer: the rotation may have been started by then, and the person has to
  // know.
  const executionArn = await interruptible(async (signal) => {
    const arn = await startExecution(client, stateMachine.arn, request).catch((error: Error) => {
      if (signal.aborted) say(error.message);
      throw error;
    });
    isStarted();
    stream.write(`started ${arn}\n  ${consoleLink(stateMachine, arn)}\n`);
    return arn;
  });
  if (!wait) {
    if (json) print({ executionArn, status: 'RUNNING', outcome: 'unfinished', blocked: [] });
    return exit.ok;
  }
  return followToItsEnd(client, executionArn, { json }, stream);
}

/**
 * Shows an execution from its beginning to its end, prints how it ended, and returns the exit code for that.
 */
export async function followToItsEnd(
  client: SFNClient,
  executionArn: string,
  { json }: { json: true | undefined },
  stream: NodeJS.WriteStream,
): Promise<number> {
  try {
    const screen = openScreen(stream);
    const { ended, last } = await interruptible((signal) =>
      watch(client, executionArn, screen, isTerminal(stream), signal),
    ).finally(screen.close);
    stream.write(`\n${ending(ended, screen.paint)}\n`);
    if (json) print(asJson(ended, last));
    return exitOf(ended);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    say(`no longer watching (${reason}); the rotation carries on: ${executionArn}`);
    if (error instanceof Error && error.name === 'Interruption') throw error;
    return exit.halted;
  }
}

/** Watches an execution to its end. Returns how it ended, and the input of the last state that it entered. */
async function watch(
  client: SFNClient,
  executionArn: string,
  screen: Screen,
  isDrawn: boolean,
  signal: AbortSignal,
) {
  let lost = false;
  let last: string | undefined;
  // Where output goes to a file, each status is a new line. A soak of days would fill it.
  if (isDrawn) screen.status([screen.paint('dim', 'watching the execution')]);
  const ended = await follow(
    client,
    executionArn,
    {
      event: (event) => {
        lost = false;
        last = event.stateEnteredEventDetails?.input ?? last;
        const line = historyLineOf(event, screen);
        if (line) screen.line(line);
      },
      scopes: (counts) => {
        if (isDrawn) screen.status([scopesLine(counts, screen)]);
        else if (counts.done + counts.failed === counts.total) screen.line(scopesLine(counts, screen));
      },
      lost: (reason) => {
        // An outage is reported once, so that one that lasts overnight does not fill the terminal.
        if (!lost)
          screen.line(
            screen.paint('yellow', `  … ${reason}: asking again; the rotation does not depend on it`),
          );
        lost = true;
      },
    },
    signal,
  );
  return { ended, last };
}

/**
 * The scopes of a wave in one line. Where output goes to a file, it is printed only when the last of them has
 * ended.
 */
function scopesLine({ state, total, done, running, failed }: ScopeCounts, { paint }: Screen): string {
  const many = (n: number) => n.toLocaleString('en-US');
  const lost = failed > 0 ? paint('yellow', `, ${many(failed)} ended without a word`) : '';
  const now = running > 0 ? `, ${many(running)} under way` : '';
  return `  ${state}: ${many(done)} of ${plural(total, 'scope')}${now}${lost}`;
}

/** A Step Functions client in the region of a machine. */
export const stepFunctionsIn = ({ region }: Machine): SFNClient => new SFNClient(settingsIn(region));

const print = (value: object): void => void process.stdout.write(jsonOf(value));

/** The hosts of the console, for partitions that have one of their own. */
const CONSOLES: Readonly<Record<string, string>> = {
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** The address at which the console shows an execution. */
export function consoleLink({ arn, region }: Machine, executionArn: string): string {
  const console = CONSOLES[arn.split(':')[1] ?? ''] ?? `${region}.console.aws.amazon.com`;
  return `https://${console}/states/home?region=${region}#/v2/executions/details/${executionArn}`;
}
