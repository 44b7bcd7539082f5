import { Command, InvalidArgumentError } from 'commander';
import { exitCodesHelp } from '../terminal/exit.ts';
import { TABLE_ENVIRONMENT, tableOption } from './table-option.ts';

type Options = { table: string; limit: number; json?: true };

const MORE = `
Examples:
  windlass history --table Windlass-acme-Journal
  windlass history --table TABLE --limit 1 --json | jq '.rotations[0].changes'

It only reads. It shows ids, times, verdicts and fingerprints: the table holds no certificate and no key. What
the table remembers for the next run comes last: what is not proven yet, soaks, cuts that nobody has confirmed,
compromised anchors.

${TABLE_ENVIRONMENT}

${exitCodesHelp({
  ok: 'shown, even when there was nothing to show',
  usage: 'usage; the table is not there or cannot be read',
})}`;

/** `windlass history`: what earlier rotations decided, changed and saw. Read-only. */
export function historyCommand(): Command {
  return new Command('history')
    .description(
      'what earlier rotations decided, changed and saw, and what the next one is to know; read-only',
    )
    .addOption(tableOption())
    .option('--limit <n>', 'how many rotations, the latest ones', parseLimit, 10)
    .option('--json', 'print them as JSON')
    .addHelpText('after', MORE)
    .action(history);
}

async function history({ table, limit, json }: Options): Promise<void> {
  const { tableNamed } = await import('../../lambdas/adapters/table/table.ts');
  const { explained } = await import('../journal/unreadable.ts');
  const { latestRotations } = await import('../journal/rotations.ts');
  const { memoryOf, renderMemory } = await import('../journal/remembered.ts');
  const from = tableNamed(table);
  const [rotations, memory] = await Promise.all([latestRotations(from, limit), memoryOf(from)]).catch(
    async (error) => {
      throw await explained(error, 'read the audit trail', table, 'dynamodb:Query');
    },
  );
  if (json) return void process.stdout.write(`${JSON.stringify({ table, rotations, memory }, null, 2)}\n`);
  const { renderHistory } = await import('../journal/history-report.ts');
  const { paintFor } = await import('../terminal/screen.ts');
  const paint = paintFor(process.stdout);
  const parts = [renderHistory(rotations, paint), renderMemory(memory, paint)];
  process.stdout.write(parts.filter(Boolean).join('\n'));
}

function parseLimit(text: string): number {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit > 0) return limit;
  throw new InvalidArgumentError('It is not a number from 1 to 9999.');
}
