import * as z from 'zod';
import { ID_PATTERN } from '../../lambdas/domain/anchor.ts';
import { isPrintable } from '../../lambdas/domain/bad-fields.ts';
import { says } from '../../lambdas/domain/secret-name.ts';
import { filterProblem } from '../certificates/filter.ts';
import { habits } from '../workloads/habit.ts';

/** The first and the last second that a certificate can name: the years 0 and 9999. */
const [FIRST, LAST] = [-62_167_219_200, 253_402_300_799];

/** Says nothing of a missing time or null, which is told apart from a wrong one. */
const A_TIME = {
  error: ({ input }: { input?: unknown }) =>
    input == null
      ? undefined
      : says(`a time in Unix seconds, not milliseconds, up to ${LAST}, the end of the year 9999`)({ input }),
};
/** Any integer (F5): a CA may be valid since before 1970. */
const unixSeconds = z.int(A_TIME).min(FIRST, A_TIME).max(LAST, A_TIME);

const id = z.string().regex(ID_PATTERN, {
  error: says('an id of 1 to 256 printable characters of ASCII without a space'),
});

/** A name that people read and a terminal shows. */
const shownName = z.string().refine(isPrintable, { error: says('a name without a control character') });

/**
 * Where a project's data is, as the API's list of projects states it. An export lacks it, and the
 * person who rehearses adds it. Where a project's calls are processed in a region with its own
 * host, only that host answers it.
 */
export const residencyField = z.string().regex(/^(GLOBAL|[A-Z]{2}_STORAGE(_PROCESSING)?)$/, {
  error: says('a residency as the API has it, such as "EU_STORAGE_PROCESSING"'),
});

/** An anchor in the API's own list answer (F5). Unknown fields are let through. */
const entrySchema = z.object({
  id,
  name: z.string().nullish(),
  created_at: unixSeconds.nullish(),
  certificate_details: z.object({ valid_at: unixSeconds.nullish(), expires_at: unixSeconds }),
  active: z.boolean(),
  /**
   * The anchor's CEL filter (F16). No API lists it, so the person who rehearses writes it into one of
   * the lists that have the anchor.
   */
  filter: z
    .string()
    .superRefine((text, context) => {
      const problem = filterProblem(text);
      if (problem) context.addIssue({ code: 'custom', message: `is no CEL filter: ${problem}` });
    })
    .optional(),
});

const listSchema = z.object({
  data: z.array(entrySchema),
  has_more: z
    .literal(false, {
      error: ({ input }) =>
        input === true
          ? 'is true: this is only a page of the list; export all of it'
          : says('false')({ input }),
    })
    .optional(),
});

/**
 * How the simulated client of a project on an anchor behaves. Only a rehearsal
 * knows this, and no API lists it.
 */
const clientSchema = z.strictObject({
  project: id,
  anchor: id,
  habit: z.enum(habits).optional(),
  /** It has no API key: its leaf is exchanged for a token (F17). */
  keyless: z.boolean().optional(),
});

/**
 * A leaf of an anchor that the anchor's filter has to refuse. A rehearsal gives it another organization than
 * its clients' leaves have (F16).
 */
const witnessSchema = z.strictObject({ project: id, anchor: id });

/**
 * An inventory's shape, before its lists are compared. What a person adds to the API's answers may have no
 * unknown keys: a mistyped habit would be rehearsed as if none were stated.
 */
export const inventoryShape = z.strictObject({
  /** The version of what `windlass export` writes. */
  schema: z
    .literal(1, { error: says('1, the form that this version reads: export it again with this one') })
    .optional(),
  organization: listSchema,
  projects: z.array(
    z.object({
      id,
      name: shownName.nullish(),
      residency: residencyField.nullish(),
      certificates: listSchema,
    }),
  ),
  clients: z.array(clientSchema).optional(),
  mustRefuse: z.array(witnessSchema).optional(),
});

/**
 * The known keys at a path outside the API's own answers. A mistyped key may have been meant for one of them.
 */
export function ownKeysAt([top]: readonly PropertyKey[]): string[] {
  const { shape } = { clients: clientSchema, mustRefuse: witnessSchema }[String(top)] ?? inventoryShape;
  return Object.keys(shape);
}

export type ListEntry = z.infer<typeof entrySchema>;

/**
 * An organization's trust as the API lists it, scope by scope: what `windlass export`
 * writes. Times are Unix seconds.
 */
export type InventoryFile = z.infer<typeof inventoryShape>;
