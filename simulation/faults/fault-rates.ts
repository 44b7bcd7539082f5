import { chanceAt } from '../chance/chance.ts';
import type { FaultRates, Scenario } from '../organizations/scenario.ts';

const CALM: FaultRates = {
  fault: 0,
  slow: 0,
  crash: 0,
  kill: 0,
  unreachable: 0,
  outsider: 0,
  meanwhile: 0,
  ambush: 0,
  pace: 1,
  skew: 0,
  propagation: { hosts: 0, listings: 0 },
};

/** The fault rates of one seed: from none to many, with one kind of fault alone or all kinds at once. */
export function faultRatesOf(seed: number): FaultRates {
  const chance = chanceAt(seed, 'faultRates');
  const strength = chance.pick([0, 0.3, 1, 1, 3]);
  const rate = (usual: number) => (chance.happens(0.6) ? usual * strength * chance.next() * 2 : 0);
  return {
    fault: rate(0.05),
    slow: rate(0.02),
    crash: rate(0.008),
    kill: rate(0.003),
    unreachable: rate(0.03),
    outsider: rate(0.03),
    meanwhile: chance.happens(0.4) ? 0.1 * chance.next() : 0,
    pace: chance.pick([1, 1, 10, 100]),
    skew: chance.happens(0.5) ? chance.between(0, 300) : 0,
    propagation: {
      hosts: chance.happens(0.6) ? chance.pick([5, 30, 90]) : 0,
      listings: chance.happens(0.15) ? chance.pick([2, 20]) : 0,
    },
    ambush: chance.happens(0.15) ? chance.next() : 0,
  };
}

/** The fault rates after the calm has begun: clocks stay wrong, and toggles stay late. */
export const calmed = ({ skew, propagation }: FaultRates): FaultRates => ({ ...CALM, skew, propagation });

/** Rates that a shrunk failure may leave out, by their addresses. */
const SIMPLER: Readonly<Record<string, (faultRates: FaultRates) => FaultRates>> = {
  'faultRates: pace': (faultRates) => ({ ...faultRates, pace: 1 }),
  'faultRates: skew': (faultRates) => ({ ...faultRates, skew: 0 }),
  'faultRates: propagation': (faultRates) => ({ ...faultRates, propagation: CALM.propagation }),
};

/** Addresses of the fault rates that could be left out of a scenario. */
export const faultRateAddresses = ({ faultRates }: Pick<Scenario, 'faultRates'>): string[] =>
  Object.keys(SIMPLER).filter(
    (address) => JSON.stringify(SIMPLER[address]?.(faultRates)) !== JSON.stringify(faultRates),
  );

/** The scenario without the events and fault rates at these addresses, so that the judges know of neither. */
export const calmer = (scenario: Scenario, without: ReadonlySet<string> = new Set()): Scenario => {
  const left = Object.entries(SIMPLER).filter(([address]) => without.has(address));
  return {
    ...scenario,
    events: scenario.events.filter(({ id }) => !without.has(id)),
    faultRates: left.reduce((faultRates, [, simpler]) => simpler(faultRates), scenario.faultRates),
  };
};
