import { createHash } from 'node:crypto';
import * as z from 'zod';
import { instant, secondsOf } from '../../domain/instant.ts';
import { inLines } from '../../domain/memory/audit.ts';
import { type JournalEntry, journalEntrySchema, lookMemorySchema } from '../../domain/memory/journal.ts';
import { putItem, readItems } from './items.ts';
import type { Table } from './table.ts';

/**
 * What every run wrote down. Every method throws only `JournalUnavailable`, or `AwsRefused` when the role may
 * not make the call.
 */
export interface Trail {
  record(entry: JournalEntry): Promise<void>;
  /**
   * Returns the lines of one execution, in their order. `few` limits them to the first few or the last few.
   */
  ofExecution(
    execution: { id: string; startedAt: string },
    few?: { first: number } | { last: number },
  ): Promise<JournalEntry[]>;
  /**
   * When the vendor's audit log was last read to its end, in Unix seconds; null if that was never remembered
   * (F19).
   */
  lastLook(): Promise<number | null>;
  rememberLook(at: number): Promise<void>;
  /** Returns what the vendor's audit log is compared with (F19), from a time on, in Unix seconds. */
  changes(since: number): Promise<Changes>;
}

/**
 * What runs were about to change, in the order of time, whenever the runs began; and what earlier looks at
 * the audit log recorded.
 */
type Changes = {
  lines: JournalEntry[];
  /** The time from which every run is in here, in Unix seconds; null before the first one. */
  wholeSince: number | null;
  looks: JournalEntry[];
};

/**
 * Earlier looks at the audit log that are read again: they tell which keys are ours, and what has been
 * reported.
 */
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
      // Both copies are stored before the change that they announce is made.
      await Promise.all(
        lines.flatMap((line) => [
          add('rotation', entryKey(line), line),
          ...(isChange ? [add('audit', byTime('change', line), line)] : []),
        ]),
      );
      // Written after the trail: only what the trail has is not reported again.
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

/**
 * A line for a person to read. The person's clone may be older than the stack, so an unknown event is a line
 * all the same.
 */
const readLineSchema = journalEntrySchema.extend({ event: z.string() });
export type ReadLine = z.infer<typeof readLineSchema>;

const events: ReadonlySet<string> = new Set(journalEntrySchema.shape.event.options);

/** Whether this version knows the event of a line. */
export const isKnown = (line: ReadLine): line is JournalEntry => events.has(line.event);

/**
 * Returns the audit trail, the newest rotation last. `limit` is how many entries from the end are read. A run
 * must not act on a line that it does not know, so no run reads these.
 */
export async function history(table: Table, limit: number): Promise<ReadLine[]> {
  return (await historyBefore(table, limit)).lines;
}

/**
 * Returns the lines before a place in the trail, and the place of the first of them, from which more can be
 * read; null when there is none.
 */
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
 * Lines of these events are stored a second time, by their time. A rotation soaks for weeks while others
 * begin and end, so the latest changes are not always those of the latest runs. The plan is among them
 * because it is the first line that a rotation writes.
 */
const KEPT_BY_TIME: readonly JournalEntry['event'][] = ['planned', 'activating', 'deactivating', 'undoing'];

const byTime = (kind: 'change' | 'audited', line: JournalEntry): string =>
  [kind, line.at, line.execution, line.event, line.scope ?? '-', digestOf(line)].join('#');

/**
 * Returns the sort key of a line: by rotation, then by time, and within a second by the order of the
 * sentence. Two attempts that say different things in the same second make two lines.
 */
function entryKey(line: JournalEntry): string {
  const { execution, startedAt, at, event, scope, detail } = line;
  // The proof of an undo comes after the undo; every other proof comes before the cut.
  const place = event === 'verified' && detail.moment === 'afterUndo' ? 'undone' : event;
  const order = String(journalEntrySchema.shape.event.options.indexOf(place)).padStart(2, '0');
  return [startedAt, execution, at, order, event, scope ?? '-', digestOf(line)].join('#');
}

const digestOf = ({ detail }: JournalEntry): string =>
  createHash('sha256').update(JSON.stringify(detail)).digest('base64url').slice(0, 8);
