import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import type { JournalEntry } from '../../../lambdas/domain/memory/journal.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import type { JudgeContext, TrustEvent, Watch } from '../watch.ts';

const DAY = 86_400;
/** Clocks differ, and what happens while the log is read may be in it or not. Seconds. */
const SLACK = 900;

/**
 * F19: what somebody has done with our key is told by a run that could see it, where the log has something of ours beside it, and
 * nothing else is told as that. Of a log that is off, late or closed nothing is asked.
 */
export function createAuditWatch({ scenario }: JudgeContext): Watch {
  const { isOn = true, late = 0 } = scenario.auditLog ?? {};
  const own: { at: number }[] = [];
  const strange: Strange[] = [];
  const lines: JournalEntry[] = [];
  const told = new Set<string>();

  const isIntended = ({ at, toggle }: Strange): boolean =>
    lines.some((line) => {
      const near = Date.parse(line.at) - at;
      const { activating = [], reactivating = [], deactivating = [], takingBack = [] } = line.detail;
      const named = [toggle?.active ? [activating, reactivating] : [deactivating, takingBack]].flat(2);
      return (
        line.scope === toggle?.scope &&
        Math.abs(near) < 2 * 3_600_000 &&
        toggle?.anchorIds.some((id) => named.includes(id))
      );
    });

  function audited({ at, detail }: JournalEntry): Finding[] {
    const now = Date.parse(at) / 1000;
    const said = (Array.isArray(detail.unknown) ? detail.unknown : []).map(
      (one) => `${one.what} ${one.when}`,
    );
    for (const one of said) told.add(one);
    const done = new Set(strange.map(({ what }) => what));
    const slander = said.filter((one) => !done.has(one));
    // Before the first plan of all nobody wrote anything down, so that nothing can be missing.
    const first = lines.find(({ event }) => event === 'planned')?.at ?? at;
    const from = Math.max(now - 2 * DAY + SLACK, Date.parse(first) / 1000);
    const isSeen = (one: { at: number }) => one.at / 1000 > from && one.at / 1000 < now - late - SLACK;
    const isAsked = isOn && !detail.absent && own.some(isSeen);
    const silent = strange.filter((one) => isAsked && isSeen(one) && !isIntended(one) && !told.has(one.what));
    return [
      ...slander.map((what) => `${what} is told as done with our key, and nobody did it with that`),
      ...silent.map(
        ({ what }) => `somebody did this with our key, and a run that could see it says nothing: ${what}`,
      ),
    ].map((what) => ({ kind: 'unaudited', at: Date.parse(at), what }));
  }

  return (event) => {
    if (event.what === 'trust' && event.withOurKey) strange.push(strangeToggle(event));
    else if (event.what === 'anchor' && event.withOurKey) strange.push(strangeObject(event));
    else if (event.what === 'trust' && typeof event.by === 'object') own.push({ at: event.at });
    if (event.what !== 'recorded') return [];
    lines.push(event.entry);
    return event.entry.event === 'audited' ? audited(event.entry) : [];
  };
}

/** What somebody did with our key, as a run has to tell it; `at` is Unix milliseconds. */
type Strange = { at: number; what: string; toggle?: TrustEvent };

const strangeToggle = (toggle: TrustEvent): Strange => {
  const { at, scope, active, anchorIds } = toggle;
  const what = `certificates.${active ? 'activated' : 'deactivated'} ${anchorIds.join(', ')} in ${scope}`;
  return { at, toggle, what: whenDone(what, at) };
};

const strangeObject = ({ at, anchorId, exists }: LoggedEvent & { what: 'anchor' }): Strange => {
  const what = `certificate.${exists ? 'created' : 'deleted'} ${anchorId} in ${ORGANIZATION}`;
  return { at, what: whenDone(what, at) };
};

const whenDone = (what: string, at: number): string => `${what} ${instant(Math.floor(at / 1000))}`;
