import { secondsOf } from '../instant.ts';
import { runOf } from '../memory/audit.ts';
import type { JournalEntry } from '../memory/journal.ts';
import { CLOCKS, ON_ITS_WAY } from '../memory/lease.ts';
import { ACTIVATED, DEACTIVATED, type LoggedChange } from './logged-change.ts';

/** How long before a change the journal may have announced it, in seconds: a call may land late. */
export const INTENDED_BEFORE = 3_600;
/** How long after a change, by two clocks, the journal may have announced it, in seconds. */
const INTENDED_AFTER = 600;

/** What a run wrote down before it did it. */
export type Intent = { run: string; at: number; scope: string; type: string; anchors: readonly string[] };

/** By the event of the journal: where its anchors are named, and what the log calls it. */
const INTENTS: readonly [event: string, key: string, type: string][] = [
  ['activating', 'activating', ACTIVATED],
  ['deactivating', 'deactivating', DEACTIVATED],
  ['undoing', 'reactivating', ACTIVATED],
  ['undoing', 'takingBack', DEACTIVATED],
];

/** What a line of the journal announces: an undo may do two things. */
export function intentOf({ execution, startedAt, at, event, scope = '', detail }: JournalEntry): Intent[] {
  const run = runOf({ id: execution, startedAt });
  return INTENTS.flatMap(([name, key, type]) => {
    const refused = textsOf(detail.notTaken);
    const anchors = event === name ? textsOf(detail[key]).filter((id) => !refused.includes(id)) : [];
    return anchors.length > 0 ? [{ run, at: secondsOf(at), scope, type, anchors }] : [];
  });
}

/** The run and the scope of a line: what it says is about no other. */
const visitOf = ({ execution, startedAt, scope = '' }: JournalEntry): string =>
  `${runOf({ id: execution, startedAt })} ${scope}`;

/**
 * Whether the API has refused a run what it was about to change, as the run has written down: whoever made that change meanwhile, or by hand
 * soon afterwards, is somebody else.
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
 * Whether a change was made while the call that was to make it may have been on its way, and before its run looked again and found that it was not: what is
 * made later answers no intent of that run, unless a call of it landed late, and nobody can tell a key by that.
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
 * A call carries ten anchors at the most, so that one intent of a scope may be several changes (F2). What the log does not name answers
 * nothing: anybody may have changed anything (I9).
 */
export const isAbout = (intent: Intent, { at, type, anchors }: LoggedChange): boolean =>
  intent.type === type &&
  at >= intent.at - INTENDED_AFTER &&
  at <= intent.at + INTENDED_BEFORE &&
  anchors.length > 0 &&
  anchors.every((id) => intent.anchors.includes(id));

/** The texts in a list that an older or a newer version may have written otherwise. */
export const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
