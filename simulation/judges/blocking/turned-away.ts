import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import type { ScopePlan } from '../../../lambdas/domain/plan-document/scope-plan.ts';
import type { InvocationRecord, Snapshot } from '../../log/invocation-record.ts';
import type { ScenarioClient } from '../../organizations/scenario.ts';
import { isNo, nameOf } from '../proofs/probes.ts';
import type { JudgeContext } from '../watch.ts';

/**
 * Whether a Confirm has seen a filter turn away the client's running leaf, by which it was to get in after a
 * cut that was then put back. No run makes a cut that leaves the client to the same anchor, until a person
 * starts a run by hand. That is his word that the filter is repaired (rule 3, F16).
 */
export function wasTurnedAway(
  { name, project }: ScenarioClient,
  { retiring, successor }: { retiring: string; successor: string },
  { mode }: Plan,
  { leaves, active }: Snapshot,
  context: JudgeContext,
): boolean {
  const { replay, rules } = context;
  const running = leaves.get(name)?.AWSCURRENT ?? null;
  const ways = rules.leadingTo(running);
  if (mode === 'manual' || !ways.includes(retiring)) return false;
  const activeFor = (look: Pick<Snapshot, 'active'>): string[] =>
    [project, ORGANIZATION].flatMap((scope) => [...(look.active.get(scope) ?? [])]);
  const left = ways.filter((id) => id !== retiring && [...activeFor({ active }), successor].includes(id));
  const asked = lastAsked(context);
  const isFiltered = (probe: InvocationRecord['probes'][number]): boolean =>
    probe.leaf === nameOf(name, running) && probe.at > asked && isByFilter(probe.verdict);
  return [...replay.state.invocations.values()].some(({ execution, step, probes, input }) => {
    if (step !== 'confirm' || !probes.some(isFiltered)) return false;
    const cuts = (Object(input).plan as ScopePlan).successions.filter(({ held }) => !held);
    const stood = (replay.state.plans.get(execution) ?? []).flatMap(activeFor);
    const letIn = new Set([...stood, ...cuts.map((one) => one.successor)]);
    return left.some((id) => letIn.has(id) && !cuts.some((one) => one.retiring === id));
  });
}

/**
 * Whether a refusal is by a filter. A refusal for want of a path may be of an old leaf
 * that somebody has put back since.
 */
const isByFilter = (verdict: string): boolean =>
  isNo(verdict) && verdict !== 'certificate_verification_failed';

/**
 * When a run that a person started last planned, in milliseconds. A run that is told `Busy` does not count.
 */
function lastAsked({ replay }: JudgeContext): number {
  const { requests, plans } = replay.state;
  const planned = [...requests].flatMap(([execution, request]) => {
    const [began, ...returned] = Object(request).mode === 'manual' ? (plans.get(execution) ?? []) : [];
    return began && returned.length > 0 ? [began.at] : [];
  });
  return Math.max(0, ...planned);
}
