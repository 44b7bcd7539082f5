import { chanceAt } from '../../../simulation/chance/chance.ts';
import { calmed, faultRatesOf } from '../../../simulation/faults/fault-rates.ts';
import { NOBODY } from '../../../simulation/organizations/filtered-twins.ts';
import type { Scenario, ScenarioAnchor, ScenarioClient } from '../../../simulation/organizations/scenario.ts';
import { KEEPS_STRANGERS_OUT, repaired } from '../../../simulation/organizations/witnesses-of.ts';
import { isReady } from './failing-neighbour.ts';

const [HOUR, DAY] = [3_600, 86_400];

type Told = Pick<
  Scenario,
  'anchors' | 'clients' | 'events' | 'policy' | 'calm' | 'end' | 'faultRates' | 'choice' | 'witnesses'
>;
type Given = Pick<Scenario, 'anchors' | 'clients' | 'policy' | 'start'>;

/**
 * In a share of the seeds a renewal has a filter that refuses the one client of its project, or none that keeps a stranger out, and hosts hear late of every
 * change: that shows some seconds after the activation, or after the cut, whichever of the two anchors hosts ask first (F7, F16). Once the soak is over somebody
 * repairs the filter. Nothing else goes wrong: null in all other seeds.
 */
export function lateRenewal(seed: number, told: Given): Told | null {
  const chance = chanceAt(seed, 'late renewal');
  const renewed = chance.happens(0.1) ? renewedFor(told) : null;
  if (!renewed) return null;
  const { client, renewal } = renewed;
  const isWidening = chance.happens(0.5);
  const stranger = { name: `stranger-${renewal.line}`, project: client.project, line: renewal.line };
  const choice = chance.pick(['first', 'last'] as const);
  // Nobody says how long a toggle takes to reach the hosts: one look that waits for a minute and a half is not all there is to it.
  const late = chanceAt(seed, 'slow hosts').happens(0.5) ? 240 : chance.pick([30, 90]);
  return {
    ...besideARenewal(seed, told, { ...renewed, ...(isWidening && { kept: KEEPS_STRANGERS_OUT }), late }),
    choice,
    ...(isWidening && { witnesses: [{ ...stranger, current: { anchor: renewal.id }, pending: null }] }),
  };
}

/**
 * In a share of the seeds hosts hear of changes after minutes, a renewal has a filter that refuses the one client of its project, and somebody stops the run around the
 * time of its cut, perhaps while it waits for the hosts to hear of it. Soon after a person starts another, which takes that cut up (I11). Nothing else goes wrong: null
 * in all other seeds.
 */
export function stoppedInItsWait(seed: number, told: Given): Told | null {
  const chance = chanceAt(seed, 'taken up by hand');
  const renewed = chance.happens(0.08) ? renewedFor(told) : null;
  if (!renewed) return null;
  const { events, ...story } = besideARenewal(seed, told, { ...renewed, late: 380 });
  const at = told.start + told.policy.soak + chance.between(405, 450);
  const request = { mode: 'manual' as const, reason: 'the run was stopped' };
  return {
    ...{ ...story, choice: 'first' },
    events: [
      ...events,
      { id: 'stop', at, kind: 'kill' },
      { id: 'run after the stop', at: at + chance.between(10, 60), kind: 'run', request },
    ],
  };
}

type Renewed = Record<'retiring' | 'renewal', ScenarioAnchor> & { client: ScenarioClient };

/** A client of a line's first generation, and the second one, which may be a renewal of the first; null where there is none. */
function renewedFor(told: Given): Renewed | null {
  const { anchors, clients } = told;
  const client = clients.find((one) => isReady(one, told) && !one.keyless);
  const retiring = anchors.find(({ id }) => id === client?.running.anchor);
  const renewal = anchors.find(({ id }) => id === client?.staged?.anchor);
  if (!client || retiring?.generation !== 0 || renewal?.generation !== 1) return null;
  return { client, retiring, renewal };
}

/**
 * A run that rotates a renewal for that client alone, with hosts that hear up to so many seconds late. `kept` is the filter of the anchor of until now, which the renewal
 * lacks; without one the renewal refuses everybody.
 */
function besideARenewal(
  seed: number,
  { anchors, policy, start }: Given,
  { client, retiring, renewal, kept, late }: Renewed & { kept?: string; late: number },
): Omit<Told, 'choice' | 'witnesses'> {
  const calm = start + policy.soak + DAY;
  const expiresAt = start + policy.leadTime - HOUR;
  const { propagation, ...rates } = calmed(faultRatesOf(seed));
  return {
    ...{ calm, end: calm + 2 * policy.soak + 4 * DAY },
    faultRates: { ...rates, propagation: { ...propagation, hosts: late } },
    anchors: [
      ...anchors.filter(({ line }) => line !== renewal.line),
      { ...{ ...retiring, expiresAt, activeIn: [client.project] }, ...(kept && { filter: kept }) },
      { ...renewal, renewed: true, activeIn: [], ...(!kept && { filter: NOBODY }) },
    ],
    clients: [{ ...client, staged: null }],
    policy: { ...policy, hold: [], successions: {}, evidence: 'probe', listingScopes: [] },
    events: [{ id: 'run', at: start + 10, kind: 'run', request: {} }, ...repaired(renewal.id, calm)],
  };
}
