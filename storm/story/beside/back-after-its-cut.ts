import { chanceAt } from '../../../simulation/chance/chance.ts';
import type { Scenario } from '../../../simulation/organizations/scenario.ts';
import { isReady, lineOf } from './failing-neighbour.ts';

const [HOUR, DAY] = [3_600, 86_400];

type Told = Pick<Scenario, 'anchors' | 'clients' | 'events' | 'policy' | 'calm' | 'end'>;

/**
 * A story for a share of the seeds, in which nothing else goes wrong; null in all others. One line is cut in
 * one project. In another project its client has lost its API key just before, so that the soak stays
 * remembered. Hours later a person activates again the anchor that was cut (rule 5).
 */
export function backAfterItsCut(
  seed: number,
  told: Pick<Scenario, 'anchors' | 'clients' | 'policy' | 'projects' | 'start'>,
): Told | null {
  const chance = chanceAt(seed, 'back after its cut');
  if (!chance.happens(0.1)) return null;
  const { anchors, clients, policy, projects, start } = told;
  const first = clients.find((one) => isReady(one, told) && !one.keyless && projects.includes(one.project));
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
