import * as z from 'zod';
import { runOf } from '../../../domain/memory/audit.ts';
import { putItem, readItems } from '../items.ts';
import type { Table } from '../table.ts';
import type { Visit } from './visit.ts';

/** Which cuts a run has made. */
export interface CutMarks {
  /**
   * Says that a scope's cut has been made in a run: a fresh listing has shown it (I7). `already`: there was
   * nothing to cut. `left`: anchors that stay active there, `again` those of them that had been cut before.
   */
  sayCut(execution: Visit['execution'], scope: string, how?: Omit<CutMark, 'scope'>): Promise<void>;
  /**
   * Returns the scopes whose cut has been said to be made, with what was said last. With several `scopes` the
   * answer has every such scope of the run.
   */
  cutAmong(execution: Visit['execution'], scopes: readonly string[]): Promise<ReadonlyMap<string, CutMark>>;
  /** Whether there was anything to cut in any scope of a run. */
  anyCut(execution: Visit['execution']): Promise<boolean>;
}

/** Cut marks as items of the table. */
export const dynamoCutMarks = (table: Table): CutMarks => ({
  sayCut: (execution, scope, how) =>
    putItem(table, 'made', `${runOf(execution)}#${scope}`, { scope, ...how }),
  async cutAmong(execution, scopes) {
    const [first, ...more] = scopes;
    if (first === undefined) return new Map();
    // Reads one scope's mark, or all marks of a run: the organization asks for each of its projects.
    const begins = `${runOf(execution)}#${more.length === 0 ? first : ''}`;
    const marks = await readItems(table, 'made', markSchema, { begins });
    return new Map(marks.map((mark) => [mark.scope, mark]));
  },
  async anyCut(execution) {
    const marks = await readItems(table, 'made', markSchema, { begins: `${runOf(execution)}#` });
    return marks.some(({ already }) => !already);
  },
});

const markSchema = z.object({
  scope: z.string(),
  already: z.boolean().optional(),
  left: z.array(z.string()).optional(),
  again: z.array(z.string()).optional(),
});

export type CutMark = z.infer<typeof markSchema>;
