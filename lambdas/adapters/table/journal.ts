import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import type { Settled } from '../../domain/memory/allowed.ts';
import {
  type Allowance,
  type BegunMemory,
  begunMemorySchema,
  type CompromisedMemory,
  type CutMemory,
  compromisedMemorySchema,
  cutMemorySchema,
  type SoakMemory,
  type SuccessMemory,
  soakMemorySchema,
  successMemorySchema,
  toldMemorySchema,
} from '../../domain/memory/journal.ts';
import { type Seen, seenSchema } from '../../domain/memory/seen.ts';
import { isConditionUnmet } from '../aws/aws.ts';
import { journalAnswered, readItems } from './items.ts';
import { type Table, tableFromEnvironment } from './table.ts';
import { dynamoTrail, type Trail } from './trail.ts';

/** Items written at the same time: what a run saw may be thousands. */
const WRITES = 50;

type Pair = { retiring: string; successor: string };
type Cut = { scope: string; retiring: string };

/** The audit trail, and what a stopped rotation leaves to the next. Every method throws a WindlassError and nothing else. */
export interface Journal extends Trail {
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
  /** Adds these fields to what is remembered of each: another run may have read a key meanwhile (I15). */
  rememberCompromised(named: readonly CompromisedMemory[]): Promise<void>;
  /** Changes what emergencies ask to be allowed; false where another has changed it since it was read, or all of it is forgotten (I6). */
  replaceAsked(anchorId: string, before: Allowance[] | undefined, asked: Allowance[]): Promise<boolean>;
  /** Adds the digests of keys to what is remembered by now: what a person has taken back meanwhile stays forgotten (I15). */
  rememberDigests(keys: readonly { anchorId: string; keyDigest: string }[]): Promise<void>;
  /** Allows what was asked, and strikes it off: where somebody has asked for more or taken it back since, the next run does (I6). */
  settleAllowed(settled: readonly Settled[]): Promise<void>;
  /** An id that never existed, or a compromise that a person takes back (I15). */
  forgetCompromised(anchorIds: readonly string[]): Promise<void>;
  /** What the last plan saw. */
  seen(): Promise<Seen[]>;
  rememberSeen(seen: readonly Seen[]): Promise<void>;
  forgetSeen(seen: readonly Seen[]): Promise<void>;
  /** The last run that has ended red for what was blocked; null before the first one. */
  toldBy(): Promise<string | null>;
  rememberTold(run: string): Promise<void>;
  /** When the last run succeeded, or where none has the first one ended (ISO 8601); null before any has ended. */
  lastSuccess(): Promise<SuccessMemory | null>;
  rememberSuccess(at: string): Promise<void>;
  /** The end of a first run that has not succeeded: the time without a success counts from there. */
  rememberFirstRun(at: string): Promise<void>;
}

