import * as z from 'zod';
import { type Misplaced, misplacedSchema } from '../../domain/blocked/misplaced.ts';
import {
  type ProvenPart,
  provenPartSchema,
  type ScopeVerdict,
  scopeVerdictSchema,
} from '../../domain/document.ts';
import type { Phase } from '../../domain/manifest.ts';
import { runOf } from '../../domain/memory/audit.ts';
import { journalAnswered, putItem, readItems, unlessChanged } from './items.ts';
import { type Table, tableFromEnvironment } from './table.ts';

/** One visit of a run to a scope: the execution, and the phase. */
type Visit = { execution: { id: string; startedAt: string }; phase: Phase; scope: string };

/**
 * What a run's children store in the table for each other and for their parent, and what keeps them from
 * beginning. Every method throws only `JournalUnavailable`, or `AwsRefused` when the role may not make the
 * call.
 */
export interface Verdicts {
  /**
   * Returns true for the child that came first, however often it asks, and false for a second child of the
   * same scope.
   */
  isFirst(visit: Visit, child: string): Promise<boolean>;
  /** Returns the scopes that children have begun. */
  begun(visit: Omit<Visit, 'scope'>): Promise<string[]>;
  leave(visit: Omit<Visit, 'scope'>, verdict: ScopeVerdict): Promise<void>;
  of(visit: Omit<Visit, 'scope'>): Promise<ScopeVerdict[]>;
  /** Returns the verdict of one scope; null if it left none. */
  one(visit: Visit): Promise<ScopeVerdict | null>;
  /**
   * Stores what a look at a part of a scope's clients came to, when the scope may halt for other clients. The
   * last record of each part counts.
   */
  leaveProven(
    visit: Visit,
    part: { at: number; of: number },
    word: Omit<ProvenPart, 'scope' | 'of'>,
  ): Promise<void>;
  /** Returns these records of all scopes, or of one. */
  provenIn(visit: Omit<Visit, 'scope'> & { scope?: string }): Promise<ProvenPart[]>;
  /**
   * Says that a scope's cut has been made in a run: a fresh listing has shown it (I7). `already`: there was
   * nothing to cut. `left`: anchors that the API has refused to deactivate.
   */
  sayCut(execution: Visit['execution'], scope: string, how?: Omit<CutMark, 'scope'>): Promise<void>;
  /**
   * Returns the scopes whose cut has been said to be made, with what was left there. With several `scopes`
   * the answer has every such scope of the run.
   */
  cutAmong(
    execution: Visit['execution'],
    scopes: readonly string[],
  ): Promise<ReadonlyMap<string, readonly string[]>>;
  /**
   * Stores, for all scopes of a run, that a look has found a client's key to be of another project than its
   * configuration says.
   */
  leaveMisplaced(visit: Omit<Visit, 'phase'>, found: Misplaced): Promise<void>;
  misplacedIn(execution: Visit['execution']): Promise<Misplaced[]>;
  /**
   * Stores, for all scopes of a run, the clients for which a part of a scope's look could not tell that.
   * Right before a cut they are asked again.
   */
  leaveSilent(visit: Omit<Visit, 'phase'>, part: { at: number }, clients: readonly string[]): Promise<void>;
  silentIn(execution: Visit['execution']): Promise<string[]>;
  /** Whether there was anything to cut in any scope of a run. */
  anyCut(execution: Visit['execution']): Promise<boolean>;
  /**
   * Keeps the children of an execution from beginning; children that have begun continue to their end.
   * `unlessMarked`: only if no other mark exists, because another stopper may have taken its own mark back
   * since.
   */
  stop(execution: string, mark: StopMark, how?: { unlessMarked: boolean }): Promise<void>;
  /**
   * Takes the mark back, if it is still this stopper's: another person may be waiting to stop the run as
   * well.
   */
  goOn(execution: string, by: Pick<StopMark, 'stopper'>): Promise<void>;
  /** Returns why no child of this execution may begin any more; null if children may begin. */
  stoppedFor(execution: string): Promise<string | null>;
}

