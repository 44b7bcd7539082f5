import type { Blocked } from '../../lambdas/domain/plan-document/blocked.ts';
import type { PlannedSuccession } from '../../lambdas/domain/plan-document/plan.ts';
import { type Paint, plain } from './screen.ts';
import { few, table } from './tables.ts';

type Succeeded = Pick<PlannedSuccession, 'authority' | 'retiring' | 'successor'>;

/** A part of a report with its title; empty when the body is empty. */
export const section = (title: string, body: string, paint: Paint): string =>
  body === '' ? '' : `${paint('bold', title)}\n${body}`;

/** A table of what is blocked, where and for which client, and what would unblock it. */
export function blockedTable(blocked: readonly Blocked[], paint: Paint): string {
  const isAnywhere = blocked.some((one) => whereOf(one) !== '');
  const rows = blocked.map((one) => [one.anchor, ...(isAnywhere ? [whereOf(one)] : []), one.reason]);
  return table(['anchor', ...(isAnywhere ? ['where'] : []), 'why, and what to do'], rows, paint);
}

/**
 * The scopes where a cut may not be made, and the client that it would lock out. Empty when the anchor as a
 * whole is blocked.
 */
const whereOf = ({ scopes = [], client }: Pick<Blocked, 'scopes' | 'client'>): string =>
  [...(scopes.length > 0 ? [few(scopes)] : []), ...(client ? [`client ${client}`] : [])].join('\n');

/** The warnings, one a paragraph: this run needs nothing of them done, but a person should do it. */
export const warningList = (warnings: readonly string[]): string =>
  warnings.length === 0
    ? ''
    : table(
        [],
        warnings.map((warning) => [warning]),
        plain,
      );

/** A table of the successors in a list, each with the anchors that it succeeds. */
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
