import { secondsOf } from '../instant.ts';
import { runOf } from '../memory/audit.ts';
import type { JournalEntry } from '../memory/journal.ts';
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
    const anchors = event === name ? textsOf(detail[key]) : [];
    return anchors.length > 0 ? [{ run, at: secondsOf(at), scope, type, anchors }] : [];
  });
}

/** A call carries ten anchors at the most, so that one intent of a scope may be several changes (F2). */
export const isAbout = (intent: Intent, { at, type, anchors }: LoggedChange): boolean =>
  intent.type === type &&
  at >= intent.at - INTENDED_AFTER &&
  at <= intent.at + INTENDED_BEFORE &&
  anchors.every((id) => intent.anchors.includes(id));

/** The texts in a list that an older or a newer version may have written otherwise. */
export const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
