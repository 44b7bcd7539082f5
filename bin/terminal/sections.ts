import type { Blocked, PlannedSuccession } from '../../lambdas/domain/document.ts';
import type { Paint } from './screen.ts';
import { few, table } from './tables.ts';

type Succeeded = Pick<PlannedSuccession, 'authority' | 'retiring' | 'successor'>;

/** A titled part of a report; nothing at all where there is nothing to say. */
export const section = (title: string, body: string, paint: Paint): string =>
  body === '' ? '' : `${paint('bold', title)}\n${body}`;

/** What is blocked and what would unblock it, as a table. */
export const blockedTable = (blocked: readonly Blocked[], paint: Paint): string =>
  table(
    ['anchor', 'why, and what to do'],
    blocked.map(({ anchor, reason }) => [anchor, reason]),
    paint,
  );

/** Every successor of a list with what retires in its favour, as a table. */
export function successionTable(successions: readonly Succeeded[], paint: Paint): string {
  const groups = new Map<string, { authority: string | null; successor: string; retiring: string[] }>();
  for (const { authority, successor, retiring } of successions) {
    const group = groups.get(successor) ?? { authority, successor, retiring: [] };
    groups.set(successor, group);
    group.retiring.push(retiring);
  }
  const rows = [...groups.values()].map(({ authority, retiring, successor }) => [
    authority ?? '—',
    few(retiring),
    successor,
  ]);
  return table(['authority', 'retiring', 'successor'], rows, paint);
}
