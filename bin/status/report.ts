import { firstFew, howMany } from '../../lambdas/domain/first-few.ts';
import { secondsOf } from '../../lambdas/domain/instant.ts';
import { notKnown } from '../journal/not-known.ts';
import { renderMemory } from '../journal/remembered.ts';
import { lengthOf, readable } from '../terminal/dates.ts';
import { printable } from '../terminal/printable.ts';
import { prose } from '../terminal/prose.ts';
import { type Paint, plain } from '../terminal/screen.ts';
import { blockedTable, section } from '../terminal/sections.ts';
import { table } from '../terminal/tables.ts';
import { startOf } from './next-action.ts';
import type { ScopeStatus } from './scopes.ts';
import type { Running, Status } from './seen.ts';
import { inStates } from './unnamed.ts';

/**
 * Renders a status for people: what to do next, what runs and where it is, what is blocked, the last run and
 * the next.
 */
export function renderStatus(seen: Status, paint: Paint = plain): string {
  const status = printable(seen);
  const { running, blocked, memory, organization, stateMachine } = status;
  const sections = [
    paint('dim', `${organization ?? stateMachine} · as of ${readable(status.at)}`),
    actions(status, paint),
    over(status, paint),
    section('Rotation', running ? table([], rotation(running), paint) : '', paint),
    section('Scopes', running ? scopes(running, paint) : '', paint),
    section(
      `Blocked${blocked.asOf ? `, as the run of ${readable(blocked.asOf)} saw it` : ''}`,
      blocked.cuts.length > 0 ? blockedTable(blocked.cuts.map(inFull), paint) : '',
      paint,
    ),
    section('Runs', table([], runs(status), paint), paint),
    renderMemory(memory, paint).trimEnd(),
  ];
  return `${sections.filter(Boolean).join('\n\n')}\n`;
}

const MARKS = { fine: ['green', '✓'], blocked: ['yellow', '■'], red: ['red', '✗'] } as const;

/** How many lines of actions are shown. The sections below them and the JSON have all. */
const MOST = 4;

function actions({ verdict, actions }: Status, paint: Paint): string {
  const [colour, mark] = MARKS[verdict];
  const [next = '', ...others] = firstFew(actions, MOST);
  return table([], [[paint([colour, 'bold'], mark), next], ...others.map((one) => ['', one])], paint);
}

/**
 * A note for a person who asked about an execution that is over: the rest of the status is about what the
 * machine does now.
 */
function over({ asked, running }: Status, paint: Paint): string {
  if (!asked || asked.status === 'RUNNING') return '';
  const now = running ? 'what follows is the run that is at work' : 'nothing runs now';
  return paint('yellow', prose(`${asked.execution} has ended (${asked.status}): ${now}`));
}

function rotation(running: Running): string[][] {
  const { execution, mode, startedAt, startedBy, reason, anchors } = running;
  const { phase, state, since, wave, waits, failing, isTakenOver } = running;
  const at = since ? `, since ${readable(since)}` : '';
  return [
    ['execution', execution],
    ['what', [mode ?? 'not planned yet', ...(anchors.length > 0 ? [anchors.join(', ')] : [])].join(': ')],
    [
      'started',
      `${startedAt ? readable(startedAt) : 'just now'} by ${startedBy ?? 'unknown'}${reason ? `: “${reason}”` : ''}`,
    ],
    ['phase', `${phase ?? 'unknown'}${state ? ` (state ${state}${at})` : at}`],
    ...(wave ? [['wave', wave]] : []),
    ...(waits ? [['soaks', `until ${readable(waits.until)}, ${lengthOf(waits.seconds)} more`]] : []),
    ...(waits ? [['then', isTakenOver ? 'nothing: another run has taken over' : waits.next]] : []),
    ...(failing ? [['tried again', `${failing.error}: ${failing.cause}`]] : []),
  ];
}

const STATES: Record<ScopeStatus['state'], string> = {
  halted: 'halted',
  running: 'running',
  held: 'held, see below',
  waiting: 'waiting',
  done: 'done',
};

/** How many scopes of one state are named. The JSON names all. */
const MOST_NAMED = 8;

/** The scopes by state. For those that are at work or have halted, also what was last seen of them. */
function scopes(running: Running, paint: Paint): string {
  const states = Object.keys(STATES) as ScopeStatus['state'][];
  const rows = states.flatMap((state) => {
    const isOpen = state === 'running' || state === 'halted';
    const these = inStates(running, [state], isOpen ? sightOf : undefined);
    if (these.length === 0) return [];
    const done = running.half === 'overlap' ? 'proven' : 'confirmed';
    const names = firstFew(these, MOST_NAMED).join(isOpen ? '\n' : ', ');
    return [[state === 'done' ? done : STATES[state], howMany(these).toLocaleString('en-US'), names]];
  });
  return rows.length > 0 ? table([], rows, paint) : '';
}

const sightOf = ({ scope, last, at, error }: ScopeStatus): string =>
  `${scope}${last && at ? `: ${last} ${readable(at)}` : ''}${error ? `, ${error}` : ''}`;

function runs({ last, lastSuccess, nextRun, lease, at, unknownLines }: Status): string[][] {
  return [
    ['lease', lease ? held(lease) : 'free'],
    ...(last ? [['last run', ending(last)]] : [['last run', 'none is on record']]),
    ['last without a halt', lastSuccess ? ago(lastSuccess, at) : 'none yet'],
    ['next run', nextRun.at ? `${readable(nextRun.at)}, ${startOf(nextRun)}` : 'not known'],
    ...(nextRun.problem ? [['schedules', nextRun.problem]] : []),
    ...(unknownLines > 0 ? [['journal', notKnown(unknownLines)]] : []),
  ];
}

function held({ holder, mode, takenAt, isDead }: NonNullable<Status['lease']>): string {
  const name = holder.split(':').at(-1);
  if (isDead) return `free for the next run: ${name} has ended and kept it`;
  return `${name} (${mode}), since ${readable(takenAt)}`;
}

function ending({ outcome, endedAt, startedAt, mode, startedBy, error, cause }: NonNullable<Status['last']>) {
  const when = endedAt ? readable(endedAt) : `begun ${readable(startedAt)}`;
  const who = `${mode ?? 'unplanned'}, by ${startedBy ?? 'unknown'}`;
  const why = [error, cause].filter(Boolean).join(': ');
  return `${outcome} ${when} (${who})${why ? `\n${why}` : ''}`;
}

const ago = (iso: string, now: string): string =>
  `${readable(iso)}, ${lengthOf(Math.max(0, secondsOf(now) - secondsOf(iso)))} ago`;

/** Drops keys whose value is undefined, as the table's type demands. */
const inFull = ({ anchor, reason, scopes, client }: Status['blocked']['cuts'][number]) => ({
  anchor,
  reason,
  ...(scopes && { scopes }),
  ...(client !== undefined && { client }),
});
