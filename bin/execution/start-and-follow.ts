import { type DescribeExecutionOutput, SFNClient } from '@aws-sdk/client-sfn';
import { awsClientSettings } from '../../lambdas/adapters/aws/aws.ts';
import { causeOf } from '../../lambdas/domain/cause.ts';
import { type Document, documentSchema } from '../../lambdas/domain/document.ts';
import { errorGuide, haltNameOf } from '../../lambdas/domain/error-guide.ts';
import type { Request } from '../../lambdas/domain/request.ts';
import { plural, readable } from '../terminal/dates.ts';
import { exit, say } from '../terminal/exit.ts';
import { interruptible } from '../terminal/interrupt.ts';
import { printable, printableText } from '../terminal/printable.ts';
import { openScreen, type Paint, type Screen } from '../terminal/screen.ts';
import { blockedTable, section, successionTable } from '../terminal/sections.ts';
import { follow, startExecution } from './execution.ts';
import { historyLineOf } from './history-lines.ts';
import type { Machine, RotateOptions } from './machine.ts';

/** Starts the rotation, follows it unless told not to, says how it ended, and gives the exit code for that. */
export async function startAndFollow(
  { stateMachine, wait, json }: RotateOptions,
  request: Request,
  stream: NodeJS.WriteStream,
): Promise<number> {
  const client = new SFNClient({ region: stateMachine.region, ...awsClientSettings });
  stream.write('asking Step Functions to start it …\n');
  const executionArn = await startExecution(client, stateMachine.arn, request);
  stream.write(`started ${executionArn}\n  ${consoleLink(stateMachine, executionArn)}\n`);
  if (!wait) {
    if (json) print({ executionArn, status: 'RUNNING' });
    return exit.ok;
  }
  try {
    const screen = openScreen(stream);
    const ended = await interruptible((signal) =>
      watch(client, executionArn, screen, stream.isTTY, signal),
    ).finally(screen.close);
    stream.write(`\n${ending(ended, screen.paint)}\n`);
    if (json) print(asJson(ended));
    return exitOf(ended);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    say(`no longer watching (${reason}); the rotation carries on: ${executionArn}`);
    if (error instanceof Error && error.name === 'Interruption') throw error;
    return exit.halted;
  }
}

function watch(
  client: SFNClient,
  executionArn: string,
  screen: Screen,
  isTerminal: boolean,
  signal: AbortSignal,
) {
  let lost = false;
  // On paper a status is repeated, which a soak of days would make a long read.
  if (isTerminal) screen.status([screen.paint('dim', 'watching the execution')]);
  return follow(
    client,
    executionArn,
    {
      event: (event) => {
        lost = false;
        const line = historyLineOf(event, screen);
        if (line) screen.line(line);
      },
      lost: (reason) => {
        // Once is enough: an outage overnight should not fill the terminal.
        if (!lost)
          screen.line(
            screen.paint('yellow', `  … ${reason}: asking again; the rotation does not depend on it`),
          );
        lost = true;
      },
    },
    signal,
  );
}

function exitOf(ended: DescribeExecutionOutput): number {
  const taken = takenOver(ended);
  if (ended.status === 'SUCCEEDED' && taken === null)
    return isPartial(outputOf(ended)) ? exit.blocked : exit.ok;
  const name = haltNameOf(taken !== null ? 'Superseded' : (ended.error ?? ''));
  return exit[name ? errorGuide[name].exit : 'halted'];
}

/** Why a run ended quietly without having rotated: an emergency took over; null for any other. */
function takenOver({ output }: DescribeExecutionOutput): string | null {
  try {
    // Looked at by itself: one that was taken over while it planned has no plan, and so no whole document.
    const { release, halt } = Object(JSON.parse(output ?? ''));
    return release?.outcome === 'superseded' ? String(halt?.Cause ?? '') : null;
  } catch {
    return null;
  }
}

/** An emergency that left an anchor which it was to cut: somebody asked for that by name (I13). */
const isPartial = (document: Document | null): boolean =>
  document?.plan.mode === 'emergency' && document.plan.anyBlocked;

function ending(ended: DescribeExecutionOutput, paint: Paint): string {
  const { status, error, cause } = ended;
  if (status !== 'SUCCEEDED') {
    const isBlocked = error === 'Blocked';
    const title = isBlocked
      ? paint(['yellow', 'bold'], '■ Blocked')
      : paint(['red', 'bold'], `✗ ${status ?? 'Lost'}`);
    return [title, isBlocked ? '' : (error ?? ''), printableText(causeOf(cause ?? ''))]
      .filter(Boolean)
      .join(': ');
  }
  const taken = takenOver(ended);
  if (taken !== null)
    return `${paint(['yellow', 'bold'], '■ Superseded by an emergency')}: ${printableText(causeOf(taken))}`;
  const document = printable(outputOf(ended));
  const title = isPartial(document)
    ? paint(['yellow', 'bold'], '■ Blocked in part')
    : paint(['green', 'bold'], '✓ Succeeded');
  return document ? `${title}: ${outcome(document, paint)}` : title;
}

function outcome({ plan, promotion, schedule }: Document, paint: Paint): string {
  const scopes = plan.waves.reduce((total, wave) => total + wave.scopes.length, 0);
  const next = schedule?.nextRotationAt ?? plan.nextRotationAt;
  const summary =
    plan.decision === 'rotate'
      ? `${plural(plan.successions.length, 'succession')} in ${plural(scopes, 'scope')}.`
      : plan.summary;
  return [
    summary,
    plan.successions.length > 0
      ? section('Successions', successionTable(plan.successions, paint), paint)
      : '',
    plan.blocked.length > 0 ? section('Blocked', blockedTable(plan.blocked, paint), paint) : '',
    promotion?.promoted.length
      ? section('Clients promoted', `  ${promotion.promoted.join(', ')}`, paint)
      : '',
    next ? section('Next rotation', `  ${readable(next)}`, paint) : '',
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** The document that the execution ended with, or null when it is not one that we can read. */
function outputOf({ output }: DescribeExecutionOutput): Document | null {
  try {
    return documentSchema.safeParse(JSON.parse(output ?? '')).data ?? null;
  } catch {
    return null;
  }
}

const asJson = (ended: DescribeExecutionOutput) => ({
  executionArn: ended.executionArn,
  status: ended.status,
  error: ended.error ?? null,
  cause: ended.cause ?? null,
  startedAt: ended.startDate?.toISOString() ?? null,
  stoppedAt: ended.stopDate?.toISOString() ?? null,
  output: outputOf(ended),
});

const print = (value: object): void => void process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);

const consoleLink = ({ region }: Machine, executionArn: string): string =>
  `https://${region}.console.aws.amazon.com/states/home?region=${region}#/v2/executions/details/${executionArn}`;
