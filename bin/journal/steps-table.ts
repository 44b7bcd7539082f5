import { plural } from '../terminal/dates.ts';
import type { Paint } from '../terminal/screen.ts';
import { few, table } from '../terminal/tables.ts';
import type { Change } from './changes.ts';
import { instantAsTold } from './journal-detail.ts';
import type { Rotation } from './rotations.ts';
import type { Verdict } from './verdicts.ts';

/** The changes and verdicts of a rotation as a table; none where there is nothing to tell. */
export function stepsTable({ changes, verdicts }: Rotation, paint: Paint): string[] {
  // As the trail was written: of one second, the order of the sentence.
  const rows = [...changes.map(changed), ...verdicts.map(seen)].sort((a, b) => a.line - b.line);
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

type Row = { line: number; cells: string[] };

const changed = ({ line, at, scope, what, changed, before, after, done }: Change): Row => {
  const [name, unknown] = [`${what}${done ? '' : ' (begun, end unknown)'}`, done ? '' : '?'];
  // Each leaf stands beside its client.
  const cells =
    scope === null
      ? [few(changed), name, before ? prints(before) : '', after ? prints(after) : unknown]
      : [scope, `${name}\n${few(changed)}`, before ? anchors(before) : '', after ? anchors(after) : unknown];
  return { line, cells: [instantAsTold(at), ...cells] };
};

const anchors = (ids: readonly (string | null)[]): string => few(ids.map(String));

/** The JSON has them whole. */
const prints = (all: readonly (string | null)[]): string =>
  few(all.map((print) => (print ? `${print.slice(0, 12)}…` : '—')));

const seen = ({ line, at, scope, what, moment, error, times, ...proof }: Verdict): Row => {
  const look = `${what}${moments[moment ?? ''] ?? ''}`;
  const again = times > 1 ? ` (${times} times)` : '';
  return {
    line,
    cells: [
      instantAsTold(at),
      scope ?? '',
      error ? `not ${look}${again}\n${error}` : [`${look} ${by(proof)}`, ...without(proof)].join('\n'),
      '',
      proof.refused.length > 0 ? `refused: ${few(proof.refused)}` : '',
    ],
  };
};

type Passed = 'outside' | 'excused' | 'unwitnessed';

/** Who has no part in a proof, and why: a scope is proven without them. */
const without = ({ outside, excused, unwitnessed }: Pick<Verdict, Passed>): string[] => [
  ...(outside.length > 0 ? [`without, since outside before: ${few(outside)}`] : []),
  ...(excused.length > 0
    ? [`without, as allowed: ${few(excused.map(({ client, error }) => `${client} (${error})`))}`]
    : []),
  ...(unwitnessed.length > 0 ? [`witnesses that say nothing: ${few(unwitnessed)}`] : []),
];

const moments: Record<string, string> = {
  overlap: ' in the overlap',
  beforeCut: ' before the cut',
  afterUndo: ' after the undo',
};

const by = ({ evidence, probes }: Pick<Verdict, 'evidence' | 'probes'>): string =>
  evidence === 'listing' ? 'by listing' : `by ${plural(probes, 'probe')}`;
