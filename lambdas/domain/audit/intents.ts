import { secondsOf } from '../instant.ts';
import { runOf } from '../memory/audit.ts';
import type { JournalEntry } from '../memory/journal.ts';
import { CLOCKS, ON_ITS_WAY } from '../memory/lease.ts';
import { ACTIVATED, DEACTIVATED, type LoggedChange } from './logged-change.ts';

/** How long before a change the journal may have announced it, in seconds: a call may land late. */
export const INTENDED_BEFORE = 3_600;
/** How long after a change the journal may have announced it, in seconds, since there are two clocks. */
const INTENDED_AFTER = 600;

/** What a run wrote down before it did it. */
export type Intent = { run: string; at: number; scope: string; type: string; anchors: readonly string[] };

/** For each event of the journal: where its anchors are named, and what the log calls the change. */
const INTENTS: readonly [event: string, key: string, type: string][] = [
  ['activating', 'activating', ACTIVATED],
  ['deactivating', 'deactivating', DEACTIVATED],
  ['undoing', 'reactivating', ACTIVATED],
  ['undoing', 'takingBack', DEACTIVATED],
];

/** Returns what a line of the journal announces. An undo may announce two changes. */
export function intentOf({ execution, startedAt, at, event, scope = '', detail }: JournalEntry): Intent[] {
  const run = runOf({ id: execution, startedAt });
  return INTENTS.flatMap(([name, key, type]) => {
    const refused = textsOf(detail.notTaken);
    const anchors = event === name ? textsOf(detail[key]).filter((id) => !refused.includes(id)) : [];
    return anchors.length > 0 ? [{ run, at: secondsOf(at), scope, type, anchors }] : [];
  });
}

/** The run and the scope of a line: the line says nothing of any other. */
const visitOf = ({ execution, startedAt, scope = '' }: JournalEntry): string =>
  `${runOf({ id: execution, startedAt })} ${scope}`;

/**
 * Returns whether the API has refused a run the very change that it was about to make, as the run has written
 * down. Then somebody else made that change, meanwhile or by hand soon afterwards.
 */
export function isRefusedBy(
  lines: readonly JournalEntry[],
): (intent: Intent, change: LoggedChange) => boolean {
  const refusals = Map.groupBy(
    lines.filter(({ detail }) => detail.notTaken !== undefined),
    visitOf,
  );
  return ({ run, scope, at, type }, { anchors }) => {
    const later = (refusals.get(`${run} ${scope}`) ?? []).filter(
      (line) =>
        secondsOf(line.at) >= at && INTENTS.some(([name, , of]) => name === line.event && of === type),
    );
    const refused = later.flatMap(({ detail }) => textsOf(detail.notTaken));
    return anchors.every((id) => refused.includes(id));
  };
}

/**
 * Returns whether a change was made in time for an intent. The call may still have been on its way, and the
 * run had not looked again yet and found it unmade. A later change answers no intent of that run. It could be
 * a call that landed late, but nobody can recognize a key by that.
 */
export function isInTimeBy(
  lines: readonly JournalEntry[],
): (intent: Intent, change: LoggedChange) => boolean {
  const looks = Map.groupBy(
    lines.filter(({ detail }) => Array.isArray(detail.before)),
    visitOf,
  );
  return ({ run, scope, at }, change) => {
    const isToBe = change.type === ACTIVATED;
    const refuting = (looks.get(`${run} ${scope}`) ?? []).filter(({ detail }) => {
      const active = textsOf(detail.before);
      return change.anchors.every((id) => active.includes(id) !== isToBe);
    });
    const times = refuting.map((line) => secondsOf(line.at)).filter((look) => look > at);
    return change.at <= Math.min(at + ON_ITS_WAY, ...times.map((look) => look + CLOCKS));
  };
}

/**
 * Whether a logged change may be what an intent announced. A call carries ten anchors at most, so one intent
 * of a scope may be several changes (F2). A change that names no anchor answers nothing, since anybody may
 * have made it (I9).
 */
export const isAbout = (intent: Intent, { at, type, anchors }: LoggedChange): boolean =>
  intent.type === type &&
  at >= intent.at - INTENDED_AFTER &&
  at <= intent.at + INTENDED_BEFORE &&
  anchors.length > 0 &&
  anchors.every((id) => intent.anchors.includes(id));

/** Returns the texts of a list. An older or a newer version may have written something else. */
export const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
