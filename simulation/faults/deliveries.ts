import { chanceAt } from '../chance/chance.ts';
import type { Scenario } from '../organizations/scenario.ts';

/** In how many seeds Scheduler and EventBridge deliver late, or twice. */
const RATE = 0.08;
/** The latest that Scheduler starts a run after its time, in seconds. The judges wait as long for it. */
const LATEST = 240;
/** The latest that it starts the same run a second time, in seconds: it tries for an hour. */
const LATEST_TWIN = 3_600;
/** The latest that EventBridge and Lambda deliver an event once more, in seconds: they try for hours. */
const LATEST_AGAIN = 6 * 3_600;

/** How Scheduler and EventBridge deliver. Both promise "at least once", and neither promises when. */
export type Deliveries = {
  /** The seconds after its time at which a schedule starts a run: each number is a start. */
  startsOf(schedule: string, now: number): number[];
  /** The seconds after which a run's death is told once more; null if it is told once. */
  toldAgainAfter(execution: string, now: number): number | null;
};

/** Returns what becomes of each start and of each event. Nothing in `without` happens. */
export function createDeliveries({ seed, calm }: Scenario, without: ReadonlySet<string>): Deliveries {
  const isUnsteady = chanceAt(seed, 'unsteady deliveries').happens(RATE);
  const chanceOf = (address: string, now: number) =>
    isUnsteady && now < calm && !without.has(address) ? chanceAt(seed, address) : null;
  return {
    startsOf(schedule, now) {
      const chance = chanceOf(`${schedule} starts`, now);
      if (!chance) return [0];
      if (chance.happens(0.25)) return [chance.between(60, LATEST)];
      // Both at once, or the second when the first run is at work or has ended.
      const most = chance.pick([0, 60, LATEST_TWIN]);
      return chance.happens(0.4) ? [0, chance.between(0, most)] : [0];
    },
    toldAgainAfter(execution, now) {
      const chance = chanceOf(`${execution} told again`, now);
      return chance?.happens(0.6) ? chance.between(1, chance.pick([60, 900, LATEST_AGAIN])) : null;
    },
  };
}
