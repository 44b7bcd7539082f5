import { chanceAt } from '../../../simulation/chance/chance.ts';
import type { Scenario } from '../../../simulation/organizations/scenario.ts';
import { isReady } from './failing-neighbour.ts';

const [MINUTE, DAY] = [60, 86_400];

type Told = Pick<Scenario, 'clients' | 'events' | 'policy' | 'calm' | 'end'>;

/**
 * In a share of the seeds a staged leaf ends some days after the soak, and while a run is about to move its client somebody makes a leaf of the successor current that
 * lasts for years: what is staged was left behind (I19). Nothing else goes wrong: null in all other seeds.
 */
export function newerMeanwhile(
  seed: number,
  told: Pick<Scenario, 'anchors' | 'clients' | 'policy' | 'start'>,
): Told | null {
  const chance = chanceAt(seed, 'newer meanwhile');
  if (!chance.happens(0.06)) return null;
  const { clients, policy, start } = told;
  const ready = clients.filter((one) => isReady(one, told));
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
