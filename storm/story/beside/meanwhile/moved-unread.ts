import { ORGANIZATION } from '../../../../lambdas/domain/anchor.ts';
import { chanceAt } from '../../../../simulation/chance/chance.ts';
import type { ScenarioClient } from '../../../../simulation/organizations/scenario.ts';
import { isReady, lineOf } from '../ready-clients.ts';
import type { Around, StoryBeside } from '../story-beside.ts';

const [HOUR, DAY] = [3_600, 86_400];

/**
 * A story for a share of the seeds, in which nothing else goes wrong; null in all others. A client of another
 * line is given a leaf of the anchor that a rotation is about to cut, in a version that cannot be read. Its
 * owner has used another KMS key for it, or another form. The authority that the client was last seen under
 * says nothing of that version (I1, I9). Days later the version can be read again, and the next leaf is
 * staged.
 */
export function movedUnread(seed: number, around: Around): StoryBeside | null {
  const chance = chanceAt(seed, 'moved unread');
  if (!chance.happens(0.5)) return null;
  const { anchors, clients, policy, start } = around;
  const ready = clients.filter((one) => isReady(one, around));
  const isActiveFor = ({ project }: ScenarioClient, id: string): boolean =>
    anchors.some(
      (one) => one.id === id && [project, ORGANIZATION].some((scope) => one.activeIn.includes(scope)),
    );
  const pairs = ready.flatMap((onRetiring) =>
    ready
      .filter((one) => lineOf(one, anchors) !== lineOf(onRetiring, anchors))
      .filter((one) => isActiveFor(one, onRetiring.running.anchor))
      .map((moved) => ({ onRetiring, moved })),
  );
  const pair = pairs.length > 0 ? chance.pick(pairs) : null;
  if (!pair?.onRetiring.staged) return null;
  const { onRetiring, moved } = pair;
  const { name } = moved;
  const movedAt = start + 10 + chance.between(HOUR, policy.soak);
  const mendedAt = movedAt + policy.soak + chance.between(DAY, 3 * DAY);
  const calm = mendedAt + 2 * HOUR;
  const broken = `${chance.pick(['undecipherable', 'garbled'] as const)} ${name}` as const;
  return {
    ...{ calm, end: calm + 2 * policy.soak + 5 * DAY },
    clients: ready,
    policy: { ...policy, hold: [] },
    events: [
      { id: 'run', at: start + 10, kind: 'run', request: {} },
      { id: broken, at: movedAt, kind: 'trouble', broken, until: mendedAt },
      {
        ...{ id: `moved ${name}`, at: movedAt, kind: 'stage', client: name },
        ...{ leaf: { anchor: onRetiring.running.anchor }, stage: 'AWSCURRENT' },
      },
      { id: `stage ${name}`, at: mendedAt + HOUR, kind: 'stage', client: name, leaf: pair.onRetiring.staged },
    ],
  };
}
