import {
  type BegunMemory,
  begunMemorySchema,
  type CutMemory,
  cutMemorySchema,
  type SoakMemory,
  type SuccessMemory,
  soakMemorySchema,
  successMemorySchema,
  toldMemorySchema,
} from '../../domain/memory/journal.ts';
import { type Seen, seenSchema } from '../../domain/memory/seen.ts';
import { type CompromisedItems, dynamoCompromised } from './compromised-items.ts';
import { amendItem, dropItem, each, journalAnswered, putItem, readItems, unlessChanged } from './items.ts';
import { type Table, tableFromEnvironment } from './table.ts';
import { dynamoTrail, type Trail } from './trail.ts';

type Pair = { retiring: string; successor: string };
type Cut = { scope: string; retiring: string };

/**
 * The audit trail, and what a stopped rotation leaves to the next. Every method throws only WindlassErrors.
 */
export interface Journal extends Trail, CompromisedItems {
  soaks(): Promise<SoakMemory[]>;
  rememberSoaks(soaks: readonly SoakMemory[]): Promise<void>;
  /** Forgets each soak if it is still the one that was read: a soak that has begun anew since stays. */
  forgetSoaks(soaks: readonly SoakMemory[]): Promise<void>;
  begun(): Promise<BegunMemory[]>;
  rememberBegun(begun: readonly BegunMemory[]): Promise<void>;
  /**
   * Writes what `change` makes of the memory of a pair, also when other scopes write it at the same time.
   * Null leaves it as it is.
   */
  amendBegun(pair: Pair, change: (known: BegunMemory | undefined) => BegunMemory | null): Promise<void>;
  forgetBegun(pairs: readonly Pair[]): Promise<void>;
  cuts(): Promise<CutMemory[]>;
  rememberCuts(cuts: readonly CutMemory[]): Promise<void>;
  forgetCuts(cuts: readonly Cut[]): Promise<void>;
  /** What the last plan saw. */
  seen(): Promise<Seen[]>;
  rememberSeen(seen: readonly Seen[]): Promise<void>;
  forgetSeen(seen: readonly Seen[]): Promise<void>;
  /** The last run that ended red for something blocked; null before the first one. */
  toldBy(): Promise<string | null>;
  rememberTold(run: string): Promise<void>;
  /**
   * When the last run succeeded (ISO 8601). If none has, when the first run ended; null before any run has
   * ended.
   */
  lastSuccess(): Promise<SuccessMemory | null>;
  rememberSuccess(at: string): Promise<void>;
  /**
   * Remembers the end of a first run that has not succeeded: the time without a success counts from there.
   */
  rememberFirstRun(at: string): Promise<void>;
}

/** The journal as items of the table. Lines of the trail are only ever added. */
export function dynamoJournal(table: Table): Journal {
  const { documents, tableName: TableName } = table;
  const put = (pk: string, sk: string, item: object) => putItem(table, pk, sk, item);
  const drop = (pk: string, sk: string) => dropItem(table, pk, sk);
  const dropIf = async (pk: string, sk: string, name: string, value: string): Promise<void> => {
    const condition = {
      ConditionExpression: '#name = :value',
      ExpressionAttributeNames: { '#name': name },
      ExpressionAttributeValues: { ':value': value },
    };
    const dropped = documents().then((from) => from.delete({ TableName, Key: { pk, sk }, ...condition }));
    await journalAnswered(dropped.catch(unlessChanged));
  };
  const pairKey = ({ retiring, successor }: Pair) => `${retiring}#${successor}`;
  const seenKey = ({ kind, id }: Seen) => `${kind}#${id}`;
  const cutKey = ({ scope, retiring }: Cut) => `${scope}#${retiring}`;
  return {
    ...dynamoTrail(table),
    ...dynamoCompromised(table),
    soaks: () => readItems(table, 'soak', soakMemorySchema),
    rememberSoaks: (soaks) => each(soaks, (soak) => put('soak', pairKey(soak), soak)),
    forgetSoaks: (soaks) => each(soaks, (soak) => dropIf('soak', pairKey(soak), 'provenAt', soak.provenAt)),
    begun: () => readItems(table, 'begun', begunMemorySchema),
    rememberBegun: (begun) => each(begun, (one) => put('begun', pairKey(one), one)),
    amendBegun: (pair, change) => amendItem(table, ['begun', pairKey(pair)], begunMemorySchema, change),
    forgetBegun: (pairs) => each(pairs, (pair) => drop('begun', pairKey(pair))),
    cuts: () => readItems(table, 'cut', cutMemorySchema),
    rememberCuts: (cuts) => each(cuts, (cut) => put('cut', cutKey(cut), cut)),
    forgetCuts: (cuts) => each(cuts, (cut) => drop('cut', cutKey(cut))),
    seen: () => readItems(table, 'seen', seenSchema),
    rememberSeen: (seen) => each(seen, (one) => put('seen', seenKey(one), one)),
    forgetSeen: (seen) => each(seen, (one) => drop('seen', seenKey(one))),
    toldBy: async () => (await readItems(table, 'told', toldMemorySchema)).at(0)?.by ?? null,
    rememberTold: (run) => put('told', 'last', { by: run }),
    lastSuccess: async () => (await readItems(table, 'success', successMemorySchema)).at(0) ?? null,
    rememberSuccess: (at) => put('success', 'last', { at }),
    rememberFirstRun: (at) => put('success', 'last', { at, isFirstRun: true }),
  };
}

/** Returns the journal in the table that the environment names. */
export const journalFromEnvironment = (): Journal => dynamoJournal(tableFromEnvironment());
