import type { TrustChange } from '../world/trust.ts';
import type { Doer, EventLog } from './event-log.ts';

/**
 * Returns a look that notes the changes of trust since the last one. One call toggles one scope in one
 * direction, so it is one instant.
 */
export function createTrustLook({ changes }: { changes: readonly TrustChange[] }, eventLog: EventLog) {
  let seen = 0;
  return (doerOf: (change: TrustChange) => Doer, now?: number): void => {
    const calls = Map.groupBy(changes.slice(seen), ({ scope, active, call }) => `${scope} ${active} ${call}`);
    seen = changes.length;
    for (const [first, ...rest] of calls.values()) {
      if (!first) continue;
      const anchorIds = [first, ...rest].map(({ anchorId }) => anchorId);
      const { at, scope, active } = first;
      const by = doerOf(first);
      const withOurKey = by === 'outsider' && first.by === 'windlass';
      const about = { by, scope, active, anchorIds, ...(withOurKey && { withOurKey }) };
      eventLog.push({ at: now ?? 1000 * at, what: 'trust', ...about });
    }
  };
}
