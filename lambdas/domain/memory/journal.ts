import * as z from 'zod';
import { secondsOf } from '../instant.ts';

const instant = z.iso.datetime();

/**
 * One line of the audit trail: what an execution decided, changed or saw. It has ids, times and verdicts only
 * (I14).
 */
export const journalEntrySchema = z.object({
  /** ARN of the execution. */
  execution: z.string(),
  startedAt: z.string(),
  /**
   * The token of the lease that the execution had when it wrote this (I12). Missing in lines of an older
   * version, and in lines that need no lease.
   */
  token: z.int().optional(),
  at: instant,
  event: z.enum([
    // What an emergency names is remembered by then. This is the first line of its run, before it has a plan.
    'named',
    'planned',
    'busy',
    // Which clients were outside before anything was activated.
    'looked',
    // A step first writes down what it is about to change. So the trail is complete, whatever stops the step
    // then.
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
    // After everything else: what the vendor's audit log says of the run.
    'audited',
  ]),
  scope: z.string().optional(),
  detail: z.record(z.string(), z.unknown()),
});

/** A soak that has begun. A run after a stop does not serve it twice (I11). */
export const soakMemorySchema = z.object({
  retiring: z.string(),
  successor: z.string(),
  provenAt: instant,
  soakUntil: instant,
  /** Scopes in which it does not soak, since nobody has proven it there or its cut is held. */
  except: z.array(z.string()).optional(),
});

/**
 * A succession that was begun and is not proven yet. One that goes on failing lets the others go ahead (rule
 * 3).
 */
export const begunMemorySchema = z.object({
  retiring: z.string(),
  successor: z.string(),
  begunAt: instant,
  /**
   * When the successor was taken back, since strangers got in by it or clients did not. Only a person tries
   * it again (F16).
   */
  takenBackAt: instant.optional(),
  /**
   * `true` until its run has been to every scope with the take-back. Where that run ended before, the next
   * run goes on with it.
   */
  unfinished: z.boolean().optional(),
  /**
   * Leaves (SHA-256 fingerprints) that were refused once the retiring anchor was cut, and the anchors that
   * were to let them in. That cut was undone.
   */
  refused: z.array(z.object({ client: z.string(), leaf: z.string(), by: z.array(z.string()) })).optional(),
});

/** A cut that nobody has confirmed yet. The next run confirms it, or undoes it (I10, I11). */
export const cutMemorySchema = z.object({
  scope: z.string(),
  retiring: z.string(),
  successor: z.string(),
  cutAt: instant,
  /** `true` for a compromised anchor, which is never reactivated. */
  compromised: z.boolean(),
  /**
   * Clients that got in nowhere right before the cut. A run that takes the cut up does not judge it by them
   * (I17).
   */
  outside: z.array(z.string()).optional(),
});

/** What an emergency was allowed: clients to lock out, and scopes to cut without a proof (I6). */
const allowanceSchema = z.object({
  leaveBehind: z.array(z.string()).optional(),
  onListing: z.union([z.literal('all'), z.array(z.string())]).optional(),
});

/**
 * A compromise. It is an anchor by the id that an emergency named, with its key's digest (SHA-256 of the
 * SPKI, hex) once that is read. Or it is the key of a CA that was never uploaded, by an id of its own (I15).
 */
export const compromisedMemorySchema = z.object({
  anchorId: z.string(),
  keyDigest: z.string().optional(),
  /**
   * Anchors that have certified such a key, by chains that a plan has seen since. Anybody who has seen such a
   * chain still has it, wherever it is by now.
   */
  certifiedBy: z.array(z.string()).optional(),
  /**
   * Digests of the keys of those anchors, since the same CA may be uploaded under another id, or renewed.
   * Missing in items of an older version.
   */
  certifierKeys: z.array(z.string()).optional(),
  reason: z.string().optional(),
  namedAt: instant.optional(),
  /** When an emergency last named it again. */
  lastNamedAt: instant.optional(),
  /**
   * What emergencies asked to be allowed, each request apart. Nothing honours it before its names have been
   * looked up.
   */
  asked: z.array(allowanceSchema).optional(),
  ...allowanceSchema.shape,
});

/** Which run was the last to end red for what is blocked. */
export const toldMemorySchema = z.object({ by: z.string() });

/** When the vendor's audit log was last read to its end (F19). */
export const lookMemorySchema = z.object({ at: instant });

/**
 * When a run last looked at everything and ended well. Where none has, when the first run ended
 * (`isFirstRun`).
 */
export const successMemorySchema = z.object({ at: instant, isFirstRun: z.boolean().optional() });

export type SuccessMemory = z.infer<typeof successMemorySchema>;
export type Allowance = z.infer<typeof allowanceSchema>;
export type CompromisedMemory = z.infer<typeof compromisedMemorySchema>;
/** Returns when an emergency last named it, in Unix seconds; 0 where nobody has written that down. */
export const lastNamed = ({ namedAt, lastNamedAt = namedAt }: CompromisedMemory): number =>
  lastNamedAt ? secondsOf(lastNamedAt) : 0;

export type JournalEntry = z.infer<typeof journalEntrySchema>;
export type SoakMemory = z.infer<typeof soakMemorySchema>;
export type BegunMemory = z.infer<typeof begunMemorySchema>;
export type CutMemory = z.infer<typeof cutMemorySchema>;

/**
 * An anchor that an earlier run may be about to deactivate in a scope, and until when its call may land (Unix
 * seconds).
 */
export type Leaving = { scope: string; anchorId: string; until: number };

/** A client, and the leaf (SHA-256 fingerprint) that a run was about to move it to. */
export type MovedTo = { client: string; leaf: string };

/** What earlier rotations left behind. */
export type Memory = {
  soaks: readonly SoakMemory[];
  cuts: readonly CutMemory[];
  begun?: readonly BegunMemory[];
  leaving?: readonly Leaving[];
  /** The moves of clients whose leaf leads to a held anchor and gets in by nothing that is trusted. */
  moved?: readonly MovedTo[];
};

export const nothingRemembered: Memory = { soaks: [], cuts: [] };
