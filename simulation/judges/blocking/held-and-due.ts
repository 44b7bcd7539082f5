import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import type { Snapshot } from '../../log/invocation-record.ts';
import { isFailure } from '../../log/is-failure.ts';
import type { ScenarioClient } from '../../organizations/scenario.ts';
import { isCompromised, type JudgeContext, type Watch } from '../watch.ts';

/**
 * Judges I13: a forgotten hold lets no client's only way in expire in silence.
 * Plans name what is held and due.
 */
export function createHeldAndDueWatch(context: JudgeContext): Watch {
  const { replay, rules, scenario } = context;
  /** Plans that could not read, or list, something that they asked for. */
  const blind = new Set<number>();

  /**
   * What is on hold by the policy that a run began with. Its plan goes by that policy, and the
   * next run tells of later holds.
   */
  const heldFor = (execution: string): readonly string[] =>
    rules.heldAt((replay.state.startedAt.get(execution) ?? 0) / 1000);

  /** Whether an anchor is on hold and due at a look, by every clock, and no emergency has named it. */
  const isForgotten = (id: string, { at }: Snapshot): boolean =>
    rules.held(id, at / 1000) && rules.isDue(id, at / 1000 - rules.TOLERANCE) && !isCompromised(context, id);

  /** Whether a client gets in by this anchor at a look, and by no other anchor that a run sees to. */
  function hangsOn(id: string, { name, project }: ScenarioClient, look: Snapshot): boolean {
    const chain = rules.chainOf(look.leaves.get(name)?.AWSCURRENT ?? null);
    const isActive = (one: string) =>
      [project, ORGANIZATION].some((scope) => look.active.get(scope)?.has(one) === true);
    // Valid by some clock, whichever the run has.
    const mayBeValid = (one: string) =>
      [-1, 1].some((way) => rules.isValid(one, look.at / 1000 + way * rules.TOLERANCE));
    const isTended = (one: string) => isActive(one) && mayBeValid(one) && !isForgotten(one, look);
    return chain.includes(id) && isActive(id) && !chain.some(isTended);
  }

  function planned({ at, execution, result }: LoggedEvent & { what: 'returned' }): Finding[] {
    const { decision, mode, blocked } = result as Plan;
    const began = replay.state.plans.get(execution) ?? [];
    if (decision === 'busy' || mode === 'emergency' || began.length === 0) return [];
    // Somebody may have changed it right before the plan read it.
    const looks = [...began, replay.look(at)];
    const readable = replay.readable();
    const isSeen = ({ name, project }: ScenarioClient) =>
      scenario.projects.includes(project) &&
      readable.get(name)?.AWSCURRENT != null &&
      looks.every(({ archived }) => !archived.has(project));
    const clients = scenario.clients.filter(isSeen);
    const named = new Set(blocked.map(({ anchor }) => anchor));
    const held = heldFor(execution);
    return scenario.anchors.flatMap(({ id }): Finding[] => {
      if (
        named.has(id) ||
        !held.includes(id) ||
        !looks.every((look) => look.existing.has(id) && isForgotten(id, look))
      )
        return [];
      const on = clients.filter((client) => looks.every((look) => hangsOn(id, client, look)));
      const what = `${execution} says nothing of ${id}, which is on hold, due, and all that lets ${on.map(({ name }) => name).join(' ')} in`;
      return on.length > 0 ? [{ kind: 'silent', at, what }] : [];
    });
  }

  return (event) => {
    const op = event.what === 'fault' ? event.call?.op : undefined;
    if (event.what === 'fault' && ['secret', 'retrieve', 'list'].includes(op ?? '') && isFailure(event.fault))
      blind.add(event.invocation);
    if (event.what !== 'returned' || !event.heard || blind.has(event.invocation)) return [];
    return replay.state.invocations.get(event.invocation)?.step === 'plan' ? planned(event) : [];
  };
}
