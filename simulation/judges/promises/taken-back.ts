import type { Finding } from '../../log/findings.ts';
import type { JudgeContext, Watch } from '../watch.ts';

/**
 * F16: what an undo has taken back, since strangers got in by it or clients did not, stays inactive until a person starts a
 * run. Nobody can read whether its filter was repaired, and a sweep that tried would let strangers in again every day.
 */
export function createTakenBackWatch({ replay, rules }: JudgeContext): Watch {
  const { requests, takenBack, compromised, invocations } = replay.state;

  /** By the schedule, and not to replace what is compromised: that waits for no filter (I16). */
  const isUnasked = (execution: string): boolean => {
    const { mode = 'scheduled' } = Object(requests.get(execution)) as { mode?: string };
    return mode === 'scheduled';
  };
  const isUrgent = (id: string): boolean =>
    [...compromised.keys()].some((other) => rules.anchor(other)?.line === rules.anchor(id)?.line);

  /** When a run that a person asked for last looked at what there was: from then on sweeps go on with what it left. */
  let askedAt = 0;

  /**
   * Undos that returned: one that was stopped between its call and its mark has told nobody, so that the next run tries once
   * more, and takes it back again. `scope anchor`, and when.
   */
  const marked = new Map<string, number>();

  return (event): Finding[] => {
    const undo = event.what === 'returned' ? invocations.get(event.invocation) : undefined;
    if (undo?.step === 'undo' && event.what === 'returned')
      for (const id of Object(event.result).takenBack ?? []) marked.set(`${undo.scope} ${id}`, event.at);
    if (event.what === 'invoked' && event.step === 'plan' && !isUnasked(event.execution)) askedAt = event.at;
    if (event.what !== 'trust' || !event.active || typeof event.by !== 'object') return [];
    const { at, by, scope, anchorIds } = event;
    if (!isUnasked(by.execution)) return [];
    return anchorIds
      .filter((id) => {
        const since = takenBack.get(`${scope} ${id}`) ?? Number.POSITIVE_INFINITY;
        return (marked.get(`${scope} ${id}`) ?? 0) >= since && since > askedAt && !isUrgent(id);
      })
      .map((id) => ({
        kind: 'activatedAgain',
        at,
        what: `${by.execution} made ${id} active in ${scope} again, which had been taken back, and nobody asked for it`,
      }));
  };
}
