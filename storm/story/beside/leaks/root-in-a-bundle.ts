import { chanceAt } from '../../../../simulation/chance/chance.ts';
import { anchorKeyOf, issuerKeyOf } from '../../../../simulation/organizations/leaves/scenario-leaves.ts';
import type { Around, StoryBeside } from '../story-beside.ts';
import { lasting, leakIn } from './leak-in.ts';

const DAY = 86_400;

/**
 * A story for a share of the seeds, in which nothing else goes wrong; null in all others. An emergency names
 * the keys of all CAs in a file. One of them is the root that all clients are about to move to, so the
 * request is refused. The named anchor is still remembered, and the next run cuts it in favour of this very
 * root (I15, I17).
 */
export function rootInABundle(seed: number, around: Around): StoryBeside | null {
  const chance = chanceAt(seed, 'root in a bundle');
  if (!chance.happens(0.3)) return null;
  const { anchors, policy, start } = around;
  const leak = leakIn(around);
  const successor = leak?.clients[0]?.staged?.anchor;
  if (!leak || !successor) return null;
  const { leaked, clients } = leak;
  const below = issuerKeyOf({ anchor: leaked.id, intermediate: true }, anchors);
  const keys = [...(below && chance.happens(0.5) ? [below] : []), anchorKeyOf(successor, anchors)];
  const request = { mode: 'emergency' as const, anchors: [leaked.id], reason: 'its keys leaked', keys };
  const calm = start + DAY;
  return {
    ...{ calm, end: calm + 2 * policy.soak + 4 * DAY, anchors: lasting(leak, around).anchors, clients },
    policy: { ...policy, hold: [], evidence: 'probe', listingScopes: [] },
    events: [{ id: 'leaked by the file', at: start + 10, kind: 'run', request }],
  };
}
