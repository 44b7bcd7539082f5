import { instant } from '../instant.ts';
import type { JournalEntry } from './journal.ts';

/** The execution that an audit line belongs to. */
export type Audited = { execution: { id: string; startedAt: string } };

/** One line of the audit trail; `now` in Unix seconds. */
export function entryOf(
  { execution }: Audited,
  now: number,
  event: JournalEntry['event'],
  detail: Record<string, unknown>,
  scope?: string,
): JournalEntry {
  const at = instant(now);
  const entry = { execution: execution.id, startedAt: execution.startedAt, at, event, detail };
  return scope === undefined ? entry : { ...entry, scope };
}

/** The claim an execution's steps make on the lease: an execution from before leases has no token, and so no claim. */
export const claimOf = ({ execution, lease }: Audited & { lease?: { token: number } | undefined }) => ({
  execution: execution.id,
  token: lease?.token ?? 0,
});
