import { APIError } from 'openai';
import type { AbstractPage, PagePromise } from 'openai/pagination';
import { WindlassError } from '../../domain/errors.ts';
import { type Entry, readPage } from './certificate-answers.ts';

/** More pages than any organization has: a list that is not finished by then never will be. */
const MAX_PAGES = 1_000;

/**
 * Returns a list's entries, paged to the end (F4). Throws `UnreadableAnswer` instead of returning a list that
 * may be incomplete. The entry that a page's cursor names may be archived or deleted during the reading. Then
 * the list is read once more from the start, and after that it is `ApiUnavailable`.
 */
export async function everyEntry(
  list: () => PagePromise<AbstractPage<{ id: string }>>,
  what: string,
): Promise<Entry[]> {
  const all = (await pagedToTheEnd(list(), what)) ?? (await pagedToTheEnd(list(), what));
  if (all) return all;
  throw new WindlassError(
    'ApiUnavailable',
    `${what}: a page behind the first was refused twice, as if what it begins behind had gone meanwhile`,
  );
}

/** Returns null when the first page was listed, and a later page was not found. */
async function pagedToTheEnd(
  list: PagePromise<AbstractPage<{ id: string }>>,
  what: string,
): Promise<Entry[] | null> {
  const seen = new Set<string>();
  const all: Entry[] = [];
  let unfinished = true;
  let pages = 0;
  try {
    for await (const page of (await list).iterPages()) {
      const { entries, hasMore } = readPage(bodyOf(page), what);
      const isNew = entries.some(({ id }) => !seen.has(id));
      if (hasMore && (!isNew || ++pages === MAX_PAGES))
        throw new WindlassError('UnreadableAnswer', `${what}: says there is more, but shows nothing new`);
      for (const { id } of entries) seen.add(id);
      all.push(...entries);
      unfinished = hasMore;
    }
  } catch (error) {
    if (pages > 0 && error instanceof APIError && NOT_FOUND.has(error.status)) return null;
    throw error;
  }
  if (unfinished) throw new WindlassError('UnreadableAnswer', `${what}: says there is more, but not where`);
  return all;
}

/** The statuses that an API may answer to a cursor that it does not know. */
const NOT_FOUND: ReadonlySet<unknown> = new Set([400, 404]);

/**
 * Returns the body behind a page, which the client does not expose. The client reads a missing `data` as an
 * empty page, so the body itself has to be checked.
 */
export const bodyOf = (page: object): unknown => Reflect.get(page, 'body');
