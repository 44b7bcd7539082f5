import { Command } from 'commander';
import type { Machine } from '../account/machine.ts';
import { between } from '../terminal/between.ts';
import { exit, exitCodesHelp } from '../terminal/exit.ts';
import { jsonLineOf, jsonOf } from '../terminal/json.ts';
import {
  askedStack,
  machineOption,
  STACK_ARGUMENT,
  STACK_ARGUMENT_HELP,
  STACK_ENVIRONMENT,
} from './stack-argument.ts';
import { tableOption } from './table-option.ts';

type Options = {
  stateMachine?: Machine;
  table?: string;
  json?: true;
  watch?: number | true;
};

const MORE = `
Examples:
  windlass status acme
  windlass status acme --watch
  windlass status acme --json | jq -r '.actions[0]'
  windlass status acme > /dev/null || echo "somebody has to look"

What to do comes first: nothing, to wait, or what has to be done by whom. Then what runs and where it is, who has the
lease, what is blocked and why, how the last run ended and when the next one starts. It only reads.
--watch shows it again every few seconds; with --json it prints a line whenever something has changed. Once it has shown
one it waits out an outage or throttling, and says so once on stderr.

${STACK_ENVIRONMENT}
  WINDLASS_TABLE          the table, where neither a stack nor --table is named
  AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL_SCHEDULER  other endpoints

${exitCodesHelp({
  ok: 'fine: nothing to do, or a rotation goes as it should',
  usage: 'usage; the stack, its table or its execution cannot be read',
  blocked:
    'blocked: an anchor that is due stays active until somebody does what is listed, such as staging a leaf',
  halted: 'red: a run or a scope halted, nothing starts the sweep, or every run has halted for two days',
  interrupted: 'no longer watched',
})}`;

/** `windlass status`: what to do next, what runs, and what is blocked. Read-only. */
export function statusCommand(): Command {
  return new Command('status')
    .description(
      'what to do next, what runs and where it is, what is blocked, the last run and the next; read-only',
    )
    .argument(STACK_ARGUMENT, STACK_ARGUMENT_HELP)
    .addOption(machineOption())
    .addOption(tableOption())
    .option('--watch [seconds]', 'show it again every so many seconds; 5 unless said', between(1, 9_999))
    .option('--json', 'print it as JSON')
    .addHelpText('after', MORE)
    .action(status);
}

/**
 * The remedy for a stack that is gone. A status needs the machine and its schedules; a table alone has none.
 */
const IT_LEFT = 'where it has been removed windlass history NAME shows what its table has';

async function status(named: string | undefined, options: Options, command: Command): Promise<void> {
  const { json, watch } = options;
  const { stackOf } = await import('../account/stack-of.ts');
  const { stackTable } = await import('../account/stack-table.ts');
  const { readStatus } = await import('../status/facts.ts');
  const { statusOf } = await import('../status/status.ts');
  const asked = askedStack(named, options.stateMachine, command);
  const stack = await stackOf(
    asked,
    `set AWS_REGION, or give an ARN; ${IT_LEFT.replace('NAME', asked ?? 'NAME')}`,
  );
  const isTyped = command.getOptionValueSource('table') === 'cli' || named === undefined;
  const table = await stackTable(stack.machine, isTyped ? options.table : undefined);
  const look = async () => statusOf(await readStatus(stack, table));
  if (watch !== undefined) {
    const { watchStatus } = await import('../status/watch.ts');
    return watchStatus(look, { everySeconds: watch === true ? 5 : watch, asJson: json ? jsonLineOf : null });
  }
  const { reading } = await import('../terminal/reading.ts');
  const seen = await reading(`the journal ${table.tableName}`, look);
  const { renderStatus } = await import('../status/report.ts');
  const { paintFor } = await import('../terminal/screen.ts');
  process.stdout.write(json ? jsonOf(seen) : renderStatus(seen, paintFor(process.stdout)));
  process.exitCode = { fine: exit.ok, blocked: exit.blocked, red: exit.halted }[seen.verdict];
}
