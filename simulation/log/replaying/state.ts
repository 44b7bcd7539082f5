import type { Scope } from '../../../lambdas/domain/anchor.ts';
import type { Lease } from '../../../lambdas/domain/memory/lease.ts';
import type { InvocationRecord, LeafState, Snapshot } from '../invocation-record.ts';

export type ReplayState = ReturnType<typeof emptyState>;

/** What is known of the world before the first event. */
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
    /** When the Plan of each execution first returned, or it ended without and nobody had stopped it: what it asked for is written down by then. */
    heardAt: new Map<string, number>(),
    /** When we last made an anchor active in a scope: `scope anchor`. */
    activatedAt: new Map<string, number>(),
    /** When somebody else last made an anchor active in a scope: `scope anchor`. */
    broughtInAt: new Map<string, number>(),
    /** When each execution first cut anything. */
    cuttingSince: new Map<string, number>(),
    /** When we last cut an anchor in a scope, whatever has become of it since: `scope anchor`. */
    lastCutAt: new Map<string, number>(),
    /** When a listing last showed a run that what we had cut in a scope is inactive there: `scope anchor`. */
    seenGoneAt: new Map<string, number>(),
    /** When an undo of ours last took a successor back that we have not made active in that scope since: `scope anchor` (F16). */
    takenBack: new Map<string, number>(),
    /** Successions that a plan has written into the journal: `retiring successor`. */
    begun: new Set<string>(),
    /** Cuts of ours that nobody has confirmed: `scope anchor`, when and by which execution. */
    cuts: new Map<string, { at: number; execution: string }>(),
    /** Cuts in the journal: `scope anchor`. */
    written: new Set<string>(),
    /** When a cut was last struck off the journal, and whether mutual TLS was off there by then. */
    struck: new Map<string, { at: number; isOff: boolean }>(),
    /** When a client last got its current leaf, and from whom; `isBack` where a run of ours let it go back to the one before. */
    movedAt: new Map<string, { at: number; from: string | null; ours: boolean; isBack: boolean }>(),
    /** Every version that a secret has held, each as one of its own: who has seen a chain has it. */
    everHeld: new Map<string, LeafState>(),
    /** When the last plan began that ended and could see a version in a secret, and whose certificate it hangs from. */
    everSeen: new Map<string, number>(),
    /** What the admin credential presents, and since when; null where it presents nothing (F10). */
    admin: null as { leaf: string; at: number } | null,
    /** What each client ran on whenever a plan that ended looked, where it could be read. */
    seenUnder: new Map<string, string[]>(),
    /** Scopes of which some listing of an execution was told nothing: `execution scope`. */
    unlisted: new Set<string>(),
    /** Clients whose running leaf, and anchors whose certificate, a call of the plan failed to read: `execution client`, `execution anchor`; `execution client AWSPENDING` where it is the staged one. */
    unread: new Set<string>(),
    /** Every anchor that a plan that ended could see, or that one has written down before it failed. */
    existed: new Set<string>(),
    /** What somebody has broken, for as long as it lasts. */
    broken: new Set<string>(),
    /** When a deployment last named a client that the one before it did not. */
    namedAt: new Map<string, number>(),
    /** When a call of ours last moved a client after its run had lost the lease. */
    lateAt: new Map<string, number>(),
    /** When an outsider last touched a scope's trust, or a client's secret. */
    outsiderAt: new Map<string, number>(),
    /** Projects that are archived, or have been: their keys are refused, and they are not listed. */
    archived: new Map<Scope, { at: number; mended: boolean }>(),
  };
}

/** Whether an anchor is active in a scope, `scope anchor`, by our own doing: nobody has made it active again since we took it back. */
export const isStillOurs = (
  { activatedAt, takenBack }: Pick<ReplayState, 'activatedAt' | 'takenBack'>,
  key: string,
): boolean => (activatedAt.get(key) ?? -1) > (takenBack.get(key) ?? -1);
