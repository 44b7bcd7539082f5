import { journalAnswered, unlessChanged } from '../items.ts';
import type { Table } from '../table.ts';

/**
 * Why the children of an execution may not begin, and whose mark it is. Each attempt to stop a run has its
 * own `stopper`.
 */
type StopMark = { reason: string; stopper: string };

/** Which executions a person has stopped. */
export interface StopMarks {
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

/** Stop marks as items of the table. */
export function dynamoStopMarks({ documents, tableName: TableName }: Table): StopMarks {
  return {
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
