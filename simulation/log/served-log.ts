import type { SimulatedOrganization } from '../world/simulated-organization.ts';
import type { TrustChange } from '../world/trust.ts';
import type { Doer, EventLog } from './event-log.ts';
import { createTrustLook } from './trust-look.ts';

/**
 * The event log of executions whose functions call over HTTP: what was invoked, and every change of trust. No call says
 * whose it is, so a change is taken for the doing of whoever was asked last to make such a change in that scope.
 */
export function createServedLog(organization: Pick<SimulatedOrganization, 'now' | 'changes'>) {
  const eventLog: EventLog = [];
  let [look, invocations] = [createTrustLook(organization, eventLog), 0];

  function doerOf({ by, scope, active }: TrustChange): Doer {
    if (by !== 'windlass') return by === 'setup' ? by : 'outsider';
    const mayBe = (step: string, input: unknown): boolean =>
      // What Undo takes back is a successor that lets a witness in (F16).
      step === 'undo'
        ? active || Object(Object(input).halt).Error === 'TrustWidened'
        : step === (active ? 'activate' : 'deactivate');
    const asked = eventLog.findLast(
      (event) =>
        event.what === 'invoked' &&
        mayBe(event.step, event.input) &&
        (Object(event.input).plan?.scope === scope || Object(event.input).everywhere === true),
    );
    if (asked?.what !== 'invoked') return { execution: 'nobody', invocation: 0 };
    return { execution: asked.execution, invocation: asked.invocation };
  }

  return {
    /** Right before a step runs: whatever has changed until now is not its doing. */
    invoked(execution: string, step: string, input: unknown): void {
      look(doerOf);
      const about = { execution, invocation: ++invocations, state: step, step, input };
      eventLog.push({ at: 1000 * organization.now(), what: 'invoked', ...about });
    },
    /** Everything until now. */
    events(): EventLog {
      look(doerOf);
      return eventLog;
    },
    /** Forgets everything, together with the organization. */
    clear(): void {
      eventLog.length = 0;
      look = createTrustLook(organization, eventLog);
    },
  };
}

export type ServedLog = ReturnType<typeof createServedLog>;
