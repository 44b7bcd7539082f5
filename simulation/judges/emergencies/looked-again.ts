import type { Finding } from '../../log/findings.ts';
import { isCompromised, type JudgeContext, type TrustEvent, type Watch } from '../watch.ts';

/**
 * A call of a run that was taken over may land after the emergency has listed. Some run looks within
 * this time of it, in milliseconds.
 */
const SEEN_WITHIN = 30 * 60 * 1000;

/**
 * Judges I15 and rule 6: an emergency takes over from a run, and a late call of that run makes a compromised
 * anchor active again. Then some run looks soon.
 */
export function createLookedAgainWatch(context: JudgeContext): Watch {
  /** Compromised anchors that a call of ours made active after they had been named: `scope anchor`. */
  const back = new Map<string, { at: number; by: string }>();
  /**
   * When some run last began to look, in milliseconds. A run that was stopped or could not schedule the next
   * counts as a later look, since a person is told.
   */
  let lastLook = 0;

  function changed({ at, by, scope, active, anchorIds }: TrustEvent): void {
    for (const id of anchorIds) {
      if (!active) back.delete(`${scope} ${id}`);
      else if (typeof by === 'object' && isCompromised(context, id))
        back.set(`${scope} ${id}`, { at, by: by.execution });
    }
  }

  return (event): Finding[] => {
    const { at } = event;
    const isOverdue = (since: number): boolean => at - since > SEEN_WITHIN && lastLook < since;
    const overdue = back.size === 0 ? [] : [...back].filter(([, since]) => isOverdue(since.at));
    for (const [key] of overdue) back.delete(key);
    if (event.what === 'trust') changed(event);
    // A person who stops an emergency by hand hears the alarm, and starts it again.
    if (event.what === 'killed') lastLook = Math.max(lastLook, at + SEEN_WITHIN);
    // A run that cannot schedule a look says so and ends red.
    if (event.what === 'fault' && event.call?.op === 'schedule')
      lastLook = Math.max(lastLook, at + SEEN_WITHIN);
    if (event.what === 'invoked' && event.step === 'plan') lastLook = at;
    return overdue.map(([key, since]) => ({
      kind: 'unwatched',
      at: since.at,
      what: `a late call of ${since.by} made ${key.split(' ').toReversed().join(' active again in ')}, and nobody looked within half an hour`,
    }));
  };
}
