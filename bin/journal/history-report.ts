import { firstFew } from '../../lambdas/domain/first-few.ts';
import { withActiveNowhere } from '../terminal/active-nowhere.ts';
import { plural } from '../terminal/dates.ts';
import { printable } from '../terminal/printable.ts';
import { prose } from '../terminal/prose.ts';
import { type Paint, plain } from '../terminal/screen.ts';
import { instantAsTold } from './journal-detail.ts';
import type { Latest } from './latest-rotations.ts';
import { notKnown } from './not-known.ts';
import { planTable } from './planned.ts';
import type { Rotation } from './rotations.ts';
import { stepsTable } from './steps-table.ts';

/**
 * Renders rotations for people, the newest last: who and why, the plan, each change and each verdict, how it
 * ended. `isChosen` means that the reader asked for certain rotations only.
 */
export function renderHistory(
  { rotations, leftOut }: Latest,
  paint: Paint = plain,
  isChosen = false,
): string {
  const told = rotations.map((rotation) => rendered(rotation, paint));
  if (told.length === 0)
    told.push(isChosen ? 'No rotation on record has what was asked for.' : 'No rotation is on record.');
  const quiet = `${plural(leftOut, 'sweep')} that changed nothing: --all shows them too`;
  if (leftOut > 0) told.push(paint('dim', quiet));
  return `${told.join('\n\n')}\n`;
}

/** One line of text, wrapped at the terminal's width. */
const line = (text: string): string => prose(text, '  ', undefined, '    ');

function rendered(rotation: Rotation, paint: Paint): string {
  // A big organization has tens of thousands of lines, which only the JSON shows.
  const told = printable({ ...rotation, entries: [] });
  if (told.outcome === 'retracted') return retraction(told, paint);
  const { execution, soakUntil, tokensUntil, nextRotationAt, plan, planned } = told;
  return [
    heading(told, paint),
    paint('dim', `  ${execution}`),
    ...(plan ? [line(planned?.blocked.length ? withoutReasons(plan) : inFull(plan, told))] : []),
    ...(planned ? planTable(planned, paint, told.outcome === 'busy' ? 'due' : 'plan') : []),
    ...stepsTable(told, paint),
    ...failures(told),
    ...(soakUntil ? [`  soaked until ${instantAsTold(soakUntil)}`] : []),
    ...(tokensUntil
      ? [
          `  where clients are keyless, a token of an old leaf lives until ${instantAsTold(tokensUntil)} at the latest`,
        ]
      : []),
    ending(told, paint),
    ...unknown(told, paint),
    ...auditLines(told, paint),
    ...(nextRotationAt ? [`  next rotation ${instantAsTold(nextRotationAt)}`] : []),
  ].join('\n');
}

function unknown({ unknownLines }: Rotation, paint: Paint): string[] {
  return unknownLines > 0 ? [line(paint('yellow', notKnown(unknownLines)))] : [];
}

/** A compromise that a person took back by hand. No rotation had a part in it. */
function retraction({ startedAt, startedBy, reason, anchors }: Rotation, paint: Paint): string {
  const title = [instantAsTold(startedAt), 'by hand', `by ${startedBy ?? 'unknown'}`].join(' · ');
  const what = `${anchors.join(', ')} no longer remembered as compromised`;
  return `${paint('bold', title)}: “${reason ?? ''}”\n  ${paint(['yellow', 'bold'], 'retracted')}: ${what}`;
}

/**
 * The plan, with a note about named anchors that are active nowhere; only an emergency names anchors. A
 * rotation that ended as idle cut nothing, so its planned successions do not count: each scope's own listing
 * decided.
 */
const inFull = (plan: string, { anchors, planned, outcome }: Rotation): string => {
  if (!planned) return plan;
  return withActiveNowhere(plan, anchors, outcome === 'idle' ? { ...planned, successions: [] } : planned);
};

/** Cuts the reasons off the summary, since they are listed below it. */
const withoutReasons = (plan: string): string => plan.replace(/(\d+ blocked)\. .*$/, '$1');

function heading({ startedAt, mode, startedBy, reason, anchors }: Rotation, paint: Paint): string {
  // Both schedules and the command line state who started a run, so any other run was started by hand.
  const who = startedBy ?? (mode ? 'hand, or in the console' : 'unknown');
  const parts = [instantAsTold(startedAt), mode ?? 'unplanned', `by ${who}`];
  const why = [reason ? `“${reason}”` : '', anchors.join(', ')].filter(Boolean).join(' ');
  return `${paint('bold', parts.join(' · '))}${why ? `: ${why}` : ''}`;
}

/**
 * What the vendor's audit log says that the journal does not (F19). When the log is silent, that is told, and
 * means nothing.
 */
function auditLines({ audit }: Rotation, paint: Paint): string[] {
  if (!audit) return [];
  const told = (what: string) => (one: NonNullable<Rotation['audit']>['others'][number]) =>
    line(`${what} ${one.when}, ${one.who}: ${one.what} (${one.meant})`);
  return [
    ...(audit.absent ? [paint('dim', line(`audit log: ${audit.absent}`))] : []),
    ...audit.unknown.map(told(paint(['red', 'bold'], 'with our key, and not by us:'))),
    ...firstFew(audit.others.map(told('changed by others:')), MOST_REASONS),
  ];
}

/** How many reasons are shown; the JSON has all. */
const MOST_REASONS = 6;

/**
 * The final failures of looks, when the rotation's end does not tell them itself. They are too long for a
 * column of the table.
 */
function failures({ verdicts, halted, cause: end }: Rotation): string[] {
  const reasons = verdicts.flatMap(({ scope, error, cause, madeGood }) =>
    !error || !cause || madeGood || end?.includes(cause) ? [] : [`${scope}: ${error}: ${cause}`],
  );
  // A scope that halted may have written no line of its own.
  const others = halted.flatMap(({ scope, error, cause }) => {
    const told = error ? `${scope}: ${error}: ${cause}` : `${scope}: not proven in the overlap`;
    const isTold = reasons.some((one) => one.startsWith(`${scope}: `) && one.endsWith(cause ?? ''));
    return isTold || end?.includes(told) ? [] : [told];
  });
  return firstFew([...others, ...reasons], MOST_REASONS).map(line);
}

function ending({ outcome, endedAt, error, cause }: Rotation, paint: Paint): string {
  const good = outcome === 'rotated' || outcome === 'idle';
  const colour = good ? 'green' : outcome === 'halted' ? 'red' : 'yellow';
  const when = endedAt ? ` ${instantAsTold(endedAt)}` : '';
  const why = [error, cause].filter(Boolean).join(': ');
  return line(`${paint([colour, 'bold'], outcome)}${when}${why ? `: ${why}` : ''}`);
}
