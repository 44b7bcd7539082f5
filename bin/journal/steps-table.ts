import { plural } from '../terminal/dates.ts';
import type { Paint } from '../terminal/screen.ts';
import { few, table } from '../terminal/tables.ts';
import type { Change } from './changes.ts';
import { instantAsTold } from './journal-detail.ts';
import type { Rotation } from './rotations.ts';
import type { Verdict } from './verdicts.ts';

/** The changes and verdicts of a rotation as a table; empty when there are none. */
export function stepsTable({ changes, verdicts }: Rotation, paint: Paint): string[] {
  // In the order of the journal. Times have only seconds, and within one second that is the order of the
  // sentence.
  const steps = [...changes, ...verdicts].sort((a, b) => a.line - b.line);
  if (steps.length === 0) return [];
  const head = ['when', 'where', 'what', 'before', 'after'];
  return [table(head, rowsOf(steps), paint)];
}

type Step = Change | Verdict;

/**
 * How many steps are shown. A run of thousands of scopes has more: then those at each end are shown, and
 * between them the gravest of those that a person may have to look at (I18).
 */
const MOST = 60;
const AT_EACH_END = 12;
const MOST_TELLING = 16;

function rowsOf(steps: readonly Step[]): string[][] {
  if (steps.length <= MOST) return steps.map(cellsOf);
  const isEnd = (i: number) => i < AT_EACH_END || i >= steps.length - AT_EACH_END;
  const between = steps.filter((_, i) => !isEnd(i));
  const ranked = between.flatMap((step) => {
    const rank = rankOf(step);
    return rank === null ? [] : [{ step, rank }];
  });
  const gravest = ranked.sort((a, b) => a.rank - b.rank).slice(0, MOST_TELLING);
  const telling = new Set(gravest.map(({ step }) => step));
  const rows: string[][] = [];
  let left = 0;
  const sayLeft = () => {
    if (left > 0) rows.push(['', '', `and ${left.toLocaleString('en-US')} more, in --json`, '', '']);
    left = 0;
  };
  for (const [i, step] of steps.entries()) {
    if (!isEnd(i) && !telling.has(step)) left += 1;
    else {
      sayLeft();
      rows.push(cellsOf(step));
    }
  }
  return rows;
}

/**
 * How urgently a person has to look at a step, the lowest number first. Null when nobody has to, for example
 * after a failure that a later look has made good.
 */
function rankOf(step: Step): number | null {
  if (!('evidence' in step)) return step.what === 'undone' || !step.done ? 0 : null;
  if (step.error !== null) return step.madeGood ? null : 1;
  return without(step).length > 0 ? 2 : null;
}

const cellsOf = (step: Step): string[] => ('evidence' in step ? seen(step) : changed(step));

const changed = ({ at, scope, what, changed, before, after, done }: Change): string[] => {
  const [name, unknown] = [`${what}${done ? '' : ' (begun, end unknown)'}`, done ? '' : '?'];
  // Each leaf is listed beside its client.
  const cells =
    scope === null
      ? [few(changed), name, before ? prints(before) : '', after ? prints(after) : unknown]
      : [scope, `${name}\n${few(changed)}`, before ? anchors(before) : '', after ? anchors(after) : unknown];
  return [instantAsTold(at), ...cells];
};

const anchors = (ids: readonly (string | null)[]): string => few(ids.map(String));

/** Fingerprints, shortened; the JSON has them complete. */
const prints = (all: readonly (string | null)[]): string =>
  few(all.map((print) => (print ? `${print.slice(0, 12)}…` : '—')));

const seen = ({ at, scope, what, moment, error, times, ...proof }: Verdict): string[] => {
  const look = `${what}${moments[moment ?? ''] ?? ''}`;
  const again = times > 1 ? ` (${times} times)` : '';
  return [
    instantAsTold(at),
    scope ?? '',
    error ? `not ${look}${again}\n${error}` : [`${look} ${by(proof)}`, ...without(proof)].join('\n'),
    '',
    proof.refused.length > 0 ? `refused: ${few(proof.refused)}` : '',
  ];
};

type Passed = 'outside' | 'excused' | 'unwitnessed';

/** Clients and witnesses that have no part in a proof, and why. The scope is proven without them. */
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
