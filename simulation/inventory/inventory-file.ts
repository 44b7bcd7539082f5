import * as z from 'zod';
import { ID_PATTERN } from '../../lambdas/domain/anchor.ts';
import { isPrintable } from '../../lambdas/domain/bad-fields.ts';
import { says } from '../../lambdas/domain/secret-name.ts';
import { filterProblem } from '../certificates/filter.ts';
import { habits } from '../workloads/habit.ts';

/** The first and the last second that a certificate can name: the years 0 and 9999. */
const [FIRST, LAST] = [-62_167_219_200, 253_402_300_799];

/** What has no time, or null, is told apart from what has a wrong one. */
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

/** What people read, and what a terminal shows them. */
const shownName = z.string().refine(isPrintable, { error: says('a name without a control character') });

/**
 * Where a project's data is, as the API's list of projects says it. An export lacks it: whoever rehearses writes it there. Only one host answers a project whose calls
 * are processed in a region with a host of its own.
 */
export const residencyField = z.string().regex(/^(GLOBAL|[A-Z]{2}_STORAGE(_PROCESSING)?)$/, {
  error: says('a residency as the API has it, such as "EU_STORAGE_PROCESSING"'),
});

/** An anchor in the API's own list answer (F5); fields that we do not know are let through. */
const entrySchema = z.object({
  id,
  name: z.string().nullish(),
  created_at: unixSeconds.nullish(),
  certificate_details: z.object({ valid_at: unixSeconds.nullish(), expires_at: unixSeconds }),
  active: z.boolean(),
  /** The anchor's CEL filter (F16). No API lists it: whoever rehearses writes it into one of the lists that have the anchor. */
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

/** How the simulated client of a project on an anchor behaves: only a rehearsal knows it, and no API lists it. */
const clientSchema = z.strictObject({
  project: id,
  anchor: id,
  habit: z.enum(habits).optional(),
  /** It has no API key: its leaf is exchanged for a token (F17). */
  keyless: z.boolean().optional(),
});

/** A leaf of an anchor that its filter has to refuse: a rehearsal gives it another organization than its clients' leaves (F16). */
const witnessSchema = z.strictObject({ project: id, anchor: id });

/**
 * An inventory's shape, before its lists are held against each other. What a person adds to the API's answers has no keys that
 * we do not know: a mistyped habit would be rehearsed as if nobody had stated one.
 */
export const inventoryShape = z.strictObject({
  /** The version of what `windlass export` writes. */
  schema: z.unknown().optional(),
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

/** The keys that there are at a path of what is not the API's own, which a mistyped one may have been meant for. */
export function ownKeysAt([top]: readonly PropertyKey[]): string[] {
  const { shape } = { clients: clientSchema, mustRefuse: witnessSchema }[String(top)] ?? inventoryShape;
  return Object.keys(shape);
}

export type ListEntry = z.infer<typeof entrySchema>;

/** An organization's trust as the API lists it, scope by scope: what `windlass export` writes. Times are Unix seconds. */
export type InventoryFile = z.infer<typeof inventoryShape>;
