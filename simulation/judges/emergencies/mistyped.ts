import type { Plan } from '../../../lambdas/domain/plan-document.ts';
import type { Finding } from '../../log/findings.ts';
import type { JudgeContext, Watch } from '../watch.ts';

/**
 * I13, I15: an emergency that names what never existed, and of which Lambda ran no Plan, was told nothing of that. So the next run that can
 * look says it by name, and what has not been said yet is behind no green end.
 */
export function createMistypedWatch({ replay, scenario }: JudgeContext): Watch {
  const planning = new Set<string>();
  const remembered = new Set<string>();
  /** Ids that nobody has been told of. */
  const untold = new Set<string>();
  /** Of those, what was remembered when a plan began, and what it has said. */
  const toTell = new Map<string, readonly string[]>();
  const said = new Map<string, string>();
  const neverExisted = (id: string): boolean =>
    !replay.exists(id) && !scenario.anchors.some((one) => one.id === id);

  function ended(execution: string, error: string | null, at: number): Finding[] {
    const { mode, anchors = [] } = Object(replay.state.requests.get(execution)) as Partial<
      Record<'mode', string> & { anchors: string[] }
    >;
    if (mode === 'emergency' && !planning.has(execution))
      for (const id of anchors) if (neverExisted(id) && remembered.has(id)) untold.add(id);
    const silent = (toTell.get(execution) ?? []).filter((id) => !said.get(execution)?.includes(id));
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
      // Of what another has named an emergency says nothing, nor who leaves all to another.
      if (mode === 'emergency' || decision === 'busy') toTell.delete(event.execution);
      else said.set(event.execution, JSON.stringify([blocked, warnings]));
    }
    if (event.what !== 'ended') return [];
    const found = ended(event.execution, event.error, event.at);
    // A run that halts is followed by another, which finds the id forgotten where this one has told of it.
    for (const id of untold) if (said.get(event.execution)?.includes(id)) untold.delete(id);
    return found;
  };
}
