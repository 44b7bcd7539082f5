import { ORGANIZATION, type Scope } from '../../lambdas/domain/anchor.ts';
import { type AnchorChoice, inOrderOf } from '../world/anchor-choice.ts';
import type { LoggedEvent } from './event-log.ts';
import type { LeafState, Snapshot } from './invocation-record.ts';
import { callHandlers } from './replaying/calls.ts';
import { changeHandlers, isLateIn } from './replaying/changes.ts';
import type { EventOf, Handlers } from './replaying/handlers.ts';
import { readableLeaves, snapshotOf } from './replaying/readable.ts';
import { runHandlers } from './replaying/runs.ts';
import { emptyState } from './replaying/state.ts';

type Told = {
  /** The anchors of one key, which are compromised together (I15). */
  sharing?: (anchorId: string) => readonly string[];
  /** The project of each client. */
  projectOf?: (client: string) => string | undefined;
  projects?: readonly string[];
  /** How hosts choose among a scope's anchors. */
  choice?: AnchorChoice | undefined;
};

/** Returns the world at one moment of a log, replayed up to there. */
export function createReplay({
  sharing = (id) => [id],
  projectOf = () => undefined,
  projects = [],
  choice = 'first',
}: Told = {}) {
  const state = emptyState();
  const around = { projectOf, projects };
  /** Every kind of event has its entry, so a new kind without a handler does not compile. */
  const handlers: Handlers = {
    ...runHandlers(state, around),
    ...callHandlers(state),
    ...changeHandlers(state, sharing),
    ...{ failed: ignore, demanded: ignore, schedule: ignore, hold: ignore, renamed: ignore },
  };
  let readable: ReadonlyMap<string, LeafState> | undefined;
  const activeIn = (scope: Scope): ReadonlySet<string> => state.active.get(scope) ?? NONE;
  return {
    state,
    /** The world as a Plan may see it by now; `at` in milliseconds. */
    look: (at: number): Snapshot => snapshotOf(state, at, around),
    apply(event: LoggedEvent): void {
      readable = undefined;
      const handle = handlers[event.what] as (event: LoggedEvent) => void;
      handle(event);
    },
    /**
     * The leaves that anybody could read. Kept between two events, since judges ask for them for each client.
     */
    readable: (): ReadonlyMap<string, LeafState> => {
      readable ??= readableLeaves(state, around);
      return readable;
    },
    /** Whether a leaf was moved by a call that was on its way when its run lost the lease. */
    isLate: (event: EventOf<'leaf'>): boolean => isLateIn(state, event),
    exists: (anchorId: string): boolean => state.existing.has(anchorId),
    /**
     * Whether an anchor's certificate can be read. Nobody can tell which leaves lead to an anchor without it.
     */
    isReadable: (anchorId: string): boolean =>
      state.existing.has(anchorId) && !state.broken.has(`unreadable ${anchorId}`),
    activeIn,
    /** The anchors of a scope in the order in which hosts ask them. */
    inOrder: (ids: Iterable<string>): string[] => inOrderOf(choice, ids),
    /** What a project trusts: its own anchors and the organization's, as hosts ask them (F7). */
    trusted: (scope: Scope): Set<string> =>
      new Set([scope, ORGANIZATION].flatMap((of) => inOrderOf(choice, activeIn(of)))),
  };
}

export type Replay = ReturnType<typeof createReplay>;

/** For the kinds of events that change nothing in the replay. */
const ignore = (): void => {};

const NONE: ReadonlySet<string> = new Set();
