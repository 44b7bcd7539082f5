import { Command } from 'commander';
import type { Machine } from '../account/machine.ts';
import { parseStartedBy, whoIsHere } from '../execution/started-by.ts';
import { confirmed, demandTerminal } from '../terminal/ask.ts';
import { exit, exitCodesHelp } from '../terminal/exit.ts';
import { askedStack, machineOption, STACK_ARGUMENT, STACK_ENVIRONMENT } from './stack-argument.ts';
import { tableOption } from './table-option.ts';

type Options = {
  stateMachine?: Machine;
  table?: string;
  reason?: string;
  startedBy?: string;
  yes?: true;
  json?: true;
};

const MORE = `
Examples:
  windlass stop acme --reason "the partner's freeze has begun"
  windlass stop arn:aws:states:eu-west-1:123456789012:execution:windlass-acme:NAME --yes

It says first what stopping leaves in each scope, and what the next run does with it, and asks. --yes stops it without
asking: a script, which has no terminal, needs that. It stops the run only while no scope is about to be cut (its old
anchor deactivated), or cut and not confirmed, and waits for that as long as it takes: every scope goes on working.
Whoever must not be rotated again has to hold the anchor as well, or the daily sweep goes on where this run stopped.

${STACK_ENVIRONMENT}
  WINDLASS_TABLE          the table, where neither a stack nor --table is named

${exitCodesHelp({
  ok: 'stopped, or nothing ran',
  usage:
    'nothing was stopped: usage, refused by AWS, answered no, or what was named is over and another run is at work',
  blocked: 'it ended by itself meanwhile, blocked',
  halted: 'it ended by itself meanwhile: halted, timed out or aborted; or what it said could not be written',
  interrupted: 'nothing was stopped',
})}`;

/** `windlass stop`: stops a run where every scope works (I11). */
export function stopCommand(): Command {
  return new Command('stop')
    .description('stop a running rotation where every scope works')
    .argument(STACK_ARGUMENT, 'the stack of this organization, or one execution')
    .addOption(machineOption())
    .addOption(tableOption())
    .option('--reason <text>', 'why, for the record')
    .option('--started-by <text>', 'who, for the record; you@this-host when absent', parseStartedBy)
    .option('--yes', 'stop it without asking')
    .option('--json', 'print what was stopped as JSON on stdout; all else goes to stderr')
    .addHelpText('after', MORE)
    .action(stop);
}

async function stop(named: string | undefined, options: Options, command: Command): Promise<void> {
  const asked = askedStack(named, options.stateMachine, command);
  // A command that changes something needs to be told where. It never chooses the only stack by itself.
  if (asked === undefined)
    return command.error('error: name the organization, or the ARN of its machine or of an execution', {
      exitCode: exit.usage,
    });
  demandTerminal(options.yes, command, 'stops it');
  const { stackOf } = await import('../account/stack-of.ts');
  const { stackTable } = await import('../account/stack-table.ts');
  const stack = await stackOf(asked);
  const isTyped = command.getOptionValueSource('table') === 'cli' || named === undefined;
  const table = await stackTable(stack.machine, isTyped ? options.table : undefined);
  const { stopOnScreen } = await import('../stop/stop-on-screen.ts');
  process.exitCode = await stopOnScreen(stack, table, {
    ...options,
    who: options.startedBy ?? whoIsHere(),
    agreed: async () => Boolean(options.yes) || confirmed('Stop this rotation?'),
  });
}
