import { badFields } from '../../domain/bad-fields.ts';
import { type ScopeVerdict, scopeVerdictSchema } from '../../domain/document.ts';
import { WindlassError } from '../../domain/errors.ts';
import type { Phase } from '../../domain/manifest.ts';
import { awsError, isConditionUnmet } from '../aws/aws.ts';
import { type Table, tableFromEnvironment } from './table.ts';

/** One visit of a run to a scope: by which execution, and in which phase. */
type Visit = { execution: { id: string; startedAt: string }; phase: Phase; scope: string };

/** What a run's children leave in the table, and what keeps them from beginning. Throws `JournalUnavailable`. */
export interface Verdicts {
  /** True for the child that came first, however often it asks; false for a twin that was started beside it. */
  isFirst(visit: Visit, child: string): Promise<boolean>;
  leave(visit: Omit<Visit, 'scope'>, verdict: ScopeVerdict): Promise<void>;
  of(visit: Omit<Visit, 'scope'>): Promise<ScopeVerdict[]>;
  /** Keeps the children of an execution from beginning; what has begun goes on to its end. */
  stop(execution: string, reason: string): Promise<void>;
  /** Takes that back. */
  goOn(execution: string): Promise<void>;
  /** Why no child of this execution may begin any more; null where it may. */
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
      if (await answered(put.then(() => true, ifUnmet))) return true;
      const got = documents().then((from) => from.get({ TableName, Key, ConsistentRead: true }));
      return (await answered(got)).Item?.child === child;
    },
    async leave(visit, verdict) {
      const Item = { pk: 'verdict', sk: `${prefixOf(visit)}${verdict.scope}`, ...verdict };
      await answered(documents().then((to) => to.put({ TableName, Item })));
    },
    async of(visit) {
      const items: Record<string, unknown>[] = [];
      let ExclusiveStartKey: Record<string, unknown> | undefined;
      do {
        const query = {
          TableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': 'verdict', ':prefix': prefixOf(visit) },
          ConsistentRead: true,
          ExclusiveStartKey,
        };
        const page = await answered(documents().then((from) => from.query(query)));
        if (!Array.isArray(page.Items))
          throw new WindlassError('JournalUnavailable', `${TableName}: no items in the answer`);
        items.push(...page.Items);
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      return items.map((item) => readable(TableName, item));
    },
    async stop(execution, reason) {
      const Item = { pk: 'stop', sk: execution, reason };
      await answered(documents().then((to) => to.put({ TableName, Item })));
    },
    async goOn(execution) {
      const Key = { pk: 'stop', sk: execution };
      await answered(documents().then((from) => from.delete({ TableName, Key })));
    },
    async stoppedFor(execution) {
      const Key = { pk: 'stop', sk: execution };
      const got = documents().then((from) => from.get({ TableName, Key, ConsistentRead: true }));
      const { Item } = await answered(got);
      return Item ? String(Item.reason) : null;
    },
  };
}

/** The verdicts in the table that the environment names. */
export const verdictsFromEnvironment = (): Verdicts => dynamoVerdicts(tableFromEnvironment());

/** An execution's name may come again after 90 days. */
const prefixOf = ({ execution: { id, startedAt }, phase }: Omit<Visit, 'scope'>) =>
  `${startedAt}#${id}#${phase}#`;

function ifUnmet(error: unknown): false {
  if (isConditionUnmet(error)) return false;
  throw error;
}

/** A verdict that nobody can read is none: what became of the scope is not known (I9). */
function readable(tableName: string, item: Record<string, unknown>): ScopeVerdict {
  const parsed = scopeVerdictSchema.safeParse(item);
  if (parsed.success) return parsed.data;
  const problems = badFields(parsed.error, 'the item');
  throw new WindlassError(
    'JournalUnavailable',
    `${tableName} holds a verdict that cannot be read: ${problems}`,
  );
}

async function answered<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw awsError('JournalUnavailable', 'DynamoDB did not answer for the verdicts', error);
  }
}
