import type { Scope } from '../../../lambdas/domain/anchor.ts';
import type { Lease } from '../../../lambdas/domain/memory/lease.ts';
import type { InvocationRecord, LeafState, Snapshot } from '../invocation-record.ts';

export type ReplayState = ReturnType<typeof emptyState>;

/** Returns what is known of the world before the first event. Times are Unix milliseconds. */
export function emptyState() {
  return {
    active: new Map<Scope, Set<string>>(),
    leaves: new Map<string, LeafState>(),
    /** Every anchor that is uploaded now. */
    existing: new Set<string>(),
    lease: null as Lease | null,
    /** What was active in each scope when an execution freed the lease, or lost it. */
    activeAtEnd: new Map<string, ReadonlyMap<Scope, ReadonlySet<string>>>(),
    compromised: new Map<string, number>(),
    /** When a person took back that an anchor is compromised. */
    retractedAt: new Map<string, number>(),
    requests: new Map<string, unknown>(),
    startedAt: new Map<string, number>(),
    running: new Set<string>(),
    invocations: new Map<number, InvocationRecord>(),
    /** The world as each execution's Plan began and as it returned, for each attempt. */
    plans: new Map<string, Snapshot[]>(),
    /**
     * When the Plan of each execution first returned, or when the execution ended without one and nobody had
     * stopped it. What it asked for is written down by then.
     */
    heardAt: new Map<string, number>(),
    /** When a run of ours last made an anchor active in a scope: `scope anchor`. */
    activatedAt: new Map<string, number>(),
    /** When somebody else last made an anchor active in a scope: `scope anchor`. */
    broughtInAt: new Map<string, number>(),
    /** When each execution first cut anything. */
    cuttingSince: new Map<string, number>(),
    /** When a run of ours last cut an anchor in a scope, whatever has become of it since: `scope anchor`. */
    lastCutAt: new Map<string, number>(),
    /**
     * When a listing last showed a run that an anchor which was cut in a scope is
     * inactive there: `scope anchor`.
     */
    seenGoneAt: new Map<string, number>(),
    /**
     * When an undo last took a successor back that no run has made active in that
     * scope since: `scope anchor` (F16).
     */
    takenBack: new Map<string, number>(),
    /** Successions that a plan has written into the journal: `retiring successor`. */
    begun: new Set<string>(),
    /** Cuts of ours that nobody has confirmed: `scope anchor`, with when and by which execution. */
    cuts: new Map<string, { at: number; execution: string }>(),
    /** Cuts in the journal: `scope anchor`. */
    written: new Set<string>(),
    /** When a cut was last struck off the journal, and whether mutual TLS was off there by then. */
    struck: new Map<string, { at: number; isOff: boolean }>(),
    /**
     * When a client last got its current leaf, and which leaf it had before. `isBack` where a run of ours
     * moved it back to its earlier leaf.
     */
    movedAt: new Map<string, { at: number; from: string | null; ours: boolean; isBack: boolean }>(),
    /** Every version that a secret has held, each by itself. Whoever has seen a chain has it. */
    everHeld: new Map<string, LeafState>(),
    /**
     * For each version that an ended plan could see in a secret, with the certificate of its anchor:
     * when the last such plan began.
     */
    everSeen: new Map<string, number>(),
    /** What the admin credential presents, and since when; null where it presents nothing (F10). */
    admin: null as { leaf: string; at: number } | null,
    /** What each client ran on whenever a plan looked that ended, where it could be read. */
    seenUnder: new Map<string, string[]>(),
    /** Scopes of which some listing of an execution got no answer: `execution scope`. */
    unlisted: new Set<string>(),
    /**
     * What a call of the plan failed to read: `execution client` for a running leaf, `execution client
     * AWSPENDING` for a staged one, `execution anchor` for a certificate.
     */
    unread: new Set<string>(),
    /** Every anchor that an ended plan could see, or that a plan has written down before it failed. */
    existed: new Set<string>(),
    /** What somebody has broken, for as long as it lasts. */
    broken: new Set<string>(),
    /** When a deployment last named a client that the one before it did not. */
    namedAt: new Map<string, number>(),
    /** When a call of ours last moved a client after its run had lost the lease. */
    lateAt: new Map<string, number>(),
    /** When an outsider last changed a scope's trust, or a client's secret. */
    outsiderAt: new Map<string, number>(),
    /**
     * Projects that are archived, or have been. While they are, their keys are
     * refused, and they are not listed.
     */
    archived: new Map<Scope, { at: number; mended: boolean }>(),
  };
}

/**
 * Whether an anchor is active in a scope, `scope anchor`, because a run of ours activated it, and
 * no undo has taken it back since.
 */
export const isStillOurs = (
  { activatedAt, takenBack }: Pick<ReplayState, 'activatedAt' | 'takenBack'>,
  key: string,
): boolean => (activatedAt.get(key) ?? -1) > (takenBack.get(key) ?? -1);