/** The journal as items of the table; entries are only ever added. */
export function dynamoJournal(table: Table): Journal {
  const { documents, tableName: TableName } = table;
  const put = async (pk: string, sk: string, item: object): Promise<void> => {
    await journalAnswered(documents().then((to) => to.put({ TableName, Item: { pk, sk, ...item } })));
  };
  const drop = async (pk: string, sk: string): Promise<void> => {
    await journalAnswered(documents().then((from) => from.delete({ TableName, Key: { pk, sk } })));
  };
  const dropIf = async (pk: string, sk: string, name: string, value: string): Promise<void> => {
    const condition = {
      ConditionExpression: '#name = :value',
      ExpressionAttributeNames: { '#name': name },
      ExpressionAttributeValues: { ':value': value },
    };
    const dropped = documents().then((from) => from.delete({ TableName, Key: { pk, sk }, ...condition }));
    await journalAnswered(dropped.catch(unlessChanged));
  };
  const amend = async (anchorId: string, change: Omit<UpdateCommandInput, 'TableName' | 'Key'>) => {
    const Key = { pk: 'compromised', sk: anchorId };
    const amended = documents().then((to) => to.update({ TableName, Key, ...change }));
    return journalAnswered(amended.then(() => true, unlessChanged));
  };
  const addDigest = ({ anchorId, keyDigest }: { anchorId: string; keyDigest: string }) =>
    amend(anchorId, {
      UpdateExpression: 'SET keyDigest = :keyDigest',
      ConditionExpression: 'anchorId = :anchorId',
      ExpressionAttributeValues: { ':keyDigest': keyDigest, ':anchorId': anchorId },
    });
  const addNamed = (one: CompromisedMemory) => {
    const fields = Object.entries(one).filter(([, value]) => value !== undefined);
    return amend(one.anchorId, {
      UpdateExpression: `SET ${fields.map((_, i) => `#f${i} = :f${i}`).join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(fields.map(([name], i) => [`#f${i}`, name])),
      ExpressionAttributeValues: Object.fromEntries(fields.map(([, value], i) => [`:f${i}`, value])),
    });
  };
  const replaceAsked: Journal['replaceAsked'] = (anchorId, before, asked) =>
    amend(anchorId, {
      UpdateExpression: 'SET asked = :asked',
      ConditionExpression: `anchorId = :anchorId AND ${before ? 'asked = :before' : 'attribute_not_exists(asked)'}`,
      ExpressionAttributeValues: {
        ':asked': asked,
        ':anchorId': anchorId,
        ...(before && { ':before': before }),
      },
    });
  const settle = ({ anchorId, asked, leaveBehind, onListing }: Settled) =>
    amend(anchorId, {
      UpdateExpression: 'SET leaveBehind = :leaveBehind, onListing = :onListing, asked = :none',
      ConditionExpression: 'asked = :asked',
      ExpressionAttributeValues: {
        ':leaveBehind': leaveBehind,
        ':onListing': onListing,
        ':asked': asked,
        ':none': [],
      },
    });
  const pairKey = ({ retiring, successor }: Pair) => `${retiring}#${successor}`;
  const seenKey = ({ kind, id }: Seen) => `${kind}#${id}`;
  const cutKey = ({ scope, retiring }: Cut) => `${scope}#${retiring}`;
  return {
    ...dynamoTrail(table),
    soaks: () => readItems(table, 'soak', soakMemorySchema),
    rememberSoaks: (soaks) => each(soaks, (soak) => put('soak', pairKey(soak), soak)),
    forgetSoaks: (soaks) => each(soaks, (soak) => dropIf('soak', pairKey(soak), 'provenAt', soak.provenAt)),
    begun: () => readItems(table, 'begun', begunMemorySchema),
    rememberBegun: (begun) => each(begun, (one) => put('begun', pairKey(one), one)),
    forgetBegun: (pairs) => each(pairs, (pair) => drop('begun', pairKey(pair))),
    cuts: () => readItems(table, 'cut', cutMemorySchema),
    rememberCuts: (cuts) => each(cuts, (cut) => put('cut', cutKey(cut), cut)),
    forgetCuts: (cuts) => each(cuts, (cut) => drop('cut', cutKey(cut))),
    compromised: () => readItems(table, 'compromised', compromisedMemorySchema),
    rememberCompromised: (named) => each(named, addNamed),
    replaceAsked,
    rememberDigests: (keys) => each(keys, addDigest),
    settleAllowed: (settled) => each(settled, settle),
    forgetCompromised: (anchorIds) => each(anchorIds, (anchorId) => drop('compromised', anchorId)),
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

/** The journal in the table that the environment names. */
export const journalFromEnvironment = (): Journal => dynamoJournal(tableFromEnvironment());

async function each<T>(things: readonly T[], act: (thing: T) => Promise<unknown>): Promise<void> {
  await pMap(things, act, { concurrency: WRITES });
}

/** False for what only says that the item is another by now, or gone. */
function unlessChanged(error: unknown): false {
  if (!isConditionUnmet(error)) throw error;
  return false;
}
