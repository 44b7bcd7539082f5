import { ORGANIZATION } from '../../lambdas/domain/anchor.ts';
import { chanceAt } from '../chance/chance.ts';
import type { Scenario, ScenarioAnchor, ScenarioClient, ScenarioEvent, ScenarioLeaf } from './scenario.ts';

/**
 * The clients of one seed, most with their next leaf staged, and the events by which the others get theirs.
 */
export function clientsOf(
  seed: number,
  { projects, anchors }: Pick<Scenario, 'projects' | 'anchors'>,
  { start, calm }: { start: number; calm: number },
): { clients: ScenarioClient[]; events: ScenarioEvent[] } {
  const chance = chanceAt(seed, 'clients');
  const clients: ScenarioClient[] = [];
  const events: ScenarioEvent[] = [];
  const late = () => chance.between(start, calm);
  for (const line of Map.groupBy(anchors, (anchor) => anchor.line).values()) {
    const [oldest, ...others] = line as [ScenarioAnchor, ...ScenarioAnchor[]];
    const next = others
      .filter(({ generation }) => generation < 100)
      .toSorted((a, b) => a.expiresAt - b.expiresAt)
      .at(-1);
    const trusting = projects.filter((project) => oldest.activeIn.includes(project));
    const everywhere = oldest.activeIn.includes(ORGANIZATION) ? [chance.pick(projects)] : [];
    for (const project of new Set([...trusting, ...everywhere]))
      for (let i = 0; i < chance.pick([1, 1, 1, 2]); i++) {
        const name = `${oldest.line}-${project}-${i}`;
        const intermediate = chance.happens(0.2);
        const leaf = ({ id }: ScenarioAnchor): ScenarioLeaf => ({
          anchor: id,
          ...(intermediate && { intermediate }),
        });
        const moved = next && chance.happens(0.08);
        const running = leaf(moved ? next : oldest);
        const [dice, flaw] = [chance.next(), chance.pick(['expired', 'withoutAki', 'wrongKey'] as const)];
        const staged =
          !next || moved ? null : dice < 0.75 ? leaf(next) : dice < 0.82 ? { ...leaf(next), flaw } : null;
        clients.push({ name, project, running, staged });
        if (next && (staged === null || staged.flaw) && !moved && chance.happens(0.85))
          events.push({ id: `stage ${name}`, at: late(), kind: 'stage', client: name, leaf: leaf(next) });
      }
  }
  const uploads = anchors.filter(({ later }) => later);
  for (const { id } of uploads) events.push({ id: `upload ${id}`, at: late(), kind: 'upload', anchor: id });
  return { clients, events };
}