/** Verdicts, fences and stop marks as items of the table. */
export function dynamoVerdicts(table: Table): Verdicts {
  const { documents, tableName: TableName } = table;
  return {
    async isFirst({ scope, ...visit }, child) {
      const Key = { pk: 'child', sk: `${prefixOf(visit)}${scope}` };
      const Item = { ...Key, child };
      const condition = { ConditionExpression: 'attribute_not_exists(pk)' };
      const put = documents().then((to) => to.put({ TableName, Item, ...condition }));
      if (await journalAnswered(put.then(() => true, unlessChanged))) return true;
      const got = documents().then((from) => from.get({ TableName, Key, ConsistentRead: true }));
      return (await journalAnswered(got)).Item?.child === child;
    },
    async begun(visit) {
      const begins = prefixOf(visit);
      const fences = await readItems(table, 'child', fenceSchema, { begins });
      return fences.map(({ sk }) => sk.slice(begins.length));
    },
    leave: (visit, verdict) => putItem(table, 'verdict', `${prefixOf(visit)}${verdict.scope}`, verdict),
    // Throws `JournalUnavailable` for a verdict that cannot be read; `one` treats such a verdict as none.
    // Either way it is not known what became of the scope (I9).
    of: (visit) => readItems(table, 'verdict', scopeVerdictSchema, { begins: prefixOf(visit) }),
    async one({ scope, ...visit }) {
      const Key = { pk: 'verdict', sk: `${prefixOf(visit)}${scope}` };
      const got = documents().then((from) => from.get({ TableName, Key, ConsistentRead: true }));
      return scopeVerdictSchema.safeParse((await journalAnswered(got)).Item).data ?? null;
    },
    leaveProven: ({ scope, ...visit }, { at, of }, word) =>
      putItem(table, 'proven', `${prefixOf(visit)}${scope}#${at}`, { scope, of, ...word }),
    provenIn: ({ scope, ...visit }) =>
      readItems(table, 'proven', provenPartSchema, {
        begins: prefixOf(visit) + (scope === undefined ? '' : `${scope}#`),
      }),
    sayCut: (execution, scope, how) =>
      putItem(table, 'made', `${runOf(execution)}#${scope}`, { scope, ...how }),
    async cutAmong(execution, scopes) {
      const [first, ...more] = scopes;
      if (first === undefined) return new Map();
      // Reads one scope's mark, or all marks of a run: the organization asks for each of its projects.
      const begins = `${runOf(execution)}#${more.length === 0 ? first : ''}`;
      const marks = await readItems(table, 'made', markSchema, { begins });
      return new Map(marks.map(({ scope, left = [] }) => [scope, left]));
    },
    // The key has `keyOf`, because two versions of a client's secret may have keys of two other projects.
    leaveMisplaced: ({ execution, scope }, found) =>
      putItem(table, 'misplaced', `${runOf(execution)}#${scope}#${found.client}#${found.keyOf}`, found),
    misplacedIn: (execution) =>
      readItems(table, 'misplaced', misplacedSchema, { begins: `${runOf(execution)}#` }),
    leaveSilent: ({ execution, scope }, { at }, clients) =>
      putItem(table, 'silent', `${runOf(execution)}#${scope}#${at}`, {
        silent: clients.slice(0, MOST_SILENT),
      }),
    silentIn: async (execution) =>
      (await readItems(table, 'silent', silentSchema, { begins: `${runOf(execution)}#` })).flatMap(
        ({ silent }) => silent,
      ),
    async anyCut(execution) {
      const marks = await readItems(table, 'made', markSchema, { begins: `${runOf(execution)}#` });
      return marks.some(({ already }) => !already);
    },
    async stop(execution, mark, { unlessMarked } = { unlessMarked: false }) {
      const Item = { pk: 'stop', sk: execution, ...mark };
      const condition = unlessMarked ? { ConditionExpression: 'attribute_not_exists(pk)' } : {};
      const put = documents().then((to) => to.put({ TableName, Item, ...condition }));
      await journalAnswered(put.then(() => true, unlessChanged));
    },
    async goOn(execution, { stopper }) {
      const Key = { pk: 'stop', sk: execution };
      const condition = {
        ConditionExpression: 'stopper = :stopper',
        ExpressionAttributeValues: { ':stopper': stopper },
      };
      const dropped = documents().then((from) => from.delete({ TableName, Key, ...condition }));
      await journalAnswered(dropped.then(() => true, unlessChanged));
    },
    async stoppedFor(execution) {
      const Key = { pk: 'stop', sk: execution };
      const got = documents().then((from) => from.get({ TableName, Key, ConsistentRead: true }));
      const { Item } = await journalAnswered(got);
      return Item ? String(Item.reason) : null;
    },
  };
}

/**
 * Why the children of an execution may not begin, and whose mark it is. Each attempt to stop a run has its
 * own `stopper`.
 */
type StopMark = { reason: string; stopper: string };

/** The scope that a child has begun is only in the item's key. */
const fenceSchema = z.object({ sk: z.string() });

const markSchema = z.object({
  scope: z.string(),
  already: z.boolean().optional(),
  left: z.array(z.string()).optional(),
});

/** Limits the names: an item of the table holds 400 KB (DynamoDB). */
const MOST_SILENT = 2_000;

const silentSchema = z.object({ silent: z.array(z.string()) });

type CutMark = z.infer<typeof markSchema>;

/** Returns the verdicts in the table that the environment names. */
export const verdictsFromEnvironment = (): Verdicts => dynamoVerdicts(tableFromEnvironment());

const prefixOf = ({ execution, phase }: Omit<Visit, 'scope'>) => `${runOf(execution)}#${phase}#`;
