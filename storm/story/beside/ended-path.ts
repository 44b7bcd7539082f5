import { chanceAt } from '../../../simulation/chance/chance.ts';
import { isReady } from './ready-clients.ts';
import type { Around, StoryBeside } from './story-beside.ts';

const [HOUR, DAY] = [3_600, 86_400];

/**
 * A story for a few of the seeds, in which nothing else goes wrong; null in all others. A client has nothing
 * to move to, and its intermediate expires at the beginning, while its leaf and the anchor outlast the seed.
 * Beside it is a client that is ready (I17).
 */
export function endedPath(seed: number, around: Around): StoryBeside | null {
  const chance = chanceAt(seed, 'ended path');
  if (!chance.happens(0.02)) return null;
  const { anchors, clients, policy, start } = around;
  const ready = clients.find((one) => isReady(one, around));
  const calm = start + DAY;
  const end = calm + 2 * policy.soak + 4 * DAY;
  // It is due at once, and does not expire within the seed, so that no expiry permits the cut.
  const expiresAt = start + policy.leadTime - HOUR;
  if (!ready || expiresAt <= end + policy.safetyMargin) return null;
  const { anchor } = ready.running;
  // Rounded to a quarter of a day, so that few certificates have to be made.
  const until = Math.floor((start + chance.between(-DAY, 2 * DAY)) / (6 * HOUR)) * 6 * HOUR;
  const outside = {
    name: `${ready.name}-outside`,
    running: { anchor, intermediate: true, until },
    staged: null,
  };
  const lasting = end + 2 * policy.leadTime;
  return {
    ...{ calm, end },
    anchors: anchors.map((one) => {
      if (one.id === anchor) return { ...one, expiresAt };
      return one.id === ready.staged?.anchor ? { ...one, expiresAt: Math.max(one.expiresAt, lasting) } : one;
    }),
    clients: [ready, { ...ready, ...outside }],
    policy: { ...policy, hold: [] },
    events: [],
  };
}
