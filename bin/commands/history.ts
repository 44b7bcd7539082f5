import { Command, InvalidArgumentError, Option } from 'commander';
import { outcomeInWords, outcomes, type Wanted } from '../journal/wanted.ts';
import { parseInstant } from '../terminal/dates.ts';
import { exitCodesHelp } from '../terminal/exit.ts';
import { jsonOf } from '../terminal/json.ts';
import { STACK_ARGUMENT, STACK_ARGUMENT_HELP } from './stack-argument.ts';
import { askedTable, TABLE_ENVIRONMENT, tableOption } from './table-option.ts';

type Options = Wanted & { table?: string; json?: true };

const MORE = `
Examples:
  windlass history acme
  windlass history acme --limit 1 --json | jq '.rotations[0].changes'
  windlass history acme --since 2026-11-01 --outcome halted
  windlass history --table Windlass-acme-Journal --anchor cert_abc

A sweep that found nothing to do, or left it to a live rotation, is shown only with --all or by its --outcome:
${meanings()}

It only reads. It shows ids, times, verdicts and fingerprints: the table holds no certificate and no key. What
the table remembers for the next run comes last: what is not proven yet, soaks, cuts that nobody has confirmed,
compromised anchors.

${TABLE_ENVIRONMENT}

${exitCodesHelp({
  ok: 'shown, even when there was nothing to show',
  usage: 'usage; the table is not there or cannot be read',
})}`;

/** One line for each way in which a rotation can have ended. */
function meanings(): string {
  const width = Math.max(...outcomes.map(({ length }) => length));
  return outcomes.map((outcome) => `  ${outcome.padEnd(width)}  ${outcomeInWords[outcome]}`).join('\n');
}

/** `windlass history`: what earlier rotations decided, changed and saw. Read-only. */
export function historyCommand(): Command {
  return new Command('history')
    .description(
      'what earlier rotations decided, changed and saw, and what the next one is to know; read-only',
    )
    .argument(STACK_ARGUMENT, STACK_ARGUMENT_HELP)
    .addOption(tableOption())
    .option('--limit <n>', 'how many rotations, the latest ones', parseLimit, 10)
    .option('--since <iso>', 'only what began at this instant or later', parseInstant)
    .option('--anchor <id>', 'only what named, planned, changed or blocked this anchor')
    .addOption(new Option('--outcome <name>', 'only what ended so').choices(outcomes))
    .option('--all', 'sweeps that changed nothing as well')
    .option('--json', 'print them as JSON')
    .addHelpText('after', MORE)
    .action(history);
}

async function history(
  stack: string | undefined,
  { table: named, json, ...wanted }: Options,
  command: Command,
): Promise<void> {
  const { tableAsked } = await import('../account/stack-table.ts');
  const { explained } = await import('../journal/unreadable.ts');
  const { latestRotations } = await import('../journal/latest-rotations.ts');
  const { memoryOf, renderMemory } = await import('../journal/remembered.ts');
  const from = await tableAsked(askedTable(stack, named, command));
  const { tableName: table } = from;
  const { reading } = await import('../terminal/reading.ts');
  const read = () => Promise.all([latestRotations(from, wanted), memoryOf(from)]);
  const [latest, memory] = await reading(`the journal ${table}`, read).catch(async (error) => {
    throw await explained(error, 'read the audit trail', table, 'dynamodb:Query');
  });
  if (json) return void process.stdout.write(jsonOf({ table, ...latest, memory }));
  const { renderHistory } = await import('../journal/history-report.ts');
  const { paintFor } = await import('../terminal/screen.ts');
  const paint = paintFor(process.stdout);
  const { since, anchor, outcome } = wanted;
  const isChosen = [since, anchor, outcome].some((one) => one !== undefined);
  const parts = [renderHistory(latest, paint, isChosen), renderMemory(memory, paint)];
  process.stdout.write(parts.filter(Boolean).join('\n'));
}

function parseLimit(text: string): number {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit > 0) return limit;
  throw new InvalidArgumentError('It is not a whole number from 1 to 9999.');
}
