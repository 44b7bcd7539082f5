import type { Blocked } from '../../../lambdas/domain/plan-document/blocked.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import type { JudgeContext, Watch } from '../watch.ts';

const [MINUTE, HOUR] = [60_000, 3_600_000];

/**
 * Within which time a run comes, in milliseconds: an hour, with some minutes for its clock and its functions.
 */
const WITHIN = HOUR + 15 * MINUTE;

/** The words in a plan about an active anchor whose key nobody could read (I9, I15). */
const SUSPECT = /it may have a compromised key/;

/**
 * Judges I9, I15 and rule 6: an active anchor may have a compromised key, since the API has no answer for its
 * certificate. A run looks at it again within the hour: that failure passes by itself, and nobody is told
 * when it has. While another rotation is at work, the sweep finds it.
 */
export function createUnreadKeysWatch({ replay, scenario }: JudgeContext): Watch {
  /**
   * Suspects that a run's plan has told of, and runs that met a fault which may have kept
   * them from setting the next run.
   */
  const told = new Map<string, readonly string[]>();
  const hindered = new Set<string>();
  /** The suspects that the last run has left, and when it ended. */
  let left: { ids: readonly string[]; at: number } | null = null;

  function noted(event: LoggedEvent): void {
    if (event.what === 'fault' || event.what === 'killed') hindered.add(event.execution);
    // Any run that comes looks.
    if (event.what === 'started') left = null;
    if (event.what === 'returned' && replay.state.invocations.get(event.invocation)?.step === 'plan') {
      const { blocked = [] } = Object(event.result) as { blocked?: readonly Blocked[] };
      const suspects = blocked.filter(({ reason }) => SUSPECT.test(reason)).map(({ anchor }) => anchor);
      told.set(
        event.execution,
        suspects.filter((id) => replay.state.broken.has(`unreadable ${id}`)),
      );
    }
    if (event.what !== 'ended') return;
    const isSet = [null, 'Blocked'].includes(event.error) && !hindered.has(event.execution);
    left = isSet ? { ids: told.get(event.execution) ?? [], at: event.at } : null;
  }

  /** Returns suspects for which no run has come, while none is at work. */
  function overdue(at: number): string[] {
    if (left === null || at - left.at <= WITHIN || replay.state.running.size > 0) return [];
    // Where every call takes a hundred times as long, nothing comes soon.
    if (scenario.faultRates.pace > 10) return [];
    return [...left.ids];
  }

  return (event): Finding[] => {
    const { at } = event;
    const ids = overdue(at);
    if (ids.length > 0) left = null;
    noted(event);
    return ids.map((id) => ({
      kind: 'unwatched',
      at,
      what: `${id} may have a compromised key, the API had no answer for its certificate, and nobody looked within the hour`,
    }));
  };
}
