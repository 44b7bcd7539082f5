import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import type { JudgeContext, Watch } from '../watch.ts';
import { whoCouldMove } from './left-to-expire.ts';

/** How long nothing may have gone wrong, and nobody else have changed anything, before an anchor's end, in milliseconds. */
const CALM = 2 * 86_400_000;

/** What may have kept a run from moving anybody. What a probe refuses is some client's own affair, and a schedule that fires nobody's. */
const isMishap = (event: LoggedEvent): boolean =>
  ['fault', 'killed', 'trouble', 'hold'].includes(event.what) ||
  ('by' in event && event.by === 'outsider' && event.what !== 'schedule');

/** Whether the admin key is refused, or may not do something: then nobody moves anybody. */
const isShutOut = ({ replay }: JudgeContext): boolean =>
  [...replay.state.broken].some((what) => what.startsWith('admin ') || what.startsWith('without '));

/**
 * I17: at the very end of an anchor nobody runs on it who could have been moved for days, whatever its neighbours lack, and whatever of
 * them is compromised.
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
      // One second before: then it still lets them in.
      for (const { name, successor } of whoCouldMove(id, at / 1000 - 1, context)) {
        const what = `${name} still runs on ${id}, which expires now, and could have been moved to ${successor} for days`;
        findings.push({ kind: 'leftToExpire', at, what });
      }
    }
    if (isMishap(event)) calmSince = event.at;
    return findings;
  };
}
