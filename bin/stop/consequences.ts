import { firstFew } from '../../lambdas/domain/first-few.ts';
import type { JournalEntry } from '../../lambdas/domain/memory/journal.ts';
import type { ScopeStatus } from '../status/scopes.ts';
import type { Running, Status } from '../status/seen.ts';
import { readable } from '../terminal/dates.ts';
import { printable } from '../terminal/printable.ts';
import type { Paint } from '../terminal/screen.ts';
import { table } from '../terminal/tables.ts';
import { nextRunInWords } from './followed-by.ts';
import { type Left, leftIn } from './left-in.ts';

/**
 * What stopping a run leaves in each scope, by the lines that it has written, and what the next run does with
 * it. It is shown to the person who has to agree.
 */
export function consequencesOf(
  seen: Status,
  run: Running,
  lines: readonly JournalEntry[],
  paint: Paint,
): string {
  const status = printable(seen);
  const running = printable(run);
  const { execution, mode, phase, wave, anchors } = running;
  const rows = [
    ['execution', execution],
    ['what', [mode ?? 'not planned yet', ...anchors].join(' ')],
    ['phase', [phase ?? 'unknown', ...(wave ? [`wave ${wave}`] : [])].join(', ')],
    ...left(running, leftIn(printable(lines))),
    ['next run', nextRunInWords(status, status.nextRun)],
    ['what it does', goesOn(running)],
    ...(mode === 'emergency'
      ? [[paint(['red', 'bold'], '! emergency'), 'what it named stays trusted wherever it is not cut yet']]
      : []),
  ];
  return `${table([], rows, paint)}\n`;
}

const MOST = 6;

function left({ half, mode, scopes, unnamed }: Running, changed: ReadonlyMap<string, Left>): string[][] {
  // After the overlap every planned scope has both anchors active, unless its lines say otherwise. In an
  // emergency each scope goes through everything, so there it has only the old ones.
  const unsaid = half === 'overlap' || mode === 'emergency' ? 'before' : 'both';
  const leftOf = ({ scope, state }: ScopeStatus): Left | 'done' | 'running' => {
    if (state === 'running' || (state === 'done' && half === 'cut')) return state;
    return changed.get(scope) ?? (state === 'done' ? 'both' : unsaid);
  };
  const by = Map.groupBy(scopes, leftOf);
  const named = (which: ReturnType<typeof leftOf>) => {
    const names = (by.get(which) ?? []).map(({ scope }) => scope);
    // Scopes without a name have no line, so they are in the state that holds without lines.
    const more = which === unsaid ? unnamed.waiting + unnamed.held : 0;
    const count = (names.length + more).toLocaleString('en-US');
    const told = more > 0 ? [...names, `and ${more} more`] : names;
    return told.length > 0 ? `${count}: ${firstFew(told, MOST).join(', ')}` : '';
  };
  return [
    ['rotated', named('done')],
    [half === 'overlap' ? 'being activated' : 'let finish first', named('running')],
    ['cut, not confirmed', named('cut')],
    ['old and new active', named('both')],
    ['as before', named('before')],
  ].filter(([, names]) => names);
}

function goesOn({ half, waits, mode }: Running): string {
  if (mode === 'emergency') return 'it cuts what is left of what was named: that is remembered';
  if (waits) return `a soak that has begun goes on, until ${readable(waits.until)}; then it cuts`;
  if (half === 'overlap') return 'it activates and proves what is missing, soaks, and cuts';
  return 'it confirms or puts back what nobody has confirmed, and cuts what is left, without another soak';
}
