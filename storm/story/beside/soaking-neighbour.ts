import type { Policy } from '../../../lambdas/domain/policy.ts';
import { chanceAt } from '../../../simulation/chance/chance.ts';
import { isReady, lineOf } from './ready-clients.ts';
import type { Around, StoryBeside } from './story-beside.ts';

const [HOUR, DAY] = [3_600, 86_400];

/**
 * A story for a share of the seeds, in which nothing else goes wrong; null in all others. One line soaks for
 * three and a half days, and another ends before that. The other line's client has nothing to move to when
 * that rotation begins. A person stages the missing leaf within a day (I17).
 */
export function soakingNeighbour(seed: number, around: Around): StoryBeside | null {
  const chance = chanceAt(seed, 'before the soak');
  if (!chance.happens(0.25)) return null;
  const { anchors, clients, policy, start } = around;
  const ready = clients.filter((one) => isReady(one, around));
  const [soaking] = ready;
  const late = ready.find((one) => soaking && lineOf(one, anchors) !== lineOf(soaking, anchors));
  if (!soaking || !late?.staged) return null;
  const soak = 84 * HOUR;
  const ends = new Map([
    [soaking.running.anchor, start + 7 * DAY],
    // Two days after anybody's last act, and hours before the end of the other line's soak.
    [late.running.anchor, start + soak - chance.between(4 * HOUR, 8 * HOUR)],
  ]);
  const calm = start + DAY;
  const staged = start + chance.between(DAY / 4, DAY - HOUR);
  return {
    ...{ calm, end: calm + 2 * soak + 4 * DAY },
    anchors: anchors.map((one) => ({ ...one, expiresAt: ends.get(one.id) ?? one.expiresAt })),
    clients: [soaking, { ...late, staged: null }],
    policy: {
      ...policy,
      soak: soak as Policy['soak'],
      safetyMargin: (6 * HOUR) as Policy['soak'],
      hold: [],
      evidence: 'probe',
      listingScopes: [],
    },
    events: [
      { id: 'run before it is staged', at: start + 10, kind: 'run', request: {} },
      { id: `stage ${late.name}`, at: staged, kind: 'stage', client: late.name, leaf: late.staged },
    ],
  };
}
