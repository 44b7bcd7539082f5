import * as z from 'zod';
import { type Misplaced, misplacedSchema } from '../../../domain/blocked/misplaced.ts';
import { runOf } from '../../../domain/memory/audit.ts';
import { putItem, readItems } from '../items.ts';
import type { Table } from '../table.ts';
import type { Visit } from './visit.ts';

/** What looks have found, or could not find, of the project that a client's key is of (F10). */
export interface OwnProjects {
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
}

/** These findings as items of the table. */
export const dynamoOwnProjects = (table: Table): OwnProjects => ({
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
});

/** Limits the names: an item of the table holds 400 KB (DynamoDB). */
const MOST_SILENT = 2_000;

const silentSchema = z.object({ silent: z.array(z.string()) });
