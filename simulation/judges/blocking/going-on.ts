import { ORGANIZATION, type Scope } from '../../../lambdas/domain/anchor.ts';
import type { ScenarioClient } from '../../organizations/scenario.ts';
import { isCompromised, type JudgeContext } from '../watch.ts';

/**
 * Whether a run may take on the rotation of an anchor. Something may succeed it, and in some scope a client
 * has a leaf of that successor, or no client would lose its last way in. Everything else is blocked
 * everywhere, and every plan tells that, whatever else the plan is for (rule 3). `at` is in Unix seconds.
 */
export function mayGoOn(id: string, at: number, context: JudgeContext): boolean {
  const { rules, replay, scenario } = context;
  const isUrgent = isCompromised(context, id);
  const successors = scenario.anchors.flatMap(({ id: other }) =>
    replay.exists(other) && rules.mayReplace(id, other, at, { isUrgent, asStopgap: true }) ? other : [],
  );
  const leavesOf = (client: string) =>
    replay.state.leaves.get(client) ?? { AWSCURRENT: null, AWSPENDING: null };
  const isReady = ({ name }: ScenarioClient): boolean => {
    const { AWSCURRENT, AWSPENDING } = leavesOf(name);
    return [AWSCURRENT, AWSPENDING].some((leaf) =>
      rules.leadingTo(leaf).some((one) => successors.includes(one)),
    );
  };
  const isStuck = ({ name, project }: ScenarioClient): boolean => {
    const running = leavesOf(name).AWSCURRENT;
    const trusted = replay.trusted(project);
    const ways = rules.leadingTo(running).filter((one) => trusted.has(one));
    return ways.length === 1 && ways[0] === id && rules.accepted(running, trusted, at);
  };
  const goesOn = (scope: Scope): boolean => {
    const reaching = rules.reaching(scope);
    return replay.activeIn(scope).has(id) && (reaching.some(isReady) || !reaching.some(isStuck));
  };
  return successors.length > 0 && [ORGANIZATION, ...scenario.projects].some(goesOn);
}
