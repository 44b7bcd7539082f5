import * as z from 'zod';
import { filterProblem } from '../../simulation/certificates/filter.ts';
import { parseByIds } from './by-ids.ts';

/** Anchors' CEL filters (F16), by the anchors' ids. */
export type Filters = Readonly<Record<string, string>>;

/**
 * Reads a file's filters for the anchors of these ids. Throws `InvalidInput`, which names the file, and each
 * bad filter by its anchor.
 */
export const parseFilters = (value: unknown, known: readonly string[], file: string): Filters =>
  parseByIds(value, filterSchema, { file, known, of: 'anchor', what: 'CEL filters', such: 'true' });

const filterSchema = z.string().superRefine((text, context) => {
  const problem = filterProblem(text);
  if (problem) context.addIssue({ code: 'custom', message: `is no CEL filter: ${problem}` });
});
