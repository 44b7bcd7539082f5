import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import { oncePer } from '../../../lambdas/domain/once.ts';
import type { LeafState } from '../../log/invocation-record.ts';
import type { ScenarioClient } from '../../organizations/scenario.ts';
import type { JudgeContext } from '../watch.ts';
import type { Moment } from './moment.ts';

/** How many clients have a usable leaf of the anchor staged. */
export const stagedUsably = (id: string, { leaves, at }: Moment, rules: JudgeContext['rules']): number =>
  [...leaves.values()].filter(
    ({ AWSPENDING: one }) => rules.chainOf(one).includes(id) && rules.endOf(one) > at,
  ).length;

/**
 * How many clients run on an anchor and get in by its authority at all, or were let in by the retiring anchor
 * until it expired. The leaves of others choose nothing.
 */
export function runningOn(
  id: string,
  retiring: string,
  moment: Moment,
  { rules, scenario }: JudgeContext,
): number {
  const projectOf = projectsOf(scenario.clients);
  const isOn = ([name, { AWSCURRENT: version }]: [string, LeafState]): boolean => {
    const chain = rules.chainOf(version);
    if (!chain.includes(id) || rules.endOf(version) <= moment.at) return false;
    const scopes = [projectOf.get(name) ?? '', ORGANIZATION];
    const isTrusted = (one: string): boolean => scopes.some((scope) => moment.active.get(scope)?.has(one));
    const isOfLine = (one: string): boolean => rules.isOfItsLine(one, retiring, moment.at);
    return chain.some(
      (one) => one === retiring || (isOfLine(one) && isTrusted(one) && rules.isValid(one, moment.at)),
    );
  };
  return [...moment.leaves].filter(isOn).length;
}

const projectsOf = oncePer(
  (clients: readonly ScenarioClient[]) => new Map(clients.map(({ name, project }) => [name, project])),
);

/** How many clients hold a leaf that leads to the anchor, usable or not. */
export const holders = (
  id: string,
  stage: keyof LeafState,
  { leaves }: Moment,
  rules: JudgeContext['rules'],
): number => [...leaves.values()].filter((leaf) => rules.issuersOf(leaf[stage] ?? null).includes(id)).length;
