import pMap from 'p-map';
import type * as z from 'zod';
import { badFields } from '../../domain/bad-fields.ts';
import { WindlassError } from '../../domain/errors.ts';
import { awsError, isConditionUnmet } from '../aws/aws.ts';
import { scrub } from '../scrub.ts';
import type { Table } from './table.ts';

/**
 * Selects items by the beginning of their sort keys, or from or before a sort key; optionally only the first
 * few or the last few.
 */
type Which = { begins?: string; from?: string; before?: string; first?: number; last?: number };

/**
 * Returns the items under one key. Throws `JournalUnavailable` with the first item that does not have our
 * form: half a memory must not be used (I9).
 */
export async function readItems<T>(
  table: Table,
  pk: string,
  schema: z.ZodType<T>,
  which: Which = {},
): Promise<T[]> {
  const items = await query(table, pk, which);
  return items.map((item) => readItem(table, schema, item));
}

function readItem<T>({ tableName }: Table, schema: z.ZodType<T>, item: Record<string, unknown>): T {
  const parsed = schema.safeParse(item);
  if (parsed.success) return parsed.data;
  const problems = badFields(parsed.error, 'the item');
  throw new WindlassError(
    'JournalUnavailable',
    `${tableName} holds an item that cannot be read, ${item.pk} ${scrub(String(item.sk))}: ${problems}`,
  );
}

/** How often an item is read again while others write it. Of several writers, one gets through each time. */
const TRIES = 200;

/**
 * Writes what `change` makes of an item, or of none, on condition that nobody else has written it since it
 * was read. Otherwise it reads the item once more. So when several scopes write one item at the same time, no
 * write is lost. If `change` returns null, the item stays. Throws `JournalUnavailable` when others keep
 * writing.
 */
export async function amendItem<T extends object>(
  table: Table,
  [pk, sk]: readonly [string, string],
  schema: z.ZodType<T>,
  change: (known: T | undefined) => T | null,
): Promise<void> {
  const { documents, tableName: TableName } = table;
  for (let tries = 0; tries < TRIES; tries++) {
    const item = (await query(table, pk, { begins: sk })).find((one) => one.sk === sk);
    const next = change(item && readItem(table, schema, item));
    if (next === null) return;
    const edition = item?.edition;
    const Item = { pk, sk, ...next, edition: Number(edition ?? 0) + 1 };
    const condition =
      edition === undefined
        ? { ConditionExpression: 'attribute_not_exists(edition)' }
        : { ConditionExpression: 'edition = :edition', ExpressionAttributeValues: { ':edition': edition } };
    const written = documents().then((to) => to.put({ TableName, Item, ...condition }));
    if (await journalAnswered(written.then(() => true, unlessChanged))) return;
  }
  throw new WindlassError('JournalUnavailable', `${TableName}: others keep writing ${pk} ${sk}`);
}

async function query(
  { documents, tableName: TableName }: Table,
  pk: string,
  { begins, from, before, first, last }: Which,
): Promise<Record<string, unknown>[]> {
  const limit = first ?? last ?? Number.POSITIVE_INFINITY;
  const bound = begins ?? from ?? before;
  const is =
    begins !== undefined ? 'begins_with(sk, :bound)' : `sk ${from !== undefined ? '>=' : '<'} :bound`;
  const condition = bound === undefined ? '' : ` AND ${is}`;
  const items: Record<string, unknown>[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await journalAnswered(
      documents().then((table) =>
        table.query({
          TableName,
          KeyConditionExpression: `pk = :pk${condition}`,
          ExpressionAttributeValues: { ':pk': pk, ...(bound !== undefined && { ':bound': bound }) },
          ConsistentRead: true,
          ExclusiveStartKey,
          ...(Number.isFinite(limit) && { Limit: limit, ScanIndexForward: last === undefined }),
        }),
      ),
    );
    // An answer without an item list is an error: an empty journal answers with an empty list.
    if (!Array.isArray(page.Items))
      throw new WindlassError('JournalUnavailable', `${TableName}: no items in the answer`);
    items.push(...page.Items);
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey && items.length < limit);
  return items.slice(0, limit);
}

/**
 * Returns the answer of a call to the table. Throws `JournalUnavailable`, or `AwsRefused` when the role may
 * not make the call.
 */
export async function journalAnswered<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw awsError('JournalUnavailable', 'DynamoDB did not answer for the journal', error);
  }
}

/** Writes a whole item. */
export async function putItem(
  { documents, tableName: TableName }: Table,
  pk: string,
  sk: string,
  item: object,
): Promise<void> {
  await journalAnswered(documents().then((to) => to.put({ TableName, Item: { pk, sk, ...item } })));
}

/** Deletes an item, whether it exists or not. */
export async function dropItem(
  { documents, tableName: TableName }: Table,
  pk: string,
  sk: string,
): Promise<void> {
  await journalAnswered(documents().then((from) => from.delete({ TableName, Key: { pk, sk } })));
}

/** Items that are written at the same time: a run may have seen thousands. */
const WRITES = 50;

/** Does the same for each of many things. */
export async function each<T>(things: readonly T[], act: (thing: T) => Promise<unknown>): Promise<void> {
  await pMap(things, act, { concurrency: WRITES });
}

/** Returns false for the error that the item has changed or is gone. Throws any other error. */
export function unlessChanged(error: unknown): false {
  if (!isConditionUnmet(error)) throw error;
  return false;
}
