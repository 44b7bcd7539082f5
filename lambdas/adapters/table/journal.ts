import { createHash } from 'node:crypto';
import pMap from 'p-map';
import type * as z from 'zod';
import { badFields } from '../../domain/bad-fields.ts';
import { WindlassError } from '../../domain/errors.ts';
import {
  type BegunMemory,
  begunMemorySchema,
  type CompromisedMemory,
  type CutMemory,
  compromisedMemorySchema,
  cutMemorySchema,
  type JournalEntry,
  journalEntrySchema,
  type SoakMemory,
  soakMemorySchema,
  successMemorySchema,
} from '../../domain/memory/journal.ts';
import { type Seen, seenSchema } from '../../domain/memory/seen.ts';
import { awsError, isConditionUnmet } from '../aws/aws.ts';
import { scrub } from '../scrub.ts';
import { type Table, tableFromEnvironment } from './table.ts';

/** Items written at the same time: what a run saw may be thousands. */
const WRITES = 20;

type Pair = { retiring: string; successor: string };
type Cut = { scope: string; retiring: string };

/** The audit trail, and what a stopped rotation leaves to the next. Every method throws a WindlassError and nothing else. */
export interface Journal {
  record(entry: JournalEntry): Promise<void>;
  /** The latest lines, the oldest first. */
  latest(limit: number): Promise<JournalEntry[]>;
  /** The lines of one execution, in their order. */
  ofExecution(execution: { id: string; startedAt: string }): Promise<JournalEntry[]>;
  soaks(): Promise<SoakMemory[]>;
  rememberSoaks(soaks: readonly SoakMemory[]): Promise<void>;
  /** Forgets each if it is still the one that was read: one that has begun anew since stays. */
  forgetSoaks(soaks: readonly SoakMemory[]): Promise<void>;
  begun(): Promise<BegunMemory[]>;
  rememberBegun(begun: readonly BegunMemory[]): Promise<void>;
  forgetBegun(pairs: readonly Pair[]): Promise<void>;
  cuts(): Promise<CutMemory[]>;
  rememberCuts(cuts: readonly CutMemory[]): Promise<void>;
  forgetCuts(cuts: readonly Cut[]): Promise<void>;
  /** Anchors that an emergency ever named: no later run trusts them again. */
  compromised(): Promise<CompromisedMemory[]>;
  rememberCompromised(named: readonly CompromisedMemory[]): Promise<void>;
  /** An id that never existed, or a compromise that a person takes back (I15). */
  forgetCompromised(anchorIds: readonly string[]): Promise<void>;
  /** What the last plan saw. */
  seen(): Promise<Seen[]>;
  rememberSeen(seen: readonly Seen[]): Promise<void>;
  forgetSeen(seen: readonly Seen[]): Promise<void>;
  /** When the last run succeeded (ISO 8601); null before the first one. */
  lastSuccess(): Promise<string | null>;
  rememberSuccess(at: string): Promise<void>;
}

