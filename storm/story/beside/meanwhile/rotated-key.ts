import { chanceAt } from '../../../../simulation/chance/chance.ts';
import { isReady } from '../ready-clients.ts';
import type { Around, StoryBeside } from '../story-beside.ts';

const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];

/**
 * A story for a share of the seeds, in which nothing else goes wrong; null in all others. A client's owner
 * rotates its API key while a leaf is staged beside the old key: before a run, while it is at work, or in its
 * soak. The old key is revoked at once or later. Hours after that the leaf is staged again beside the new key
 * (I11, I17).
 */
export function rotatedKey(seed: number, around: Around): StoryBeside | null {
  const chance = chanceAt(seed, 'rotated key');
  if (!chance.happens(0.25)) return null;
  const { clients, policy, start } = around;
  const ready = clients.filter((one) => isReady(one, around));
  const rotating = ready.find(({ keyless }) => !keyless);
  if (!rotating?.staged) return null;
  const { name, running, staged } = rotating;
  const rotatedAt =
    start +
    chance.pick([
      5,
      chance.between(11, 120),
      chance.between(2 * MINUTE, HOUR),
      chance.between(HOUR, 2 * DAY),
    ]);
  const revokedAt = rotatedAt + chance.pick([0, chance.between(1, 60), chance.between(MINUTE, 4 * HOUR)]);
  const stagedAt = revokedAt + chance.between(HOUR, 12 * HOUR);
  const calm = stagedAt + HOUR;
  const end = calm + 2 * policy.soak + 5 * DAY;
  const broken = `rotated ${name}` as const;
  const emergency = { mode: 'emergency' as const, anchors: [running.anchor], reason: 'its key leaked' };
  return {
    ...{ calm, end },
    clients: ready,
    policy: { ...policy, hold: [] },
    events: [
      { id: 'run', at: start + 10, kind: 'run', request: chance.happens(0.25) ? emergency : {} },
      { id: `rotate ${name}`, at: rotatedAt, kind: 'rotate', client: name },
      { id: broken, at: revokedAt, kind: 'trouble', broken, until: end + DAY },
      { id: `stage ${name}`, at: stagedAt, kind: 'stage', client: name, leaf: staged },
    ],
  };
}
