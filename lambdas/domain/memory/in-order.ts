import { runOf } from './audit.ts';
import { type JournalEntry, journalEntrySchema } from './journal.ts';

const { options } = journalEntrySchema.shape.event;

/**
 * Sorts lines of the trail: first by the lease that their runs had, since a run that began first may have its
 * turn after another (I12). Lines of one run are in the order of the sentence. Their own times come last,
 * since each is by the clock of another function, and one run may change within a minute what the one before
 * has changed. Lines of an older version, without a token, come first, in the order in which their runs
 * began.
 */
export const inOrder = (a: JournalEntry, b: JournalEntry): number =>
  compared(turnOf(a), turnOf(b)) ||
  compared(runIn(a), runIn(b)) ||
  options.indexOf(a.event) - options.indexOf(b.event) ||
  compared(a.at, b.at);

const runIn = ({ execution, startedAt }: JournalEntry): string => runOf({ id: execution, startedAt });

const turnOf = ({ token = 0 }: JournalEntry): number => token;

const compared = <T extends string | number>(a: T, b: T): number => Number(a > b) - Number(a < b);