/** The journal as items of the table; entries are only ever added. */
export function dynamoJournal(table: Table): Journal {
  const { documents, tableName: TableName } = table;
  const put = async (pk: string, sk: string, item: object): Promise<void> => {
    await answered(documents().then((to) => to.put({ TableName, Item: { pk, sk, ...item } })));
  };
  const drop = async (pk: string, sk: string): Promise<void> => {
    await answered(documents().then((from) => from.delete({ TableName, Key: { pk, sk } })));
  };
  const dropIf = async (pk: string, sk: string, name: string, value: string): Promise<void> => {
    const condition = {
      ConditionExpression: '#name = :value',
      ExpressionAttributeNames: { '#name': name },
      ExpressionAttributeValues: { ':value': value },
    };
    const dropped = documents().then((from) => from.delete({ TableName, Key: { pk, sk }, ...condition }));
    await answered(dropped.catch(unlessChanged));
  };
  const pairKey = ({ retiring, successor }: Pair) => `${retiring}#${successor}`;
  const seenKey = ({ kind, id }: Seen) => `${kind}#${id}`;
  const cutKey = ({ scope, retiring }: Cut) => `${scope}#${retiring}`;
  return {
    record: (entry) => put('rotation', entryKey(entry), entry),
    latest: (limit) => history(table, limit),
    ofExecution: ({ id, startedAt }) =>
      read(table, 'rotation', journalEntrySchema, { begins: `${startedAt}#${id}#` }),
    soaks: () => read(table, 'soak', soakMemorySchema),
    rememberSoaks: (soaks) => each(soaks, (soak) => put('soak', pairKey(soak), soak)),
    forgetSoaks: (soaks) => each(soaks, (soak) => dropIf('soak', pairKey(soak), 'provenAt', soak.provenAt)),
    begun: () => read(table, 'begun', begunMemorySchema),
    rememberBegun: (begun) => each(begun, (one) => put('begun', pairKey(one), one)),
    forgetBegun: (pairs) => each(pairs, (pair) => drop('begun', pairKey(pair))),
    cuts: () => read(table, 'cut', cutMemorySchema),
    rememberCuts: (cuts) => each(cuts, (cut) => put('cut', cutKey(cut), cut)),
    forgetCuts: (cuts) => each(cuts, (cut) => drop('cut', cutKey(cut))),
    compromised: () => read(table, 'compromised', compromisedMemorySchema),
    rememberCompromised: (named) => each(named, (one) => put('compromised', one.anchorId, one)),
    forgetCompromised: (anchorIds) => each(anchorIds, (anchorId) => drop('compromised', anchorId)),
    seen: () => read(table, 'seen', seenSchema),
    rememberSeen: (seen) => each(seen, (one) => put('seen', seenKey(one), one)),
    forgetSeen: (seen) => each(seen, (one) => drop('seen', seenKey(one))),
    lastSuccess: async () => (await read(table, 'success', successMemorySchema)).at(0)?.at ?? null,
    rememberSuccess: (at) => put('success', 'last', { at }),
  };
}

/** The journal in the table that the environment names. */
export const journalFromEnvironment = (): Journal => dynamoJournal(tableFromEnvironment());

/** The audit trail, the newest rotation last; `limit` bounds how many entries from the end are read. */
export async function history(table: Table, limit: number): Promise<JournalEntry[]> {
  return (await read(table, 'rotation', journalEntrySchema, { limit })).reverse();
}

/** The items under one key. Throws `JournalUnavailable` naming the first that is not what we write: half a memory is none (I9). */
async function read<T>(table: Table, pk: string, schema: z.ZodType<T>, which: Which = {}): Promise<T[]> {
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

/**
 * Sorts by rotation, then by time, and within a second by the order of the sentence. What two attempts say differently
 * is two lines, though it be the same second.
 */
function entryKey({ execution, startedAt, at, event, scope, detail }: JournalEntry): string {
  // The proof of an undo comes after it, and every other before the cut.
  const place = event === 'verified' && detail.moment === 'afterUndo' ? 'undone' : event;
  const order = String(journalEntrySchema.shape.event.options.indexOf(place)).padStart(2, '0');
  const digest = createHash('sha256').update(JSON.stringify(detail)).digest('base64url').slice(0, 8);
  return [startedAt, execution, at, order, event, scope ?? '-', digest].join('#');
}

/** The last few items, or those whose sort keys begin so. */
type Which = { limit?: number; begins?: string };

async function query(
  { documents, tableName: TableName }: Table,
  pk: string,
  { limit = Number.POSITIVE_INFINITY, begins }: Which,
): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await answered(
      documents().then((table) =>
        table.query({
          TableName,
          KeyConditionExpression: begins ? 'pk = :pk AND begins_with(sk, :begins)' : 'pk = :pk',
          ExpressionAttributeValues: { ':pk': pk, ...(begins && { ':begins': begins }) },
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

async function each<T>(things: readonly T[], act: (thing: T) => Promise<unknown>): Promise<void> {
  await pMap(things, act, { concurrency: WRITES });
}

/** Passes what only says that the item is another by now, or gone. */
function unlessChanged(error: unknown): void {
  if (!isConditionUnmet(error)) throw error;
}

async function answered<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw awsError('JournalUnavailable', 'DynamoDB did not answer for the journal', error);
  }
}
