import { scrub } from '../../lambdas/adapters/scrub.ts';
import { dynamoJournal } from '../../lambdas/adapters/table/journal.ts';
import type { Table } from '../../lambdas/adapters/table/table.ts';
import { entryOf } from '../../lambdas/domain/memory/audit.ts';
import { explained } from '../journal/unreadable.ts';

/** Who stopped a run and why, in one line without secrets (I14). */
export const causeOfStop = (who: string, reason: string | undefined): string =>
  scrub(reason?.trim() ? `${who}: ${reason.trim()}` : who);

/**
 * Writes into the journal that a run was stopped, since its own steps can no longer do that. Throws
 * `JournalUnavailable`.
 */
export async function recordStop(
  table: Table,
  { execution, startedAt, cause }: { execution: string; startedAt: string; cause: string },
): Promise<void> {
  const run = { execution: { id: execution, startedAt } };
  const now = Math.floor(Date.now() / 1000);
  await dynamoJournal(table)
    .record(entryOf(run, now, 'ended', { outcome: 'stopped', Cause: cause }))
    .catch(async (error) => {
      throw await explained(error, 'write down who stopped it', table.tableName, 'dynamodb:PutItem');
    });
}
