import { digestInId } from '../../../lambdas/domain/memory/named-key.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import { compromisedSince, type JudgeContext, namedIn, type Watch } from '../watch.ts';

/**
 * Judges I15: what an emergency names is remembered before anything else is asked, even when every API
 * is down or another run has the lease. By the emergency's end it is remembered even when its Plan has
 * never run. An emergency names once.
 */
export function createRememberedWatch({ replay, rules }: JudgeContext): Watch {
  /** Invocations of Plan that could not reach the table, or that died. */
  const hindered = new Set<number>();
  /** Executions whose Plan has begun at all, and those of which any step met such a fault. */
  const planning = new Set<string>();
  const troubled = new Set<string>();

  function forgottenBy({ at, execution }: { at: number; execution: string }): Finding[] {
    const all = namedIn(replay.state.requests.get(execution));
    const named = all.filter((id) => digestInId(id) === undefined || !rules.isKeyOfUpload(id));
    const known = compromisedSince(replay, replay.state.startedAt.get(execution) ?? 0);
    const forgotten = named.filter(
      (id) => (replay.exists(id) || digestInId(id) !== undefined) && !known.includes(id),
    );
    if (forgotten.length === 0) return [];
    return [
      { kind: 'forgotten', at, what: `${execution} named ${forgotten.join(' ')}, and nobody remembers it` },
    ];
  }

  /**
   * Returns a finding where a run names once more what a person has taken back
   * since that run was asked for (I15).
   */
  function named({ at, by, anchorId }: LoggedEvent & { what: 'compromised' }): Finding[] {
    if (typeof by === 'string') return [];
    const retracted = replay.state.retractedAt.get(anchorId) ?? 0;
    if (retracted < (replay.state.startedAt.get(by.execution) ?? 0)) return [];
    return [{ kind: 'namedAnew', at, what: `${by.execution} names ${anchorId}, which was taken back since` }];
  }

  return (event) => {
    if (event.what === 'compromised') return named(event);
    // A crash of the process is a fault of the call during which it died.
    if (
      event.what === 'fault' &&
      event.fault !== 'the step was not run' &&
      (event.call?.op === 'journal' || !event.call || /dies|stopped|ever comes/.test(event.fault))
    ) {
      hindered.add(event.invocation);
      troubled.add(event.execution);
    }
    // A person who stops an emergency by hand hears the alarm, and starts it again.
    if (event.what === 'killed') troubled.add(event.execution);
    if (event.what === 'invoked' && event.step === 'plan') planning.add(event.execution);
    if (event.what === 'ended') {
      const isOver = !planning.has(event.execution) && !troubled.has(event.execution);
      return isOver ? forgottenBy(event) : [];
    }
    if (event.what !== 'returned' && event.what !== 'failed') return [];
    const isPlan = replay.state.invocations.get(event.invocation)?.step === 'plan';
    return isPlan && !hindered.has(event.invocation) ? forgottenBy(event) : [];
  };
}
