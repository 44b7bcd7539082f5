import { chanceAt } from '../../../simulation/chance/chance.ts';
import { isReady, lineOf } from './ready-clients.ts';
import type { Around, StoryBeside } from './story-beside.ts';

const DAY = 86_400;

/**
 * A story for a share of the seeds, in which nothing else goes wrong; null in all others. An emergency names
 * an anchor before anything else begins. The client that has to move never answers, since its API key is
 * revoked. Another line ends in two to three days, and its clients are ready (I17).
 */
export function failingNeighbour(seed: number, around: Around): StoryBeside | null {
  const chance = chanceAt(seed, 'failing neighbour');
  if (!chance.happens(0.1)) return null;
  const { anchors, clients, policy, start } = around;
  const ready = clients.filter((one) => isReady(one, around));
  const silent = ready.find(({ keyless }) => !keyless);
  const other = ready.find((one) => silent && lineOf(one, anchors) !== lineOf(silent, anchors));
  if (!silent || !other) return null;
  const expiresAt = start + 2 * DAY + chance.between(DAY / 4, DAY / 2);
  // The seed ends soon after that, since what fails is retried every hour.
  const [calm, end] = [start + 3 * DAY, start + 4 * DAY];
  const broken = `revoked ${silent.name}` as const;
  const request = { mode: 'emergency' as const, anchors: [silent.running.anchor], reason: 'its key leaked' };
  return {
    ...{ calm, end },
    anchors: anchors.map((one) => (one.id === other.running.anchor ? { ...one, expiresAt } : one)),
    clients: [silent, ...ready.filter(({ running }) => running.anchor === other.running.anchor)],
    policy: { ...policy, hold: [], evidence: 'probe', listingScopes: [] },
    events: [
      { id: broken, at: start, kind: 'trouble', broken, until: end + DAY },
      { id: 'failing emergency', at: start + 10, kind: 'run', request },
    ],
  };
}
