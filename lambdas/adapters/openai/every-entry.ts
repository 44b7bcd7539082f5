import type { AbstractPage, PagePromise } from 'openai/pagination';
import { WindlassError } from '../../domain/errors.ts';
import { type Entry, readPage } from './certificate-answers.ts';

/** More pages than any organization has: a list that is not done by then never will be. */
const MAX_PAGES = 1_000;

/** A list's entries, paged to the end (F4). Throws `UnreadableAnswer` rather than return a list that may be short. */
export async function everyEntry(
  list: PagePromise<AbstractPage<{ id: string }>>,
  what: string,
): Promise<Entry[]> {
  const seen = new Set<string>();
  const all: Entry[] = [];
  let unfinished = true;
  let pages = 0;
  for await (const page of (await list).iterPages()) {
    const { entries, hasMore } = readPage(bodyOf(page), what);
    const isNew = entries.some(({ id }) => !seen.has(id));
    if (hasMore && (!isNew || ++pages === MAX_PAGES))
      throw new WindlassError('UnreadableAnswer', `${what}: says there is more, but shows nothing new`);
    for (const { id } of entries) seen.add(id);
    all.push(...entries);
    unfinished = hasMore;
  }
  if (unfinished) throw new WindlassError('UnreadableAnswer', `${what}: says there is more, but not where`);
  return all;
}

/** The client reads a missing `data` as an empty page, so what gets checked is the body, which it keeps to itself. */
export const bodyOf = (page: object): unknown => Reflect.get(page, 'body');
