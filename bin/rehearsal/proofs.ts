import type { Report } from '../../rehearsal/report.ts';
import { plural } from '../terminal/dates.ts';
import type { Paint } from '../terminal/screen.ts';
import { few, table } from '../terminal/tables.ts';

/**
 * The evidence that nothing went wrong: requests, violations, clients that a filter keeps out, and what the
 * rehearsal took.
 */
export function proofsTable(report: Report, paint: Paint): string {
  const { requests, violations, calls, keptOut, stateTransitions, durationMs } = report;
  const good = (isGood: boolean, text: string): string => paint(isGood ? 'green' : 'red', text);
  const broken = [
    ['lockout', violations.lockout],
    ['enforcement lost', violations.enforcementLost],
    ['enforcement gained', violations.enforcementGained],
    ['unplanned', violations.unplanned],
    ...(violations.leakedKeyAccepted === undefined
      ? []
      : [['leaked key accepted', violations.leakedKeyAccepted] as const]),
    ...(violations.tokensOutlived ? [['tokens outlived', violations.tokensOutlived] as const] : []),
  ] as const;
  return table(
    [],
    [
      ['client requests', requestsInWords(requests, good)],
      [
        'violations',
        requests.sent === 0
          ? paint('yellow', 'not shown: nobody sent anything')
          : broken.map(([name, count]) => `${name} ${good(count === 0, String(count))}`).join(' · '),
      ],
      ...(keptOut.length > 0 ? [['kept out by a filter', few(keptOut)]] : []),
      [
        'API calls',
        Object.entries(calls)
          .map(([operation, count]) => `${operation} ${count}`)
          .join(' · ') || 'none',
      ],
      [
        'state machine',
        `${plural(stateTransitions, 'state transition')} in ${(durationMs / 1000).toFixed(1)} s`,
      ],
    ],
    paint,
  );
}

function requestsInWords(
  { sent, failed, sampled }: Report['requests'],
  good: (isGood: boolean, text: string) => string,
): string {
  if (sent === 0)
    return 'none: no client has a leaf that is valid then, and leads to what is active and valid';
  const counted = `${sent.toLocaleString('en-US')} sent, ${good(failed === 0, `${failed} failed`)}`;
  if (!sampled) return counted;
  return `${counted}; ${sampled.clients} of ${sampled.of} clients all along, the others around each change`;
}
