import type * as z from 'zod';
import { badFields } from '../../domain/bad-fields.ts';
import { WindlassError } from '../../domain/errors.ts';
import { awsError } from '../aws/aws.ts';
import { scrub } from '../scrub.ts';
import type { Table } from './table.ts';

/** The last few items, or those whose sort keys begin so. */
type Which = { limit?: number; begins?: string };

/** The items under one key. Throws `JournalUnavailable` naming the first that is not what we write: half a memory is none (I9). */
export async function readItems<T>(
  table: Table,
  pk: string,
  schema: z.ZodType<T>,
  which: Which = {},
): Promise<T[]> {
  const items = await query(table, pk, which);
  return items.map((item) => {
    const parsed = schema.safeParse(item);
    if (parsed.success) return parsed.data;
    const problems = badFields(parsed.error, 'the item');
    throw new WindlassError(
      'JournalUnavailable',
      `${table.tableName} holds an item that cannot be read, ${pk} ${scrub(String(item.sk))}: ${problems}`,
    );
  });
}

async function query(
  { documents, tableName: TableName }: Table,
  pk: string,
  { limit = Number.POSITIVE_INFINITY, begins }: Which,
): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await journalAnswered(
      documents().then((table) =>
        table.query({
          TableName,
          KeyConditionExpression: begins ? 'pk = :pk AND begins_with(sk, :prefix)' : 'pk = :pk',
          ExpressionAttributeValues: { ':pk': pk, ...(begins && { ':prefix': begins }) },
          ConsistentRead: true,
          ExclusiveStartKey,
          ...(Number.isFinite(limit) && { Limit: limit, ScanIndexForward: false }),
        }),
      ),
    );
    // An answer without items is no answer: an empty journal answers with an empty list.
    if (!Array.isArray(page.Items))
      throw new WindlassError('JournalUnavailable', `${TableName}: no items in the answer`);
    items.push(...page.Items);
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey && items.length < limit);
  return items.slice(0, limit);
}

/** The answer of a call to the table. Throws `JournalUnavailable` and nothing else. */
export async function journalAnswered<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw awsError('JournalUnavailable', 'DynamoDB did not answer for the journal', error);
  }
}
