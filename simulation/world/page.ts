import { badRequest } from './api-fault.ts';

/** `limit` is 1 to 100, by default 20; the page begins after the id `after` (F4). */
export type PageRequest = { limit?: number | undefined; after?: string | undefined };

export type Page<T> = { data: T[]; first_id: string | null; last_id: string | null; has_more: boolean };

/**
 * One page of an ordered list (F4). Throws a 400 {@link ApiFault} for a limit out
 * of range or an unknown cursor.
 */
export function pageOf<T extends { id: string }>(ordered: readonly T[], request: PageRequest): Page<T> {
  const { limit = 20, after } = request;
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    throw badRequest('limit must be an integer between 1 and 100.', 'limit');
  const cursor = after === undefined ? -1 : ordered.findIndex(({ id }) => id === after);
  if (after !== undefined && cursor === -1) throw badRequest(`No object '${after}' to list after.`, 'after');
  const data = ordered.slice(cursor + 1, cursor + 1 + limit);
  return {
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: cursor + 1 + limit < ordered.length,
  };
}
