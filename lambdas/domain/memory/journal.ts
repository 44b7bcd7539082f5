import * as z from 'zod';
import { secondsOf } from '../instant.ts';

const instant = z.iso.datetime();

/** One line of the audit trail: what an execution decided, changed or saw. Ids, times and verdicts only (I14). */
export const journalEntrySchema = z.object({
  /** ARN of the execution. */
  execution: z.string(),
  startedAt: z.string(),
  /** The token of the lease that it had as it wrote this (I12). An older version does not say it, nor does a line that needs no lease. */
  token: z.int().optional(),
  at: instant,
  event: z.enum([
    // What an emergency names is remembered by then: the first line of its run, before it has a plan.
    'named',
    'planned',
    'busy',
    // Who was outside before anything was activated.
    'looked',
    // What a step is about to change is written first: whatever stops it then, the trail is complete.
    'activating',
    'activated',
    'verified',
    'promoting',
    'promoted',
    'deactivating',
    'deactivated',
    'confirmed',
    'undoing',
    'undone',
    'restoring',
    'restored',
    'scheduled',
    'retracted',
    'ended',
    // After all else: what the vendor's audit log says of it.
    'audited',
  ]),
  scope: z.string().optional(),
  detail: z.record(z.string(), z.unknown()),
});

/** A soak that has begun, so that a run after a stop does not serve it twice (I11). */
export const soakMemorySchema = z.object({
  retiring: z.string(),
  successor: z.string(),
  provenAt: instant,
  soakUntil: instant,
  /** Scopes in which it does not soak: nobody has proven it there, or its cut is held. */
  except: z.array(z.string()).optional(),
});

/** A succession that has been begun and not been proven yet: one that goes on failing lets the others go ahead (rule 3). */
export const begunMemorySchema = z.object({
  retiring: z.string(),
  successor: z.string(),
  begunAt: instant,
  /** When the successor was taken back, since strangers got in by it or clients did not: only a person tries it again (F16). */
  takenBackAt: instant.optional(),
  /** `true` until its run has been to every scope: where that ended before, the next run goes on with it. */
  unfinished: z.boolean().optional(),
  /** Leaves (SHA-256 fingerprints) that were refused once the retiring anchor was cut, and the anchors that were to let them in: that was undone. */
  refused: z.array(z.object({ client: z.string(), leaf: z.string(), by: z.array(z.string()) })).optional(),
});

/** A cut that nobody has confirmed yet: the next run confirms it, or undoes it (I10, I11). */
export const cutMemorySchema = z.object({
  scope: z.string(),
  retiring: z.string(),
  successor: z.string(),
  cutAt: instant,
  /** A compromised anchor is never reactivated. */
  compromised: z.boolean(),
  /** Clients that got in nowhere right before it: whoever takes it up does not judge them (I17). */
  outside: z.array(z.string()).optional(),
});

/** What an emergency may do to people and to proofs (I6). */
const allowanceSchema = z.object({
  leaveBehind: z.array(z.string()).optional(),
  onListing: z.union([z.literal('all'), z.array(z.string())]).optional(),
});

/**
 * A compromise: an anchor by the id that an emergency named, and its key's digest (SHA-256 of the SPKI, hex) once it is read; or the key of a CA that was never uploaded,
 * by an id of its own (I15).
 */
export const compromisedMemorySchema = z.object({
  anchorId: z.string(),
  keyDigest: z.string().optional(),
  /** Anchors that have certified such a key, by chains that a plan has seen since: whoever has seen one has it, wherever it lies by now. */
  certifiedBy: z.array(z.string()).optional(),
  /** Digests of the keys of those anchors: the same CA may be uploaded under another id, or renewed. An older version does not say them. */
  certifierKeys: z.array(z.string()).optional(),
  reason: z.string().optional(),
  namedAt: instant.optional(),
  /** When an emergency has named it again. */
  lastNamedAt: instant.optional(),
  /** What emergencies asked to be allowed, each request's apart: nothing honours it before its names have been looked up. */
  asked: z.array(allowanceSchema).optional(),
  ...allowanceSchema.shape,
});

/** Which run has told last of what is blocked. */
export const toldMemorySchema = z.object({ by: z.string() });

/** When the vendor's audit log was last read to its end (F19). */
export const lookMemorySchema = z.object({ at: instant });

/** When a run last looked at everything and ended as it should; where none has, when the first run ended. */
export const successMemorySchema = z.object({ at: instant, isFirstRun: z.boolean().optional() });

export type SuccessMemory = z.infer<typeof successMemorySchema>;
export type Allowance = z.infer<typeof allowanceSchema>;
export type CompromisedMemory = z.infer<typeof compromisedMemorySchema>;
/** When an emergency last named it, in Unix seconds; 0 where nobody has written that down. */
export const lastNamed = ({ namedAt, lastNamedAt = namedAt }: CompromisedMemory): number =>
  lastNamedAt ? secondsOf(lastNamedAt) : 0;

export type JournalEntry = z.infer<typeof journalEntrySchema>;
export type SoakMemory = z.infer<typeof soakMemorySchema>;
export type BegunMemory = z.infer<typeof begunMemorySchema>;
export type CutMemory = z.infer<typeof cutMemorySchema>;

/** An anchor that an earlier run may be about to deactivate in a scope, and until when its call may land (Unix seconds). */
export type Leaving = { scope: string; anchorId: string; until: number };

/** A client, and the leaf (SHA-256 fingerprint) that a run was about to move it to. */
export type MovedTo = { client: string; leaf: string };

/** What earlier rotations left behind. */
export type Memory = {
  soaks: readonly SoakMemory[];
  cuts: readonly CutMemory[];
  begun?: readonly BegunMemory[];
  leaving?: readonly Leaving[];
  /** Of the clients whose leaf nothing trusted lets in, and that leads to what is held. */
  moved?: readonly MovedTo[];
};

export const nothingRemembered: Memory = { soaks: [], cuts: [] };
