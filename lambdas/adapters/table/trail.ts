import { createHash } from 'node:crypto';
import * as z from 'zod';
import { instant, secondsOf } from '../../domain/instant.ts';
import { inLines } from '../../domain/memory/audit.ts';
import { type JournalEntry, journalEntrySchema, lookMemorySchema } from '../../domain/memory/journal.ts';
import { putItem, readItems } from './items.ts';
import type { Table } from './table.ts';

/** What every run wrote down. Every method throws `JournalUnavailable` and nothing else. */
export interface Trail {
  record(entry: JournalEntry): Promise<void>;
  /** The lines of one execution, in their order; of a long one only the first few, or the last, where that is all that is asked for. */
  ofExecution(
    execution: { id: string; startedAt: string },
    few?: { first: number } | { last: number },
  ): Promise<JournalEntry[]>;
  /** When the vendor's audit log was last read to its end, in Unix seconds; null where nobody has written that down (F19). */
  lastLook(): Promise<number | null>;
  rememberLook(at: number): Promise<void>;
  /** What the vendor's audit log is held against (F19), from a time on, in Unix seconds. */
  changes(since: number): Promise<Changes>;
}

/** What runs were about to change, whenever they began, in the order of time; and what earlier looks at the audit log said. */
type Changes = {
  lines: JournalEntry[];
  /** From when on every run is in here, in Unix seconds; null before the first one. */
  wholeSince: number | null;
  looks: JournalEntry[];
};

/** Looks at the audit log that are read again: whose key ours is, and what has been told. */
const LAST_LOOKS = 100;

/** The audit trail as items of the table; lines are only ever added. */
export function dynamoTrail(table: Table): Trail {
  const add = (pk: string, sk: string, line: JournalEntry) => putItem(table, pk, sk, line);
  const read = (which: Parameters<typeof readItems>[3]) =>
    readItems(table, 'audit', journalEntrySchema, which);
  return {
    async record(entry) {
      const lines = inLines(entry);
      const isChange = KEPT_BY_TIME.includes(entry.event);
      // Both are there before what they announce is done.
      await Promise.all(
        lines.flatMap((line) => [
          add('rotation', entryKey(line), line),
          ...(isChange ? [add('audit', byTime('change', line), line)] : []),
        ]),
      );
      // Only what the trail has is never told again.
      if (entry.event === 'audited')
        await Promise.all(lines.map((line) => add('audit', byTime('audited', line), line)));
    },
    ofExecution: ({ id, startedAt }, few) =>
      readItems(table, 'rotation', journalEntrySchema, { begins: `${startedAt}#${id}#`, ...few }),
    async lastLook() {
      const [last] = await readItems(table, 'looked', lookMemorySchema);
      return last ? secondsOf(last.at) : null;
    },
    rememberLook: (at) => putItem(table, 'looked', 'last', { at: instant(at) }),
    async changes(since) {
      const [lines, looks, first] = await Promise.all([
        read({ from: `change#${instant(since)}` }),
        read({ begins: 'audited#', last: LAST_LOOKS }),
        read({ begins: 'change#', first: 1 }),
      ]);
      return { lines, looks, wholeSince: first[0] ? secondsOf(first[0].at) : null };
    },
  };
}

/** A line as a person reads it, whose clone may be older than the stack: of an event that is not known here it is a line all the same. */
const readLineSchema = journalEntrySchema.extend({ event: z.string() });
export type ReadLine = z.infer<typeof readLineSchema>;

const events: ReadonlySet<string> = new Set(journalEntrySchema.shape.event.options);

/** Whether this version knows what it tells. */
export const isKnown = (line: ReadLine): line is JournalEntry => events.has(line.event);

/**
 * The audit trail, the newest rotation last; `limit` bounds how many entries from the end are read. A run goes by no line that it does not know,
 * and reads none of these.
 */
export async function history(table: Table, limit: number): Promise<ReadLine[]> {
  return (await historyBefore(table, limit)).lines;
}

/** The same before a place in the trail, and the place of its first line, from which more is read: null where there is none. */
export async function historyBefore(
  table: Table,
  limit: number,
  before?: string,
): Promise<{ lines: ReadLine[]; place: string | null }> {
  const which = { last: limit, ...(before !== undefined && { before }) };
  const read = (await readItems(table, 'rotation', placedSchema, which)).reverse();
  return { lines: read.map(({ sk: _, ...line }) => line), place: read[0]?.sk ?? null };
}

const placedSchema = readLineSchema.extend({ sk: z.string() });

/**
 * Lines that are kept a second time, by their time: a rotation soaks for weeks while others begin and end, so that what happened
 * lately is not what the runs wrote that began last. The plan is among them because it is the first that a rotation writes.
 */
const KEPT_BY_TIME: readonly JournalEntry['event'][] = ['planned', 'activating', 'deactivating', 'undoing'];

const byTime = (kind: 'change' | 'audited', line: JournalEntry): string =>
  [kind, line.at, line.execution, line.event, line.scope ?? '-', digestOf(line)].join('#');

/**
 * Sorts by rotation, then by time, and within a second by the order of the sentence. What two attempts say differently
 * is two lines, though it be the same second.
 */
function entryKey(line: JournalEntry): string {
  const { execution, startedAt, at, event, scope, detail } = line;
  // The proof of an undo comes after it, and every other before the cut.
  const place = event === 'verified' && detail.moment === 'afterUndo' ? 'undone' : event;
  const order = String(journalEntrySchema.shape.event.options.indexOf(place)).padStart(2, '0');
  return [startedAt, execution, at, order, event, scope ?? '-', digestOf(line)].join('#');
}

const digestOf = ({ detail }: JournalEntry): string =>
  createHash('sha256').update(JSON.stringify(detail)).digest('base64url').slice(0, 8);
