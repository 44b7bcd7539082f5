import * as z from 'zod';
import { badFields, valueError } from '../../lambdas/domain/bad-fields.ts';
import { meantAmong } from '../../lambdas/domain/closest.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { filterProblem } from '../../simulation/certificates/filter.ts';

/** Anchors' CEL filters (F16) by the anchors' ids. */
export type Filters = Readonly<Record<string, string>>;

/** Reads the filters of a file for the anchors of these ids. Throws `InvalidInput` that names the file, and each bad one by its anchor. */
export function parseFilters(value: unknown, known: readonly string[], file: string): Filters {
  const parsed = z
    .record(z.string(), filterSchema)
    .superRefine((filters, context) => {
      for (const id of Object.keys(filters))
        if (!known.includes(id))
          context.addIssue({
            code: 'custom',
            path: [id],
            message: `is no anchor here${meantAmong(id, known)}`,
          });
    })
    .safeParse(value, { error: valueError });
  if (parsed.success) return parsed.data;
  throw new WindlassError(
    'InvalidInput',
    `${file} has no CEL filters by the ids of their anchors, such as {"${known[0]}": "true"}: ${badFields(parsed.error, 'the file')}`,
  );
}

const filterSchema = z.string().superRefine((text, context) => {
  const problem = filterProblem(text);
  if (problem) context.addIssue({ code: 'custom', message: `is no CEL filter: ${problem}` });
});
