import { secondsOf } from '../../../lambdas/domain/instant.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import type { JudgeContext, Watch } from '../watch.ts';

const DAY = 86_400;
/** Slack in seconds: the first gap between two runs, and clocks that differ. */
const ABOUT = 1_200;

/**
 * Judges rule 6 and I17: a run for which another run has set a time comes for something, and no other run
 * comes for that before the sweep. Where it never gets a plan, its own end sets a time, as long as such ends
 * have lost less than about a day.
 */
export function createGivenUpWatch({ replay }: JudgeContext): Watch {
  /** Runs that have had a plan, or were stopped. */
  const excused = new Set<string>();
  /**
   * Runs whose end is written down without saying that they set no schedule. Another watch
   * judges who sees to a dead run.
   */
  const released = new Set<string>();
  let next: string | null = null;

  function ended({ at, execution, error }: LoggedEvent & { what: 'ended' }): Finding[] {
    const { startedBy, failingSince } = Object(replay.state.requests.get(execution));
    const isTry = error !== null && startedBy === 'the next rotation' && released.has(execution);
    if (!isTry || excused.has(execution) || next !== null) return [];
    const { lease, running, startedAt } = replay.state;
    const began = startedAt.get(execution) ?? 0;
    const since = failingSince ? secondsOf(failingSince) : began / 1000;
    const isOthers =
      lease !== null && lease.holder !== execution && secondsOf(lease.takenAt) * 1000 > began - 1000 * ABOUT;
    const others = [...running].filter((one) => one !== execution);
    if (isOthers || others.length > 0 || at / 1000 - since > DAY / 2 - ABOUT) return [];
    const what = `${execution} came for something, never had a plan, and ended with ${error}: nobody comes before the sweep`;
    return [{ kind: 'schedule', at, what }];
  }

  return (event) => {
    if (event.what === 'schedule') next = event.next;
    if (event.what === 'killed') excused.add(event.execution);
    if (event.what === 'returned' && event.heard) {
      const seen = replay.state.invocations.get(event.invocation);
      if (seen?.step === 'plan') excused.add(event.execution);
    }
    if (event.what === 'recorded' && event.entry.event === 'ended' && !event.entry.detail.notScheduled)
      released.add(event.entry.execution);
    return event.what === 'ended' ? ended(event) : [];
  };
}
