import { chanceAt } from '../../../simulation/chance/chance.ts';
import { isReady, lineOf } from './ready-clients.ts';
import type { Around, StoryBeside } from './story-beside.ts';

const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];

/**
 * A story for a share of the seeds, in which nothing else goes wrong; null in all others. A run is stopped
 * between a cut and its confirmation. The owner of a client there goes back to the client's old leaf, within
 * minutes or only on another day. In some, a person ends the run that came for that cut. In most of these seeds another client of the project stays on the successor,
 * and could confirm the cut (I10, I11).
 */
export function backAfterADeadCut(seed: number, around: Around): StoryBeside | null {
  const chance = chanceAt(seed, 'after a dead cut');
  if (!chance.happens(0.6)) return null;
  const { anchors, clients, policy, projects, start } = around;
  const first = clients.find((one) => isReady(one, around) && projects.includes(one.project));
  if (!first) return null;
  const retiring = first.running.anchor;
  const line = lineOf(first, anchors);
  const isAlone = chance.happens(0.3);
  const calm = start + policy.soak + 2 * DAY;
  const end = calm + 2 * policy.soak + 4 * DAY;
  // It does not expire within the seed, so that no expiry decides anything.
  const expiresAt = start + policy.leadTime - HOUR;
  if (expiresAt <= end + policy.safetyMargin) return null;
  return {
    ...{ calm, end },
    anchors: anchors.map((one) => {
      if (one.id === retiring) return { ...one, expiresAt, activeIn: [first.project] };
      return one.line === line ? { ...one, activeIn: [] } : one;
    }),
    clients: isAlone ? [first] : [first, { ...first, name: `${first.name}-beside` }],
    policy: { ...policy, hold: [], evidence: chance.pick(['probe', 'probe', 'listing']), listingScopes: [] },
    events: [{ id: 'run', at: start + 10, kind: 'run', request: {} }],
    goesBack: {
      ...{ client: first.name, seconds: chance.pick([5, MINUTE, 10 * MINUTE, DAY]) },
      isStopped: chance.happens(0.4),
    },
  };
}
