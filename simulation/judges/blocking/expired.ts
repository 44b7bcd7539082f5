import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import type { JudgeContext, Watch } from '../watch.ts';
import { whoCouldMove } from './left-to-expire.ts';

/**
 * For how long before an anchor's end nothing may have gone wrong, and no outsider have
 * changed anything, in milliseconds.
 */
const CALM = 2 * 86_400_000;

/**
 * Whether an event may have kept a run from moving a client. A refusal by a probe is that client's own
 * affair, and a schedule that fires is no mishap.
 */
const isMishap = (event: LoggedEvent): boolean =>
  ['fault', 'killed', 'trouble', 'hold'].includes(event.what) ||
  ('by' in event && event.by === 'outsider' && event.what !== 'schedule');

/** Whether the admin key is refused, or lacks a permission: then no run moves anybody. */
const isShutOut = ({ replay }: JudgeContext): boolean =>
  [...replay.state.broken].some((what) => what.startsWith('admin ') || what.startsWith('without '));

/**
 * Judges I17: when an anchor ends, no client still runs on it that could have been moved for days, whatever
 * its neighbours lack, and whichever of them is compromised.
 */
export function createExpiredWatch(context: JudgeContext): Watch {
  const { scenario } = context;
  const ends = scenario.anchors
    .map(({ id, expiresAt }) => ({ id, at: 1000 * expiresAt }))
    .filter(({ at }) => at >= 1000 * scenario.start + CALM)
    .toSorted((one, other) => one.at - other.at);
  let calmSince = 0;
  return (event) => {
    const findings: Finding[] = [];
    for (let next = ends[0]; next && next.at <= event.at; next = ends[0]) {
      ends.shift();
      const { id, at } = next;
      if (at - calmSince < CALM || isShutOut(context) || scenario.faultRates.pace > 10) continue;
      // One second before its end the anchor still lets the clients in.
      for (const { name, successor } of whoCouldMove(id, at / 1000 - 1, context)) {
        const what = `${name} still runs on ${id}, which expires now, and could have been moved to ${successor} for days`;
        findings.push({ kind: 'leftToExpire', at, what });
      }
    }
    if (isMishap(event)) calmSince = event.at;
    return findings;
  };
}
