import { chanceAt } from '../../../simulation/chance/chance.ts';
import { calmed, faultRatesOf } from '../../../simulation/faults/fault-rates.ts';
import { NOBODY } from '../../../simulation/organizations/filtered-twins.ts';
import type { Scenario } from '../../../simulation/organizations/scenario.ts';
import { KEEPS_STRANGERS_OUT, repaired } from '../../../simulation/organizations/witnesses-of.ts';
import { isReady } from './failing-neighbour.ts';

const [HOUR, DAY] = [3_600, 86_400];

type Told = Pick<
  Scenario,
  'anchors' | 'clients' | 'events' | 'policy' | 'calm' | 'end' | 'faultRates' | 'choice' | 'witnesses'
>;

/**
 * In a share of the seeds a renewal has a filter that refuses the one client of its project, or none that keeps a stranger out, and hosts hear late of every
 * change: that shows some seconds after the activation, or after the cut, whichever of the two anchors hosts ask first (F7, F16). Once the soak is over somebody
 * repairs the filter. Nothing else goes wrong: null in all other seeds.
 */
export function lateRenewal(
  seed: number,
  told: Pick<Scenario, 'anchors' | 'clients' | 'policy' | 'start'>,
): Told | null {
  const chance = chanceAt(seed, 'late renewal');
  if (!chance.happens(0.1)) return null;
  const { anchors, clients, policy, start } = told;
  const client = clients.find((one) => isReady(one, told) && !one.keyless);
  const retiring = anchors.find(({ id }) => id === client?.running.anchor);
  const renewal = anchors.find(({ id }) => id === client?.staged?.anchor);
  if (!client || retiring?.generation !== 0 || renewal?.generation !== 1) return null;
  const calm = start + policy.soak + DAY;
  const expiresAt = start + policy.leadTime - HOUR;
  const isWidening = chance.happens(0.5);
  const stranger = { name: `stranger-${renewal.line}`, project: client.project, line: renewal.line };
  const { propagation, ...rates } = calmed(faultRatesOf(seed));
  const choice = chance.pick(['first', 'last'] as const);
  // Nobody says how long a toggle takes to reach the hosts: one look that waits for a minute and a half is not all there is to it.
  const delay = chanceAt(seed, 'slow hosts').happens(0.5) ? 240 : chance.pick([30, 90]);
  return {
    ...{ calm, end: calm + 2 * policy.soak + 4 * DAY, choice },
    faultRates: { ...rates, propagation: { ...propagation, hosts: delay } },
    anchors: [
      ...anchors.filter(({ line }) => line !== renewal.line),
      {
        ...{ ...retiring, expiresAt, activeIn: [client.project] },
        ...(isWidening && { filter: KEEPS_STRANGERS_OUT }),
      },
      { ...renewal, renewed: true, activeIn: [], ...(!isWidening && { filter: NOBODY }) },
    ],
    ...(isWidening && { witnesses: [{ ...stranger, current: { anchor: renewal.id }, pending: null }] }),
    clients: [{ ...client, staged: null }],
    policy: { ...policy, hold: [], successions: {}, evidence: 'probe', listingScopes: [] },
    events: [{ id: 'run', at: start + 10, kind: 'run', request: {} }, ...repaired(renewal.id, calm)],
  };
}
