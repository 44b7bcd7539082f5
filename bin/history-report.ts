import type { Change } from './changes.ts';
import { plural, readable } from './dates.ts';
import { printable } from './printable.ts';
import type { Rotation, Verdict } from './rotations.ts';
import { type Paint, plain } from './screen.ts';
import { few, table } from './tables.ts';

/** Rotations for people, the newest last: who and why, the plan, each change and each verdict, how it ended. */
export function renderHistory(rotations: readonly Rotation[], paint: Paint = plain): string {
  if (rotations.length === 0) return 'No rotation is on record.\n';
  return `${rotations.map((rotation) => rendered(rotation, paint)).join('\n\n')}\n`;
}

function rendered(rotation: Rotation, paint: Paint): string {
  const told = printable(rotation);
  const { execution, soakUntil, nextRotationAt, plan } = told;
  return [
    heading(told, paint),
    paint('dim', `  ${execution}`),
    ...(plan ? [`  ${plan}`] : []),
    ...steps(told, paint),
    ...(soakUntil ? [`  soaked until ${instant(soakUntil)}`] : []),
    ending(told, paint),
    ...(nextRotationAt ? [`  next rotation ${instant(nextRotationAt)}`] : []),
  ].join('\n');
}

function heading({ startedAt, mode, startedBy, reason, anchors }: Rotation, paint: Paint): string {
  const who = startedBy ?? (mode === 'scheduled' ? 'the schedule' : 'unknown');
  const parts = [instant(startedAt), mode ?? 'unplanned', `by ${who}`];
  const why = [reason ? `“${reason}”` : '', anchors.join(', ')].filter(Boolean).join(' ');
  return `${paint('bold', parts.join(' · '))}${why ? `: ${why}` : ''}`;
}

function steps({ changes, verdicts }: Rotation, paint: Paint): string[] {
  const rows = [...changes.map(changed), ...verdicts.map(seen)].sort((a, b) =>
    a.at < b.at ? -1 : a.at > b.at ? 1 : 0,
  );
  if (rows.length === 0) return [];
  const head = ['when', 'where', 'what', 'before', 'after'];
  return [
    table(
      head,
      rows.map(({ cells }) => cells),
      paint,
    ),
  ];
}

type Row = { at: string; cells: string[] };

const changed = ({ at, scope, what, changed, before, after, done }: Change): Row => ({
  at,
  cells: [
    instant(at),
    scope ?? 'clients',
    `${what}${done ? '' : ' (begun, end unknown)'}\n${few(changed)}`,
    before ? few(before) : '',
    after ? few(after) : done ? '' : '?',
  ],
});

const seen = ({ at, scope, what, evidence, probes, refused }: Verdict): Row => ({
  at,
  cells: [
    instant(at),
    scope ?? '',
    evidence === 'listing' ? `${what} by listing` : `${what} by ${plural(probes, 'probe')}`,
    '',
    refused.length > 0 ? `refused: ${few(refused)}` : '',
  ],
});

function ending({ outcome, endedAt, error, cause }: Rotation, paint: Paint): string {
  const good = outcome === 'rotated' || outcome === 'idle';
  const colour = good ? 'green' : outcome === 'halted' ? 'red' : 'yellow';
  const when = endedAt ? ` ${instant(endedAt)}` : '';
  const why = [error, cause].filter(Boolean).join(': ');
  return `  ${paint([colour, 'bold'], outcome)}${when}${why ? `: ${why}` : ''}`;
}

/** An instant for people, or what stands in its place. */
const instant = (iso: string): string => (Number.isNaN(Date.parse(iso)) ? iso : readable(iso));
