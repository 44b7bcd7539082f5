import type { Scope } from '../../lambdas/domain/anchor.ts';

/** What one invocation has seen and asked, as far as the log shows it. */
export type InvocationRecord = {
  execution: string;
  step: string;
  state: string;
  scope: Scope | null;
  at: number;
  input: unknown;
  /** When it last listed each scope, in milliseconds. */
  listed: Map<Scope, number>;
  /** The clients and witnesses whose secrets it has asked for. */
  read: Set<string>;
  /** Its answered probes: host and leaf, the verdict, and the anchor that let the leaf in. */
  probes: { at: number; project: Scope; host: string; leaf: string; verdict: string; by?: string }[];
  /** Clients whose old leaf it leaves to another scope, as it has written down. */
  elsewhere: Set<string>;
  /** When it last asked what is remembered as compromised, in milliseconds. */
  askedNamedAt?: number;
  /**
   * Its demands for the lease: whether its execution or another one had the lease when it was read, and the
   * change for which the demand was used.
   */
  demands: {
    at: number;
    read: boolean;
    held: boolean;
    isAnothers?: boolean;
    wasAnothers?: boolean;
    used: string | null;
  }[];
};

/** The world as a Plan may have seen it. */
export type Snapshot = {
  at: number;
  active: Map<Scope, Set<string>>;
  leaves: Map<string, LeafState>;
  /** What the admin credential presented, if anything. */
  admin: string | null;
  existing: Set<string>;
  /** Projects that were archived. */
  archived: Set<string>;
  /** Cuts that nobody had confirmed: `scope anchor`. */
  cuts: Set<string>;
  /** Cuts that were written down, though somebody else may have cut faster. */
  written: Set<string>;
};
/** The versions that a client holds. `AWSPREVIOUS` is there once the client was seen to leave it. */
export type LeafState = { AWSCURRENT: string | null; AWSPENDING: string | null; AWSPREVIOUS?: string | null };
