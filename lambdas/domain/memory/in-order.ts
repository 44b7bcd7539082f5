import { runOf } from './audit.ts';
import { type JournalEntry, journalEntrySchema } from './journal.ts';

const { options } = journalEntrySchema.shape.event;

/**
 * Sorts lines of the trail by when their runs began, and those of one run in the order of the sentence. Their own times come last: each is by the clock of
 * another function, and one run may change within a minute what the one before has changed (I12).
 */
export const inOrder = (a: JournalEntry, b: JournalEntry): number =>
  compared(runIn(a), runIn(b)) || options.indexOf(a.event) - options.indexOf(b.event) || compared(a.at, b.at);

const runIn = ({ execution, startedAt }: JournalEntry): string => runOf({ id: execution, startedAt });

const compared = (a: string, b: string): number => Number(a > b) - Number(a < b);
