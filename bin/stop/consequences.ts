import { firstFew, howMany } from '../../lambdas/domain/first-few.ts';
import type { ScopeStatus } from '../status/scopes.ts';
import type { Running, Status } from '../status/seen.ts';
import { inStates } from '../status/unnamed.ts';
import { readable } from '../terminal/dates.ts';
import { printable } from '../terminal/printable.ts';
import type { Paint } from '../terminal/screen.ts';
import { table } from '../terminal/tables.ts';

/** What stopping a run leaves in each scope and what the next run does with it, for whoever has to agree. */
export function consequencesOf(seen: Status, run: Running, paint: Paint): string {
  const status = printable(seen);
  const running = printable(run);
  const { execution, mode, phase, wave, anchors } = running;
  const rows = [
    ['execution', execution],
    ['what', [mode ?? 'not planned yet', ...anchors].join(' ')],
    ['phase', [phase ?? 'unknown', ...(wave ? [`wave ${wave}`] : [])].join(', ')],
    ...left(running),
    ['next run', nextRun(status)],
    ['what it does', goesOn(running)],
    ...(mode === 'emergency'
      ? [[paint(['red', 'bold'], '! emergency'), 'what it named stays trusted wherever it is not cut yet']]
      : []),
  ];
  return `${table([], rows, paint)}\n`;
}

const MOST = 6;

function left(running: Running): string[][] {
  const { half } = running;
  const named = (...states: ScopeStatus['state'][]) => {
    const names = inStates(running, states);
    const count = howMany(names).toLocaleString('en-US');
    return names.length > 0 ? `${count}: ${firstFew(names, MOST).join(', ')}` : '';
  };
  const rows =
    half === 'overlap'
      ? [
          ['old and new active', named('done', 'halted')],
          ['being activated', named('running')],
          ['as before', named('waiting', 'held')],
        ]
      : [
          ['rotated', named('done')],
          ['let finish first', named('running')],
          ['old and new active', named('waiting', 'held', 'halted')],
        ];
  return rows.filter(([, names]) => names);
}

function nextRun({ organization, nextRun: { at, by } }: Status): string {
  const byHand = `windlass rotate ${organization ?? 'ORGANIZATION'} --manual`;
  return at ? `${readable(at)}, ${by}; or ${byHand}` : `not known; ${byHand} starts one`;
}

function goesOn({ half, waits, mode }: Running): string {
  if (mode === 'emergency') return 'it cuts what is left of what was named: that is remembered';
  if (waits) return `a soak that has begun goes on, until ${readable(waits.until)}; then it cuts`;
  if (half === 'overlap') return 'it activates and proves what is missing, soaks, and cuts';
  return 'it confirms or puts back what nobody has confirmed, and cuts what is left, without another soak';
}
