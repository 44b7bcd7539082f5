import * as z from 'zod';
import type { JournalEntry } from '../../lambdas/domain/memory/journal.ts';
import { readable } from '../terminal/dates.ts';

// What a step wrote into an entry: an older deployment wrote less, and a newer one may write more.
export const texts = z.array(z.string()).catch([]);
export const text = z.string().nullable().catch(null);
const listing = z.array(z.string()).nullable().catch(null);

/** Changes that others made, or that were made with our key and nobody here knows of. */
const logged = z
  .array(z.object({ who: z.string(), what: z.string(), when: z.string(), meant: z.string() }))
  .catch([]);

const detailSchema = z.object({
  request: z
    .object({ mode: text, reason: text, startedBy: text, anchors: texts, keys: texts.optional() })
    .nullable()
    .catch(null),
  summary: text,
  /** Of a compromise that a person took back, who it was, why, and of which anchors. */
  anchors: texts,
  reason: text,
  startedBy: text,
  activating: texts,
  activated: texts,
  alreadyActive: texts,
  deactivating: texts,
  deactivated: texts,
  alreadyInactive: texts,
  reactivating: texts,
  takingBack: texts,
  takenBack: texts,
  /** What the vendor's audit log says, or why it says nothing (F19). */
  absent: text,
  others: logged,
  unknown: logged,
  reactivated: texts,
  /** Scopes that the promotion has left out: they are not cut, and the run ends red for them. */
  unproven: texts,
  standing: texts,
  promoting: texts,
  promoted: texts,
  alreadyCurrent: texts,
  restoring: z.preprocess((one) => [one].flat(), texts),
  restored: texts,
  alreadyBack: texts,
  refused: texts,
  before: listing,
  after: listing,
  moment: text,
  /** Which share of a scope's clients it is about, where they are too many for one function. */
  shard: z.object({ at: z.int(), of: z.int() }).nullable().catch(null),
  /** How many such shares it sums up, of which each has a line of its own. */
  shards: z.int().nullable().catch(null),
  /** Leaves that moved, by their SHA-256 fingerprints; where a leaf stayed, its chains by digests. */
  leaves: z
    .array(
      z.object({
        ...{ client: z.string(), before: text, after: text },
        chains: z.object({ before: text, after: text }).nullable().catch(null),
      }),
    )
    .catch([]),
  /** Clients that a scope was proven without, since they were outside before. */
  outside: texts,
  /** What went wrong in a look and halts nobody. */
  excused: z.array(z.object({ client: z.string(), error: z.string() })).catch([]),
  /** Witnesses that say nothing in an emergency, which waits for none. */
  unwitnessed: texts,
  evidence: z.string().catch(''),
  probes: z.number().catch(0),
  soakUntil: text,
  tokensUntil: text,
  nextRotationAt: text,
  holder: text,
  outcome: text,
  error: text,
  cause: text,
  Error: text,
  Cause: text,
});

/** A line of the audit trail with what it tells, by the names that the steps use, and which line of its rotation it is. */
export type Told = JournalEntry & { told: z.infer<typeof detailSchema>; line: number };

export const told = (entry: JournalEntry, line: number): Told => ({
  ...entry,
  told: detailSchema.parse(entry.detail),
  line,
});

/** An instant for people, or what an entry has in its place. */
export const instantAsTold = (iso: string): string => (Number.isNaN(Date.parse(iso)) ? iso : readable(iso));
