import * as z from 'zod';
import { type ScopeVerdict, scopeVerdictSchema } from '../../../domain/document.ts';
import { journalAnswered, putItem, readItems } from '../items.ts';
import type { Table } from '../table.ts';
import { type PhaseOfRun, prefixOf, type Visit } from './visit.ts';

/**
 * How each scope of a run has ended. A child stores it, and its parent reads it. A verdict that cannot be read
 * counts as a halt of its own scope, and keeps no other from being judged (I9, I17).
 */
export interface ScopeVerdicts {
  leave(visit: PhaseOfRun, verdict: ScopeVerdict): Promise<void>;
  of(visit: PhaseOfRun): Promise<ScopeVerdict[]>;
  /** Returns the verdict of one scope; null if it left none. */
  one(visit: Visit): Promise<ScopeVerdict | null>;
}

/** Scope verdicts as items of the table. */
export function dynamoScopeVerdicts(table: Table): ScopeVerdicts {
  const { documents, tableName: TableName } = table;
  return {
    leave: (visit, verdict) => putItem(table, 'verdict', `${prefixOf(visit)}${verdict.scope}`, verdict),
    async of(visit) {
      const begins = prefixOf(visit);
      const items = await readItems(table, 'verdict', z.looseObject({ sk: z.string() }), { begins });
      return items.map((item) => verdictIn(item, item.sk.slice(begins.length)));
    },
    async one({ scope, ...visit }) {
      const Key = { pk: 'verdict', sk: `${prefixOf(visit)}${scope}` };
      const got = documents().then((from) => from.get({ TableName, Key, ConsistentRead: true }));
      const { Item } = await journalAnswered(got);
      return Item ? verdictIn(Item, scope) : null;
    },
  };
}

/** Returns the verdict in an item. If nobody can read it, a cut may have been made there, or taken back. */
const verdictIn = (item: object, scope: string): ScopeVerdict =>
  scopeVerdictSchema.safeParse(item).data ?? {
    ...{ scope, verdict: 'halted', error: 'ScopeLost', undone: true },
    cause: 'its verdict cannot be read: what became of it is not known. The journal has what it did',
  };
