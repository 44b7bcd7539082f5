import { Command } from 'commander';
import type { Machine } from '../account/machine.ts';
import { BLOCKED_RUN, exitCodesHelp } from '../terminal/exit.ts';
import {
  askedStack,
  machineOption,
  STACK_ARGUMENT,
  STACK_ARGUMENT_HELP,
  STACK_ENVIRONMENT,
} from './stack-argument.ts';

type Options = { stateMachine?: Machine; json?: true };

const MORE = `
Examples:
  windlass follow acme
  windlass follow arn:aws:states:eu-west-1:123456789012:execution:windlass-acme:NAME

It shows what windlass rotate shows, from the beginning: a run that a schedule started, or that you have stopped watching.
By the ARN of an execution it shows one that has ended as well. Ctrl-C stops the watching, never the rotation.

${STACK_ENVIRONMENT}

${exitCodesHelp({
  ok: 'it went through: rotated, or nothing was due',
  usage: 'usage; nothing runs; the stack or the execution cannot be read',
  blocked: BLOCKED_RUN,
  halted:
    'halted (windlass explain NAME says what to do), timed out, aborted, or taken over by another run; or it cannot be watched',
  interrupted: 'stopped watching; the rotation carries on',
})}`;

/** `windlass follow`: takes up a running execution and shows it to its end. Read-only. */
export function followCommand(): Command {
  return new Command('follow')
    .description('take up a running rotation and show it to its end, as rotate does; read-only')
    .argument(STACK_ARGUMENT, STACK_ARGUMENT_HELP)
    .addOption(machineOption())
    .option('--json', 'print how it ended as JSON on stdout; all else goes to stderr')
    .addHelpText('after', MORE)
    .action(follow);
}

async function follow(named: string | undefined, options: Options, command: Command): Promise<void> {
  const { json } = options;
  const { stackOf } = await import('../account/stack-of.ts');
  const { oneRunning } = await import('../execution/one-running.ts');
  const { consoleLink, followToItsEnd, stepFunctionsIn } = await import('../execution/start-and-follow.ts');
  const stack = await stackOf(askedStack(named, options.stateMachine, command));
  const client = stepFunctionsIn(stack.machine);
  const execution = await oneRunning(client, stack);
  const stream = json ? process.stderr : process.stdout;
  stream.write(`following ${execution}\n  ${consoleLink(stack.machine, execution)}\n`);
  process.exitCode = await followToItsEnd(client, execution, { json }, stream);
}
