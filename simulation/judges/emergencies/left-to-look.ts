import type { LoggedEvent } from '../../log/event-log.ts';
import type { Snapshot } from '../../log/invocation-record.ts';
import { isCompromised, type JudgeContext } from '../watch.ts';

/** Ends after which the next look has been set, or a person has been told that it was not. */
const AS_PLANNED = [null, 'Blocked', 'Busy', 'Superseded'];

/**
 * Returns a record of active compromised anchors that the last look has left to the next: `scope anchor`. No
 * run has seen what somebody makes active later, and nobody sets a look for that: the sweep finds it. Nobody
 * can see what is active in an archived project.
 */
export function createLeftToLook(context: JudgeContext) {
  const { replay } = context;
  const left = new Set<string>();
  return {
    isAny: () => left.size > 0,
    /** Notes that a run has looked and set the next look; `seen` is null where it has set none. */
    look(
      seen: Pick<Snapshot, 'active' | 'archived'> | null,
      isUnseen: (scope: string, id: string) => boolean,
    ): void {
      left.clear();
      for (const [scope, ids] of seen?.active ?? [])
        for (const id of ids)
          if (!seen?.archived.has(scope) && isCompromised(context, id) && !isUnseen(scope, id))
            left.add(`${scope} ${id}`);
    },
    note(event: LoggedEvent): void {
      const isOff = event.what === 'ended' && !AS_PLANNED.includes(event.error);
      if (event.what === 'killed' || isOff) left.clear();
      if (event.what === 'trust' && !event.active)
        for (const id of event.anchorIds) left.delete(`${event.scope} ${id}`);
      if (event.what !== 'ended') return;
      for (const [scope, { mended }] of replay.state.archived)
        for (const key of left) if (!mended && key.startsWith(`${scope} `)) left.delete(key);
    },
  };
}
