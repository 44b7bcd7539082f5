import { chanceAt } from '../../../simulation/chance/chance.ts';
import { isReady, lineOf } from './ready-clients.ts';
import type { Around, StoryBeside } from './story-beside.ts';

const [HOUR, DAY] = [3_600, 86_400];

/**
 * A story for a share of the seeds, in which nothing else goes wrong; null in all others. A client with
 * nothing to move to has left another authority, which the configuration still states. A run sees which
 * anchor it is on. Then its secret is spoilt for good, and it runs on what it has in memory (I1, I9).
 */
export function outdatedAuthority(seed: number, around: Around): StoryBeside | null {
  const chance = chanceAt(seed, 'outdated authority');
  if (!chance.happens(0.1)) return null;
  const { anchors, clients, policy, start } = around;
  const ready = clients.find((one) => isReady(one, around));
  if (!ready) return null;
  const line = lineOf(ready, anchors);
  const others = anchors.flatMap((one) =>
    one.line === line || one.later ? [] : (one.name?.split('@')[0] ?? []),
  );
  if (others.length === 0) return null;
  const moved = { ...ready, name: `${ready.name}-moved`, staged: null, authority: chance.pick(others) };
  const calm = start + DAY;
  const end = calm + 2 * policy.soak + 4 * DAY;
  const broken = `garbled ${moved.name}` as const;
  return {
    ...{ calm, end },
    clients: [ready, moved],
    policy: { ...policy, hold: [] },
    events: [
      { id: 'run that sees it', at: start + 10, kind: 'run', request: {} },
      { id: broken, at: start + chance.between(1, 4) * HOUR, kind: 'trouble', broken, until: end + DAY },
    ],
  };
}
