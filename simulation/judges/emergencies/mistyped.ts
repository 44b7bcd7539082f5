import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import type { Finding } from '../../log/findings.ts';
import type { JudgeContext, Watch } from '../watch.ts';

/**
 * Judges I13 and I15: an emergency that names an anchor which never existed, and of which Lambda ran no Plan,
 * was not told so. The next run that can look names it, and no run ends green before that.
 */
export function createMistypedWatch({ replay, scenario }: JudgeContext): Watch {
  const planning = new Set<string>();
  const remembered = new Set<string>();
  /** Ids of which nobody has been told. */
  const untold = new Set<string>();
  /** The untold ids when an execution's first plan began, and what its plan has said. */
  const toTell = new Map<string, readonly string[]>();
  const said = new Map<string, string>();
  /**
   * Executions whose Release has begun without a halt, and that have not ended. They are about to
   * end red for what their plan says.
   */
  const telling = new Set<string>();
  const says = (execution: string, id: string): boolean => said.get(execution)?.includes(id) === true;
  const neverExisted = (id: string): boolean =>
    !replay.exists(id) && !scenario.anchors.some((one) => one.id === id);

  function ended(execution: string, error: string | null, at: number): Finding[] {
    const { mode, anchors = [] } = Object(replay.state.requests.get(execution)) as Partial<
      Record<'mode', string> & { anchors: string[] }
    >;
    if (mode === 'emergency' && !planning.has(execution))
      for (const id of anchors) if (neverExisted(id) && remembered.has(id)) untold.add(id);
    const isTelling = telling.delete(execution);
    // A run that is ended during its Release has written down that it tells. A run that halts tells of
    // its halt, and another follows.
    if (isTelling && error !== null) for (const id of untold) if (says(execution, id)) untold.delete(id);
    const isTold = (id: string): boolean => !untold.has(id) || [...telling].some((other) => says(other, id));
    const silent = (toTell.get(execution) ?? []).filter((id) => !says(execution, id) && !isTold(id));
    if (error !== null || silent.length === 0) return [];
    const what = `${execution} ended well, and nobody has been told that ${silent.join(' ')}, named in an emergency, does not exist`;
    return [{ kind: 'silent', at, what }];
  }

  return (event) => {
    if (event.what === 'compromised') remembered.add(event.anchorId);
    if (event.what === 'invoked' && event.step === 'plan') {
      planning.add(event.execution);
      if (!toTell.has(event.execution)) toTell.set(event.execution, [...untold]);
    }
    if (event.what === 'returned' && replay.state.invocations.get(event.invocation)?.step === 'plan') {
      const { mode, decision, blocked, warnings } = event.result as Plan;
      // An emergency, and a run that leaves everything to another, say nothing
      // about what another run has named.
      if (mode === 'emergency' || decision === 'busy') toTell.delete(event.execution);
      else said.set(event.execution, JSON.stringify([blocked, warnings]));
    }
    const { plan, halt } = Object(event.what === 'invoked' && event.step === 'release' ? event.input : null);
    if (event.what === 'invoked' && plan && !halt) telling.add(event.execution);
    return event.what === 'ended' ? ended(event.execution, event.error, event.at) : [];
  };
}
