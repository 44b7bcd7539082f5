import { Command, InvalidArgumentError, Option } from 'commander';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { exitCodesHelp } from '../terminal/exit.ts';

type Options = { table: string; limit: number; json?: true };

const MORE = `
Examples:
  windlass history --table Windlass-acme-Journal
  windlass history --table TABLE --limit 1 --json | jq '.rotations[0].changes'

It only reads. It shows ids, times, verdicts and fingerprints: the table holds no certificate and no key. What
the table remembers for the next run comes last: what is not proven yet, soaks, cuts that nobody has confirmed,
compromised anchors.

Environment:
  WINDLASS_TABLE             the table, instead of --table
  AWS_PROFILE, AWS_REGION, AWS_ACCESS_KEY_ID, …  the usual AWS settings
  AWS_ENDPOINT_URL_DYNAMODB  another DynamoDB endpoint

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
    .addOption(
      new Option('--table <name>', 'the table of the organization')
        .env('WINDLASS_TABLE')
        .makeOptionMandatory(),
    )
    .option('--limit <n>', 'how many rotations, the latest ones', parseLimit, 10)
    .option('--json', 'print them as JSON')
    .addHelpText('after', MORE)
    .action(history);
}

async function history({ table, limit, json }: Options): Promise<void> {
  const { tableNamed } = await import('../../lambdas/adapters/table/table.ts');
  const { latestRotations } = await import('../journal/rotations.ts');
  const { memoryOf, renderMemory } = await import('../journal/remembered.ts');
  const from = tableNamed(table);
  const [rotations, memory] = await Promise.all([latestRotations(from, limit), memoryOf(from)]).catch(
    (error) => {
      throw explained(error, table);
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

const reasons: Record<string, string> = {
  ResourceNotFoundException: 'there is no such table in this account and region',
  AccessDeniedException: 'these credentials may not read it (dynamodb:Query)',
  CredentialsProviderError:
    'no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
};

/** What AWS said, in one line for whoever typed the command. */
function explained(error: unknown, table: string): unknown {
  if (!(error instanceof WindlassError)) return error;
  const { name } = Object(error.cause) as { name?: string };
  const noRegion = /Region (is missing|not accepted)/.test(error.message) && 'no AWS region: set AWS_REGION';
  const reason = noRegion || reasons[name ?? ''] || error.message;
  return new WindlassError(error.name, `cannot read the audit trail in table ${table}: ${reason}`);
}
