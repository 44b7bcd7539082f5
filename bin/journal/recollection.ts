import { dynamoJournal } from '../../lambdas/adapters/table/journal.ts';
import { tableNamed } from '../../lambdas/adapters/table/table.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import type { CompromisedMemory, Memory } from '../../lambdas/domain/memory/journal.ts';
import type { Seen } from '../../lambdas/domain/memory/seen.ts';
import { isWithoutCredentials, whyNoCredentials } from '../account/credentials.ts';
import { settingsIn, wrongRegion } from '../account/region.ts';
import { tableOf } from '../account/table-of.ts';
import { explained, isNoTable } from './unreadable.ts';

/** Everything that the table remembers for a plan, or why it could not be read. */
export type Recollection =
  | { table: string; memory: Memory; compromised: CompromisedMemory[]; seen: Seen[] }
  | { unknown: string };

/**
 * Reads the named table, or the table of the organization's stack, in the stack's region when that is known.
 * A plan can be shown without it, so only a table that was named and does not exist is an error.
 */
export async function recollect(asked: {
  table?: string | undefined;
  organization?: string | undefined;
  region: string | undefined;
}): Promise<Recollection> {
  try {
    const { organization = '', region } = asked;
    return await readAll(asked.table ?? (await tableOf(organization, region)), region);
  } catch (error) {
    if (asked.table !== undefined && isNoTable(error)) throw error;
    return { unknown: await reasonOf(error) };
  }
}

async function readAll(table: string, region: string | undefined): Promise<Recollection> {
  const journal = dynamoJournal(tableNamed(table, settingsIn(region)));
  try {
    const [soaks, cuts, begun, compromised, seen] = await Promise.all([
      journal.soaks(),
      journal.cuts(),
      journal.begun(),
      journal.compromised(),
      journal.seen(),
    ]);
    return { table, memory: { soaks, cuts, begun }, compromised, seen };
  } catch (error) {
    throw await explained(error, 'read what is remembered', table, 'dynamodb:Query');
  }
}

async function reasonOf(error: unknown): Promise<string> {
  if (isWithoutCredentials(error)) return whyNoCredentials();
  if (error instanceof WindlassError) return error.message;
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  return wrongRegion(message) ?? `${name}: ${message}`;
}
