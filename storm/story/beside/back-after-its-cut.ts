import { chanceAt } from '../../../simulation/chance/chance.ts';
import { isReady, lineOf } from './ready-clients.ts';
import type { Around, StoryBeside } from './story-beside.ts';

const [HOUR, DAY] = [3_600, 86_400];

/**
 * A story for a share of the seeds, in which nothing else goes wrong; null in all others. One line is cut in
 * one project. In another project its client has lost its API key just before, so that the soak stays
 * remembered. Hours later a person activates again the anchor that was cut (rule 5).
 */
export function backAfterItsCut(seed: number, around: Around): StoryBeside | null {
  const chance = chanceAt(seed, 'back after its cut');
  if (!chance.happens(0.1)) return null;
  const { anchors, clients, policy, projects, start } = around;
  const first = clients.find((one) => isReady(one, around) && !one.keyless && projects.includes(one.project));
  const other = projects.find((id) => first && id !== first.project);
  if (!first?.staged || !other) return null;
  const silent = { ...first, name: `${first.name}-elsewhere`, project: other };
  const retiring = first.running.anchor;
  const line = lineOf(first, anchors);
  const cutAt = start + policy.soak;
  const broken = `revoked ${silent.name}` as const;
  const calm = cutAt + chance.between(2, 20) * HOUR;
  return {
    ...{ calm, end: calm + 2 * policy.soak + 4 * DAY },
    anchors: anchors.map((one) => {
      if (one.id === retiring)
        return { ...one, expiresAt: start + policy.leadTime - HOUR, activeIn: [first.project, other] };
      return one.line === line ? { ...one, activeIn: [] } : one;
    }),
    clients: [first, silent],
    policy: { ...policy, hold: [], evidence: 'probe', listingScopes: [] },
    events: [
      { id: 'run for both', at: start + 10, kind: 'run', request: {} },
      { id: broken, at: cutAt - HOUR, kind: 'trouble', broken, until: calm + HOUR },
      { id: 'activate again', at: calm, kind: 'trust', anchor: retiring, scope: first.project },
    ],
  };
}
