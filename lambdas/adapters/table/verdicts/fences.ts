import * as z from 'zod';
import { journalAnswered, readItems, unlessChanged } from '../items.ts';
import type { Table } from '../table.ts';
import { type PhaseOfRun, prefixOf, type Visit } from './visit.ts';

/** Which children of a run have begun a scope, so that no second child begins it. */
export interface Fences {
  /**
   * Returns true for the child that came first, however often it asks, and false for a second child of the
   * same scope.
   */
  isFirst(visit: Visit, child: string): Promise<boolean>;
  /** Returns the scopes that children have begun. */
  begun(visit: PhaseOfRun): Promise<string[]>;
}

/** Fences as items of the table. */
export function dynamoFences(table: Table): Fences {
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
  };
}

/** The scope that a child has begun is only in the item's key. */
const fenceSchema = z.object({ sk: z.string() });
