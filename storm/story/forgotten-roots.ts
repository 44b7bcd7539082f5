import { chanceAt } from '../../simulation/chance/chance.ts';
import type { Scenario, ScenarioAnchor, ScenarioClient } from '../../simulation/organizations/scenario.ts';

const DAY = 86_400;

/**
 * In a share of the seeds there is a root with years left that was deactivated before the first of these
 * generations came. Workloads that nobody needs any more still hold its leaf and get in nowhere.
 */
export function forgottenRoots(
  seed: number,
  { projects, anchors }: Pick<Scenario, 'projects' | 'anchors'>,
  start: number,
): { roots: ScenarioAnchor[]; forgotten: ScenarioClient[] } {
  const chance = chanceAt(seed, 'forgotten roots');
  const first = chance.pick(anchors.filter(({ generation }) => generation === 0));
  if (!chance.happens(0.05) || !first || first.renewed || first.twin) return { roots: [], forgotten: [] };
  const { line, name } = first;
  const id = `cert_${line}forgotten`;
  const root: ScenarioAnchor = {
    ...{ id, name: name && `${line}@forgotten`, line, generation: 300, renewed: false, activeIn: [] },
    ...{ validAt: start - 900 * DAY, expiresAt: start + 900 * DAY },
  };
  const forgotten = Array.from({ length: chance.pick([1, 1, 2, 4]) }, (_, i): ScenarioClient => {
    const project = chance.pick(projects);
    return { name: `${line}-forgotten-${i}`, project, running: { anchor: id }, staged: null };
  });
  return { roots: [root], forgotten };
}
