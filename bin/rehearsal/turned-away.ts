import type { Report } from '../../rehearsal/report.ts';
import { plural, readable } from '../terminal/dates.ts';
import type { Paint } from '../terminal/screen.ts';
import { table } from '../terminal/tables.ts';

/**
 * How many clients were locked out and how many requests failed, in words. Empty when no client was turned
 * away.
 */
export function turnedAwayInWords({ lockedOut, requests }: Report): string {
  const clients = lockedOut.length > 0 ? [`${plural(lockedOut.length, 'client')} locked out`] : [];
  const failed = requests.failed > 0 ? [`${plural(requests.failed, 'request')} failed`] : [];
  return [...clients, ...failed].join(', ');
}

/** The clients that were turned away at the end, how each reads its secret, and what that means. */
export function lockedOutTable({ lockedOut, attacks }: Report, paint: Paint): string {
  if (lockedOut.length === 0) return '';
  // Only a rehearsed emergency has attackers, and an emergency has no soak.
  const when = attacks
    ? 'as soon as the emergency has ended'
    : 'before the soak ends, and give policy.soak the time for that';
  const rows = lockedOut.map(({ client, habit, since, isUnread }) => [
    client,
    habit,
    readable(since),
    isUnread
      ? `keeps an older leaf in memory than its secret has: Windlass cannot see that; restart it ${when}`
      : 'the leaf that its secret has is refused',
  ]);
  return table(['client', 'reads its secret', 'outside since', 'why'], rows, paint);
}

/**
 * Where a leaf of the leaked key got in, and until when; and how long a token of an old leaf can live (F17).
 */
export function attackTable({ attacks = [], tokensUntil }: Report, paint: Paint): string {
  const rows = attacks.flatMap(({ anchor, requests, gotIn }) =>
    gotIn.length === 0
      ? [[anchor, '—', '—', `nowhere, in ${requests.toLocaleString('en-US')} requests`]]
      : gotIn.map(({ project, host, until }) => [
          anchor,
          project,
          host,
          until === null ? paint('red', 'still gets in') : readable(until),
        ]),
  );
  const places =
    rows.length === 0 ? '' : table(['leaked key of', 'project', 'host', 'got in until'], rows, paint);
  const tokens = tokensUntil
    ? `  a token of an old leaf lives until ${readable(tokensUntil)}, and goes with any leaf that gets in`
    : '';
  return [places, tokens].filter(Boolean).join('\n');
}
