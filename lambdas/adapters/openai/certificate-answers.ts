import * as z from 'zod';
import { contradict, ID_PATTERN, type ListedAnchor, ORGANIZATION, readableOf } from '../../domain/anchor.ts';
import { badFields } from '../../domain/bad-fields.ts';
import { WindlassError } from '../../domain/errors.ts';
import { scrub } from '../scrub.ts';
import { RIGHT_URL } from './api-errors.ts';

// Unknown fields are accepted everywhere (F3). A field that a decision depends on must be present and have
// its type (I9).

/** Unix seconds up to the year 9999, where X.509 ends: milliseconds and other mistakes are refused (F5). */
const timeSchema = z.int().max(253_402_300_799);
/**
 * From the year 1000 on, so that every time that is computed from it has a year of four digits, also after
 * the lead time is subtracted.
 */
const expirySchema = timeSchema.min(-30_610_224_000);

/**
 * Far longer than any name, but short enough for the document, which carries the authority of each
 * succession.
 */
const MAX_NAME = 1_024;
/** F13's 16 KB, with room for text around the PEM. */
const MAX_CONTENT = 64 * 1024;
/**
 * Accepts every name that TLS stacks know for a certificate, also behind a byte order mark, as for leaves
 * (I9).
 */
const CERTIFICATE = /^\uFEFF?-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/m;

const nameSchema = z.string().max(MAX_NAME).nullable();
const [anyTimeSchema, anyNameSchema] = [timeSchema.nullish(), nameSchema.nullish()];
const entrySchema = z.looseObject({ id: z.string().regex(ID_PATTERN) });
const pageSchema = z.looseObject({ data: z.array(entrySchema), has_more: z.boolean() });
const toggleSchema = z.looseObject({ data: z.array(entrySchema) });
const anchorSchema = z.looseObject({
  id: z.string(),
  name: z.unknown().optional(),
  // It only orders equally fit anchors: an unusual value counts as none (F5).
  created_at: z.number().nullish().catch(null),
  active: z.boolean(),
  certificate_details: z
    .looseObject({ valid_at: z.unknown().optional(), expires_at: z.unknown().optional() })
    .nullish()
    .catch(null),
});
const projectSchema = z.looseObject({
  // The organization is a scope of ours, so a project with that id would be taken for it.
  id: z.string().refine((id) => id !== ORGANIZATION, 'is the organization itself, not a project'),
  // No decision depends on it: an unusual value counts as none.
  name: anyNameSchema.catch(null),
  status: z.string().nullish(),
  archived_at: z.number().nullish(),
});

/** One entry of a list, of which only the id has been checked. */
export type Entry = z.infer<typeof entrySchema>;

/**
 * Returns one page of a list (F4). Throws `UnreadableAnswer`: without `has_more` nobody knows whether the
 * list ends here.
 */
export const readPage = (body: unknown, what: string): { entries: Entry[]; hasMore: boolean } => {
  // The client hands on the text of an answer that is no JSON, such as the page of a proxy.
  if (typeof body === 'string')
    throw new WindlassError('UnreadableAnswer', `${what}: the answer is no JSON${RIGHT_URL}`);
  const { data, has_more } = read(pageSchema, body, what);
  return { entries: data, hasMore: has_more };
};

/** Checks a toggle's answer in either of its shapes (F3). Throws `UnreadableAnswer`. */
export function checkToggle(body: unknown, what: string): void {
  read(toggleSchema, body, what);
}

/**
 * Returns a listing's anchors. An anchor whose expiry, start or name cannot be read is listed with that flaw:
 * nothing relies on it, and the others go on (F5, I17). Throws `UnreadableAnswer` when `active` is unclear,
 * or when entries contradict each other.
 */
export function readAnchors(entries: readonly Entry[], what: string): ListedAnchor[] {
  const anchors = new Map<string, ListedAnchor>();
  for (const entry of entries) {
    const anchor = readAnchor(entry, what);
    const known = anchors.get(entry.id);
    if (known && (known.active !== anchor.active || contradict(known, anchor)))
      throw new WindlassError('UnreadableAnswer', `${what}: ${entry.id} is listed twice, and differently`);
    anchors.set(entry.id, readableOf(known, anchor));
  }
  return [...anchors.values()];
}

/**
 * Returns the projects of a list that are not archived. Throws `UnreadableAnswer`, also for a project that is
 * listed as archived and as not.
 */
export function readProjects(
  entries: readonly Entry[],
  what: string,
): { projectId: string; name: string | null }[] {
  const projects = entries.map((entry) => read(projectSchema, entry, `${what}: ${entry.id}`));
  const archived = projects.filter(isArchived);
  const open = projects.filter((project) => !isArchived(project));
  const both = open.find(({ id }) => archived.some((other) => other.id === id));
  if (both)
    throw new WindlassError('UnreadableAnswer', `${what}: ${both.id} is listed as archived and as not`);
  return [...new Map(open.map(({ id, name }) => [id, { projectId: id, name: name ?? null }])).values()];
}

const isArchived = ({ status, archived_at }: z.infer<typeof projectSchema>): boolean =>
  status === 'archived' || archived_at != null;

/**
 * Returns the PEM of the anchor that was asked for. Throws `UnreadableAnswer` when there is none, or when it
 * is another anchor's.
 */
export function readContent(body: unknown, anchorId: string, what: string): string {
  const schema = z.looseObject({
    id: z.literal(anchorId),
    certificate_details: z.looseObject({
      content: z.string().max(MAX_CONTENT).regex(CERTIFICATE, { error: 'must have a certificate in PEM' }),
    }),
  });
  return read(schema, body, what).certificate_details.content;
}

function readAnchor(entry: Entry, what: string): ListedAnchor {
  const { id, name, active, created_at, certificate_details } = read(
    anchorSchema,
    entry,
    `${what}: ${entry.id}`,
  );
  const { valid_at, expires_at } = certificate_details ?? {};
  const flaw =
    flawOf(expirySchema, expires_at, 'certificate_details.expires_at', 'so nobody can say when it is due') ??
    flawOf(
      anyTimeSchema,
      valid_at,
      'certificate_details.valid_at',
      'so nobody can say since when it is valid',
    ) ??
    flawOf(anyNameSchema, name, 'name', 'so nobody can say which authority it is of');
  return {
    anchorId: id,
    name: nameSchema.safeParse(name).data ?? null,
    ...(created_at != null && { createdAt: created_at }),
    validAt: timeSchema.safeParse(valid_at).data,
    expiresAt: flaw ? 0 : expirySchema.parse(expires_at),
    active,
    ...(flaw && { flaw }),
  };
}

/** Returns in plain words what is wrong with a field that a decision depends on, or null. */
function flawOf(schema: z.ZodType, value: unknown, field: string, so: string): string | null {
  if (schema.safeParse(value).success) return null;
  const said = value == null ? 'has no' : 'has an unreadable';
  const shown = typeof value === 'number' ? ` (${value})` : '';
  return `${said} ${field}${shown}, ${so}`;
}

function read<T>(schema: z.ZodType<T>, body: unknown, what: string): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new WindlassError('UnreadableAnswer', `${what}: ${scrub(badFields(parsed.error, 'the answer'))}`);
}
