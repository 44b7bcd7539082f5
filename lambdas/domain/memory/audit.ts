import { bytesOf } from '../first-few.ts';
import { instant } from '../instant.ts';
import type { JournalEntry } from './journal.ts';

/** The execution that an audit line belongs to. */
export type Audited = { execution: { id: string; startedAt: string } };

/**
 * Returns a run's part of the table's keys. It has the start as well, since an execution's name may come
 * again after 90 days.
 */
export const runOf = ({ id, startedAt }: Audited['execution']): string => `${startedAt}#${id}`;

/**
 * Returns one line of the audit trail; `now` in Unix seconds. With the lease, the line says in whose turn it
 * was written.
 */
export function entryOf(
  { execution, lease }: Audited & { lease?: { token: number } | undefined },
  now: number,
  event: JournalEntry['event'],
  detail: Record<string, unknown>,
  scope?: string,
): JournalEntry {
  const at = instant(now);
  const { id, startedAt } = execution;
  const entry = { execution: id, startedAt, ...(lease && { token: lease.token }), at, event, detail };
  return scope === undefined ? entry : { ...entry, scope };
}

/**
 * The claim that an execution's steps make on the lease. An execution of a version without leases has no
 * token, and so no claim.
 */
export const claimOf = ({ execution, lease }: Audited & { lease?: { token: number } | undefined }) => ({
  execution: execution.id,
  token: lease?.token ?? 0,
});

/** The most bytes of JSON in one line. An item of the table holds 400 KB, counted in UTF-8 (DynamoDB). */
const MOST_IN_A_LINE = 300_000;

/**
 * Returns a line as the table can carry it. Lists of thousands of clients go on in further lines of the same
 * event, each with a share of every list and with everything that is no list.
 */
export function inLines(entry: JournalEntry, most = MOST_IN_A_LINE): JournalEntry[] {
  if (bytesOf(entry.detail) <= most) return [entry];
  const lists = Object.entries(entry.detail).filter((one): one is [string, unknown[]] =>
    Array.isArray(one[1]),
  );
  if (lists.every(([, list]) => list.length < 2)) return [entry];
  const part = (of: (list: unknown[], middle: number) => unknown[]): JournalEntry => {
    const shares = lists.map(([name, list]) => [name, of(list, Math.ceil(list.length / 2))]);
    return { ...entry, detail: { ...entry.detail, ...Object.fromEntries(shares) } };
  };
  const halves = [part((list, middle) => list.slice(0, middle)), part((list, middle) => list.slice(middle))];
  return halves.flatMap((half) => inLines(half, most));
}
