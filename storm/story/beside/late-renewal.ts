import { chanceAt } from '../../../simulation/chance/chance.ts';
import { calmed, faultRatesOf } from '../../../simulation/faults/fault-rates.ts';
import { NOBODY } from '../../../simulation/organizations/filtered-twins.ts';
import type { ScenarioAnchor, ScenarioClient } from '../../../simulation/organizations/scenario.ts';
import { KEEPS_STRANGERS_OUT, repaired } from '../../../simulation/organizations/witnesses-of.ts';
import { isReady } from './ready-clients.ts';
import type { Around, StoryBeside } from './story-beside.ts';

const [HOUR, DAY] = [3_600, 86_400];

/**
 * A story for a share of the seeds, in which nothing else goes wrong; null in all others. A renewal has a
 * filter that refuses the one client of its project, or lacks the filter that keeps a stranger out. Hosts
 * hear late of every change. So that shows some seconds after the activation or after the cut, depending on
 * which anchor hosts ask first (F7, F16). After the soak a person repairs the filter.
 */
export function lateRenewal(seed: number, around: Around): StoryBeside | null {
  const chance = chanceAt(seed, 'late renewal');
  const renewed = chance.happens(0.1) ? renewedFor(around) : null;
  if (!renewed) return null;
  const { client, renewal } = renewed;
  const isWidening = chance.happens(0.5);
  const stranger = { name: `stranger-${renewal.line}`, project: client.project, line: renewal.line };
  const choice = chance.pick(['first', 'last'] as const);
  // Nobody knows how long a toggle takes to reach the hosts. With 240 seconds, a look that waits for a minute
  // and a half misses it.
  const late = chanceAt(seed, 'slow hosts').happens(0.5) ? 240 : chance.pick([30, 90]);
  return {
    ...besideARenewal(seed, around, { ...renewed, ...(isWidening && { kept: KEEPS_STRANGERS_OUT }), late }),
    choice,
    ...(isWidening && { witnesses: [{ ...stranger, current: { anchor: renewal.id }, pending: null }] }),
  };
}

/**
 * A story for a share of the seeds, in which nothing else goes wrong; null in all others. Hosts hear of
 * changes after minutes, and a renewal has a filter that refuses the one client of its project. A person
 * stops the run around the time of its cut, perhaps while it waits for the hosts. Soon after, a person starts
 * another run, which takes up that cut (I11).
 */
export function stoppedInItsWait(seed: number, around: Around): StoryBeside | null {
  const chance = chanceAt(seed, 'taken up by hand');
  const renewed = chance.happens(0.08) ? renewedFor(around) : null;
  if (!renewed) return null;
  const { events, ...story } = besideARenewal(seed, around, { ...renewed, late: 380 });
  const at = around.start + around.policy.soak + chance.between(405, 450);
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

/**
 * A client of a line's first generation, with that anchor and the second one, which may be made a renewal of
 * the first. Null when there is none.
 */
function renewedFor(around: Around): Renewed | null {
  const { anchors, clients } = around;
  const client = clients.find((one) => isReady(one, around) && !one.keyless);
  const retiring = anchors.find(({ id }) => id === client?.running.anchor);
  const renewal = anchors.find(({ id }) => id === client?.staged?.anchor);
  if (!client || retiring?.generation !== 0 || renewal?.generation !== 1) return null;
  return { client, retiring, renewal };
}

/**
 * A run that rotates a renewal for that client alone. Hosts hear up to `late` seconds late. `kept` is the
 * filter of the old anchor, which the renewal lacks. Without `kept`, the renewal refuses everybody.
 */
function besideARenewal(
  seed: number,
  { anchors, policy, start }: Around,
  { client, retiring, renewal, kept, late }: Renewed & { kept?: string; late: number },
): StoryBeside {
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
