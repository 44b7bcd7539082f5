import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import type { JudgeContext, Watch } from '../watch.ts';

type Request = { mode?: string; anchors?: string[] };

/** I15: whatever an emergency names is remembered before anything else is asked, though every API be down or somebody else have the lease. */
export function createRememberedWatch({ replay }: JudgeContext): Watch {
  /** Invocations of Plan that could not reach the table, or that died. */
  const hindered = new Set<number>();

  function planned({ at, execution, invocation }: LoggedEvent & { what: 'returned' | 'failed' }): Finding[] {
    const { mode, anchors = [] } = (replay.state.requests.get(execution) ?? {}) as Request;
    if (mode !== 'emergency' || hindered.has(invocation)) return [];
    const forgotten = anchors.filter((id) => replay.exists(id) && !replay.state.compromised.has(id));
    if (forgotten.length === 0) return [];
    return [
      { kind: 'forgotten', at, what: `${execution} named ${forgotten.join(' ')}, and nobody remembers it` },
    ];
  }

  return (event) => {
    // A crash of the process is a fault of the call that it died in.
    if (
      event.what === 'fault' &&
      (event.call?.op === 'journal' || !event.call || /dies|stopped|ever comes/.test(event.fault))
    )
      hindered.add(event.invocation);
    if (event.what !== 'returned' && event.what !== 'failed') return [];
    return replay.state.invocations.get(event.invocation)?.step === 'plan' ? planned(event) : [];
  };
}
