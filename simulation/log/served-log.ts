import type { SimulatedOrganization } from '../world/simulated-organization.ts';
import type { TrustChange } from '../world/trust.ts';
import type { Doer, EventLog, LoggedEvent } from './event-log.ts';
import { takesBackAfter } from './taking-back.ts';
import { createTrustLook } from './trust-look.ts';

type Invoked = LoggedEvent & { what: 'invoked' };

/**
 * Returns the event log of executions whose functions call over HTTP: what was invoked, and every change of
 * trust. No call says whose it is. So a change counts as done by the step that was asked last to make such a
 * change in that scope. Where several steps are at work, it counts for one that was asked for that anchor.
 */
export function createServedLog(organization: Pick<SimulatedOrganization, 'now' | 'changes'>) {
  const eventLog: EventLog = [];
  let [look, invocations] = [createTrustLook(organization, eventLog), 0];
  const atWork = new Set<number>();

  function doerOf({ by, scope, active, anchorId }: TrustChange): Doer {
    if (by !== 'windlass') return by === 'setup' ? by : 'outsider';
    const mayBe = (step: string, input: unknown): boolean =>
      step === 'undo'
        ? active || takesBackAfter(Object(Object(input).halt).Error)
        : step === (active ? 'activate' : 'deactivate');
    const asked = eventLog.filter(
      (event): event is Invoked =>
        event.what === 'invoked' &&
        mayBe(event.step, event.input) &&
        (Object(event.input).plan?.scope === scope || Object(event.input).everywhere === true),
    );
    const isAtIt = ({ invocation, step, input }: Invoked): boolean =>
      atWork.has(invocation) && namedBy(step, input, active).includes(anchorId);
    const doer = asked.findLast(isAtIt) ?? asked.at(-1);
    if (!doer) return { execution: 'nobody', invocation: 0 };
    return { execution: doer.execution, invocation: doer.invocation };
  }

  return {
    /**
     * Notes a step right before it runs: what has changed until now is not its doing. Returns a
     * function to call once the step has ended. Until then a change may be its doing even where
     * another step was asked meanwhile.
     */
    invoked(execution: string, step: string, input: unknown): () => void {
      look(doerOf);
      const about = { execution, invocation: ++invocations, state: step, step, input };
      atWork.add(about.invocation);
      eventLog.push({ at: 1000 * organization.now(), what: 'invoked', ...about });
      return () => {
        look(doerOf);
        atWork.delete(about.invocation);
      };
    },
    /** Everything until now. */
    events(): EventLog {
      look(doerOf);
      return eventLog;
    },
    /** Forgets everything, together with the organization. */
    clear(): void {
      eventLog.length = 0;
      atWork.clear();
      look = createTrustLook(organization, eventLog);
    },
  };
}

/**
 * The anchors that a step's plan names for it to activate, or to deactivate. Undo does
 * the reverse of the other steps.
 */
const namedBy = (step: string, input: unknown, active: boolean): readonly string[] =>
  (Object(input).plan?.successions ?? []).map((pair: { retiring: string; successor: string }) =>
    active === (step === 'undo') ? pair.retiring : pair.successor,
  );

export type ServedLog = ReturnType<typeof createServedLog>;
