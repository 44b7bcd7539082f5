import type { Scope } from '../../lambdas/domain/anchor.ts';
import type { JournalEntry } from '../../lambdas/domain/memory/journal.ts';
import type { Lease } from '../../lambdas/domain/memory/lease.ts';
import type { WireCall } from '../in-process/wire.ts';
import type { Broken } from '../in-process/world.ts';

/** The reason of a kill where a person has stopped the run by `windlass stop`. */
export const STOPPED = 'stopped where no scope begins any more';

/** Who did something: a step's invocation, an outsider, or the setup. */
export type Doer = { execution: string; invocation: number } | 'outsider' | 'setup';

/** Everything that happened, as the world saw it, in its order. `at` is Unix milliseconds. */
export type LoggedEvent = { at: number } & (
  | { what: 'started'; execution: string; request: unknown }
  | { what: 'ended'; execution: string; error: string | null; cause: string }
  | { what: 'killed'; execution: string; why: string }
  | { what: 'invoked'; execution: string; invocation: number; state: string; step: string; input: unknown }
  /** `heard` is false when nobody waited for it any more. */
  | { what: 'returned'; execution: string; invocation: number; result: unknown; heard: boolean }
  | { what: 'failed'; execution: string; invocation: number; error: string; message: string }
  | { what: 'called'; execution: string; invocation: number; call: WireCall; answer?: unknown }
  /** A probe's verdict as it reached the step. */
  | { what: 'answered'; execution: string; invocation: number; call: WireCall; verdict: string }
  | { what: 'fault'; execution: string; invocation: number; address: string; fault: string; call?: WireCall }
  | { what: 'demanding' | 'demanded'; execution: string; invocation: number }
  /** The toggles of one call, at one instant. */
  | {
      what: 'trust';
      by: Doer;
      scope: Scope;
      active: boolean;
      anchorIds: readonly string[];
      /** Somebody else did it with our admin key. */
      withOurKey?: true;
    }
  | { what: 'anchor'; by: Doer; anchorId: string; exists: boolean; withOurKey?: true }
  /** Somebody gives an anchor another name in the vendor's console. */
  | { what: 'renamed'; by: Doer; anchorId: string; name: string; withOurKey?: true }
  | {
      what: 'leaf';
      by: Doer;
      client: string;
      stage: 'AWSCURRENT' | 'AWSPENDING';
      from: string | null;
      to: string | null;
    }
  /** Somebody puts another certificate into the admin secret. */
  | { what: 'admin'; by: Doer; from: string | null; to: string }
  | { what: 'lease'; by: Doer; lease: Lease }
  /** The one-time schedule, or null when there is none any more. `by` is a string when it has fired. */
  | { what: 'schedule'; by: Doer; next: string | null }
  | { what: 'trouble'; broken: Broken; mended: boolean }
  /** What is on hold from here on. */
  | { what: 'hold'; hold: readonly string[] }
  | { what: 'compromised'; by: Doer; anchorId: string }
  /** A person takes back that an anchor is compromised. */
  | { what: 'retracted'; by: Doer; anchorId: string }
  | { what: 'recorded'; by: Doer; entry: JournalEntry }
);

/** The log of one seed. The judges know only this and the scenario. */
export type EventLog = LoggedEvent[];
