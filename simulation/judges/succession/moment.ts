import type { Scope } from '../../../lambdas/domain/anchor.ts';
import type { LeafState } from '../../log/invocation-record.ts';

/** What a choice between successors is made from. `at` and `since` are Unix seconds. */
export type Moment = {
  at: number;
  since: number;
  existing: ReadonlySet<string> | { has(id: string): boolean };
  leaves: ReadonlyMap<string, LeafState>;
  /**
   * The leaves of earlier secrets that may be remembered for their chains.
   * Without it only today's leaves count.
   */
  everHeld?: ReadonlyMap<string, LeafState>;
  /** What each scope has active. */
  active: ReadonlyMap<Scope, ReadonlySet<string>>;
  /** Ids that were named by then, by a request or by an earlier emergency. */
  named: readonly string[];
};
