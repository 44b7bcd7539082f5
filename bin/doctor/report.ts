import { firstFew } from '../../lambdas/domain/first-few.ts';
import { plural, readable } from '../terminal/dates.ts';
import { printable } from '../terminal/printable.ts';
import { prose } from '../terminal/prose.ts';
import { type Paint, plain } from '../terminal/screen.ts';
import { table } from '../terminal/tables.ts';
import type { Diagnosis } from './examine.ts';
import type { Finding } from './finding.ts';

const MARKS = {
  ok: ['green', '✓', 'ok'],
  warning: ['yellow', '!', 'warning'],
  failed: ['red', '✗', 'failed'],
  unchecked: ['dim', '?', 'not checked'],
} as const;

/** Renders a diagnosis for people: one line for each finding, with its remedy below when it is not well. */
export function renderDiagnosis(told: Diagnosis, paint: Paint = plain): string {
  const diagnosis = printable(told);
  const { organization, at, counts, findings } = diagnosis;
  const rows = shortened(findings).map(({ check, subject, severity, seen, remedy }) => {
    const [colour, mark, word] = MARKS[severity];
    return [paint(colour, `${mark} ${word}`), `${check}\n${subject}`, remedy ? `${seen}\n→ ${remedy}` : seen];
  });
  const sum = `${counts.ok} ok, ${plural(counts.warning, 'warning')}, ${counts.failed} failed, ${counts.unchecked} not checked`;
  return [
    paint('dim', `${organization} · as of ${readable(at)}`),
    table(['', 'check', 'what was seen'], rows, paint),
    `${paint([MARKS[colourOf(diagnosis)][0], 'bold'], prose(sum))}\n`,
  ].join('\n\n');
}

const colourOf = ({ verdict }: Diagnosis): Finding['severity'] =>
  (({ well: 'ok', attention: 'warning', failed: 'failed' }) as const)[verdict];

/** How many findings that are well get a line of their own in each check. The JSON has all. */
const MOST_WELL = 5;

/** How many of the other findings that are well are named in the line that sums them up. */
const MOST_NAMED = 20;

function shortened(findings: readonly Finding[]): Finding[] {
  const byCheck = Map.groupBy(findings, ({ check }) => check);
  return [...byCheck].flatMap(([check, all]) => {
    const well = all.filter(({ severity }) => severity === 'ok');
    if (well.length <= MOST_WELL) return all;
    const shown = new Set(well.slice(0, MOST_WELL - 1));
    const others = well.slice(MOST_WELL - 1).map(({ subject }) => subject);
    const rest = others.length > MOST_NAMED ? '; --json names them all' : '';
    const seen = `well too: ${firstFew(others, MOST_NAMED).join(', ')}${rest}`;
    const more: Finding = { check, subject: `and ${others.length} more`, severity: 'ok', seen, remedy: null };
    return [...all.filter((one) => one.severity !== 'ok' || shown.has(one)), more];
  });
}
