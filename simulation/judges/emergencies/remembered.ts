import { digestInId } from '../../../lambdas/domain/memory/named-key.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import { compromisedSince, type JudgeContext, namedIn, type Watch } from '../watch.ts';

/**
 * I15: whatever an emergency names is remembered before anything else is asked, though every API be down or somebody else have the lease; and by
 * its end, though its Plan has never run. It names once.
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

  /** What a person has taken back since a run was asked for is not named by that run once more (I15). */
  function named({ at, by, anchorId }: LoggedEvent & { what: 'compromised' }): Finding[] {
    if (typeof by === 'string') return [];
    const retracted = replay.state.retractedAt.get(anchorId) ?? 0;
    if (retracted < (replay.state.startedAt.get(by.execution) ?? 0)) return [];
    return [{ kind: 'namedAnew', at, what: `${by.execution} names ${anchorId}, which was taken back since` }];
  }

  return (event) => {
    if (event.what === 'compromised') return named(event);
    // A crash of the process is a fault of the call that it died in.
    if (
      event.what === 'fault' &&
      event.fault !== 'the step was not run' &&
      (event.call?.op === 'journal' || !event.call || /dies|stopped|ever comes/.test(event.fault))
    ) {
      hindered.add(event.invocation);
      troubled.add(event.execution);
    }
    // Whoever stops an emergency by hand hears the alarm, and starts it again.
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
