import * as z from 'zod';
import { badFields, valueError } from '../../lambdas/domain/bad-fields.ts';
import { meantAmong } from '../../lambdas/domain/closest.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';

/** What a file contains by ids: the kind of id, what its values are in words, and an example of a value. */
type About = { file: string; known: readonly string[]; of: 'anchor' | 'project'; what: string; such: string };

/**
 * Reads a file with values by the ids of known anchors or projects. Throws `InvalidInput`, which names the
 * file, and each bad value by its id.
 */
export function parseByIds<T>(
  value: unknown,
  field: z.ZodType<T>,
  { file, known, of, what, such }: About,
): Record<string, T> {
  const parsed = z
    .record(z.string(), field)
    .superRefine((given, context) => {
      for (const id of Object.keys(given))
        if (!known.includes(id))
          context.addIssue({
            code: 'custom',
            path: [id],
            message: `is no ${of} here${meantAmong(id, known)}`,
          });
    })
    .safeParse(value, { error: valueError });
  if (parsed.success) return parsed.data;
  throw new WindlassError(
    'InvalidInput',
    `${file} has to hold ${what} by the ids of their ${of}s, such as {"${known[0]}": "${such}"}: ${badFields(parsed.error, 'the file')}`,
  );
}
