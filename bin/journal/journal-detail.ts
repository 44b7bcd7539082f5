import * as z from 'zod';
import type { JournalEntry } from '../../lambdas/domain/memory/journal.ts';
import { readable } from '../terminal/dates.ts';

// What a step wrote into an entry. An older deployment wrote fewer fields, and a newer one may write more.
export const texts = z.array(z.string()).catch([]);
export const text = z.string().nullable().catch(null);
const listing = z.array(z.string()).nullable().catch(null);

/** Changes that others made, or that were made with our key but not by us. */
const logged = z
  .array(z.object({ who: z.string(), what: z.string(), when: z.string(), meant: z.string() }))
  .catch([]);

const detailSchema = z.object({
  request: z
    .object({ mode: text, reason: text, startedBy: text, anchors: texts, keys: texts.optional() })
    .nullable()
    .catch(null),
  summary: text,
  /** For a compromise that a person took back: which anchors, why, and who did it. */
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
  /** Scopes that the promotion left out. They are not cut, and the run ends red because of them. */
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
  /** The share of a scope's clients that the line is about, when one function cannot handle them all. */
  shard: z.object({ at: z.int(), of: z.int() }).nullable().catch(null),
  /** The number of shards that this line sums up. Each shard has a line of its own. */
  shards: z.int().nullable().catch(null),
  /**
   * Leaves that moved, by SHA-256 fingerprint. When a leaf stayed and its chain changed, the digests of its
   * chains.
   */
  leaves: z
    .array(
      z.object({
        ...{ client: z.string(), before: text, after: text },
        chains: z.object({ before: text, after: text }).nullable().catch(null),
      }),
    )
    .catch([]),
  /** Clients without which a scope was proven, because they were outside before. */
  outside: texts,
  /** Failures of a look that halt nothing. */
  excused: z.array(z.object({ client: z.string(), error: z.string() })).catch([]),
  /** Witnesses without an answer, for which an emergency does not wait. */
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

/**
 * A line of the journal with what it tells, under the names that the steps use, and its index in its
 * rotation.
 */
export type Told = JournalEntry & { told: z.infer<typeof detailSchema>; line: number };

export const told = (entry: JournalEntry, line: number): Told => ({
  ...entry,
  told: detailSchema.parse(entry.detail),
  line,
});

/** An instant for people, or the entry's own text when that is no instant. */
export const instantAsTold = (iso: string): string => (Number.isNaN(Date.parse(iso)) ? iso : readable(iso));
