import { instant } from '../../../lambdas/domain/instant.ts';
import type { JournalEntry } from '../../../lambdas/domain/memory/journal.ts';
import type { Finding } from '../../log/findings.ts';
import type { JudgeContext, TrustEvent, Watch } from '../watch.ts';

const DAY = 86_400;
/** Clocks differ, and what happens while the log is read may be in it or not. Seconds. */
const SLACK = 900;

/**
 * F19: what somebody has done with our key is told by a run that could see it, where the log has something of ours beside it. Of a
 * log that is off, late or closed nothing is asked.
 */
export function createAuditWatch({ scenario }: JudgeContext): Watch {
  const { isOn = true, late = 0 } = scenario.auditLog ?? {};
  const own: { at: number }[] = [];
  const strange: TrustEvent[] = [];
  const lines: JournalEntry[] = [];
  const told = new Set<string>();

  const isIntended = ({ at, scope, active, anchorIds }: TrustEvent): boolean =>
    lines.some((line) => {
      const near = Date.parse(line.at) - at;
      const { activating = [], reactivating = [], deactivating = [], takingBack = [] } = line.detail;
      const named = [active ? [activating, reactivating] : [deactivating, takingBack]].flat(2);
      return (
        line.scope === scope && Math.abs(near) < 2 * 3_600_000 && anchorIds.some((id) => named.includes(id))
      );
    });

  function audited({ at, detail }: JournalEntry): Finding[] {
    for (const one of Array.isArray(detail.unknown) ? detail.unknown : [])
      told.add(`${one.what} ${one.when}`);
    const now = Date.parse(at) / 1000;
    // Before the first plan of all nobody wrote anything down, so that nothing can be missing.
    const first = lines.find(({ event }) => event === 'planned')?.at ?? at;
    const from = Math.max(now - 2 * DAY + SLACK, Date.parse(first) / 1000);
    const isSeen = (one: { at: number }) => one.at / 1000 > from && one.at / 1000 < now - late - SLACK;
    if (!isOn || detail.absent || !own.some(isSeen)) return [];
    return strange
      .filter((one) => isSeen(one) && !isIntended(one) && !isTold(one))
      .map(({ scope, anchorIds }) => ({
        kind: 'unaudited',
        at: Date.parse(at),
        what: `somebody changed ${anchorIds.join(' ')} in ${scope} with our key, and a run that could see it says nothing`,
      }));
  }

  const isTold = ({ at, scope, active, anchorIds }: TrustEvent): boolean =>
    told.has(
      `certificates.${active ? 'activated' : 'deactivated'} ${anchorIds.join(', ')} in ${scope} ${instant(Math.floor(at / 1000))}`,
    );

  return (event) => {
    if (event.what === 'trust' && event.withOurKey) strange.push(event);
    else if (event.what === 'trust' && typeof event.by === 'object') own.push({ at: event.at });
    if (event.what !== 'recorded') return [];
    lines.push(event.entry);
    return event.entry.event === 'audited' ? audited(event.entry) : [];
  };
}
