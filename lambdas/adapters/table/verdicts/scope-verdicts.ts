import { type ScopeVerdict, scopeVerdictSchema } from '../../../domain/document.ts';
import { journalAnswered, putItem, readItems } from '../items.ts';
import type { Table } from '../table.ts';
import { type PhaseOfRun, prefixOf, type Visit } from './visit.ts';

/** How each scope of a run has ended. A child stores it, and its parent reads it. */
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
    // Throws `JournalUnavailable` for a verdict that cannot be read; `one` treats such a verdict as none.
    // Either way it is not known what became of the scope (I9).
    of: (visit) => readItems(table, 'verdict', scopeVerdictSchema, { begins: prefixOf(visit) }),
    async one({ scope, ...visit }) {
      const Key = { pk: 'verdict', sk: `${prefixOf(visit)}${scope}` };
      const got = documents().then((from) => from.get({ TableName, Key, ConsistentRead: true }));
      return scopeVerdictSchema.safeParse((await journalAnswered(got)).Item).data ?? null;
    },
  };
}
