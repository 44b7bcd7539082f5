import { chanceAt } from '../../../../simulation/chance/chance.ts';
import { isReady } from '../ready-clients.ts';
import type { Around, StoryBeside } from '../story-beside.ts';

const [MINUTE, DAY] = [60, 86_400];

/**
 * A story for a share of the seeds, in which nothing else goes wrong; null in all others. A staged leaf ends
 * some days after the soak. While a run is about to move its client, a person makes another leaf of the
 * successor current, which lasts for years. The staged leaf is then outdated (I19).
 */
export function newerMeanwhile(seed: number, around: Around): StoryBeside | null {
  const chance = chanceAt(seed, 'newer meanwhile');
  if (!chance.happens(0.06)) return null;
  const { clients, policy, start } = around;
  const ready = clients.filter((one) => isReady(one, around));
  const [first, ...others] = ready;
  if (!first?.staged) return null;
  const { anchor, intermediate = false } = first.staged;
  const calm = start + DAY;
  const until = calm + 2 * policy.soak + policy.safetyMargin + chance.between(2, 5) * DAY;
  const given = start + 10 + chance.between(1, 2 * MINUTE);
  return {
    ...{ calm, end: calm + 2 * policy.soak + 4 * DAY },
    clients: [{ ...first, staged: { anchor, intermediate, until } }, ...others],
    policy: { ...policy, hold: [] },
    events: [
      { id: 'run', at: start + 10, kind: 'run', request: {} },
      {
        ...{ id: `newer leaf of ${first.name}`, at: given },
        ...{ kind: 'stage', client: first.name, leaf: { anchor }, stage: 'AWSCURRENT' },
      },
    ],
  };
}
