import { secondsIn } from '../../lambdas/domain/duration.ts';
import type { Step } from '../../lib/steps.ts';
import { createSkew, putRight } from '../time/virtual-clock.ts';
import { LISTINGS } from '../world/late-changes.ts';
import type { SimulatedOrganization } from '../world/simulated-organization.ts';
import type { Counted } from './fault-tally.ts';

/**
 * Returns the faults that hold for a whole run and strike no single call: late
 * toggles, and clocks that are off.
 */
export function createConditions(counted: readonly Counted[]) {
  const skews = new Map<Step, SharedArrayBuffer>();
  let organization: SimulatedOrganization | undefined;
  return {
    /** Lets an organization's toggles take effect late. */
    delay(theirs: SimulatedOrganization): void {
      organization = theirs;
      const seconds = { traffic: 0, listing: 0 };
      for (const { entry } of counted)
        if ('propagation' in entry) seconds[entry.of] = secondsIn(entry.propagation);
      theirs.delayBy((place) => (place === LISTINGS ? seconds.listing : seconds.traffic));
    },
    /** A cell with the milliseconds by which the clock of a step's function is ahead. */
    skewOf(step: Step): SharedArrayBuffer {
      const cell = createSkew(counted.reduce((total, one) => total + aheadAt(step, one), 0));
      skews.set(step, cell);
      return cell;
    },
    /** Counts an invocation, for the clocks that were off meanwhile. */
    invoked(step: Step): void {
      for (const one of counted) if (aheadAt(step, one) !== 0) one.hit += 1;
    },
    /** Ends all conditions: the clocks are right, and late toggles have arrived. */
    lift(): void {
      const toggles = organization?.changes.filter(({ by }) => by !== 'setup').length ?? 0;
      for (const one of counted) if ('propagation' in one.entry) one.hit = toggles;
      for (const cell of skews.values()) putRight(cell);
      organization?.delayBy(() => 0);
    },
  };
}

/** Milliseconds by which a step's clock is ahead; negative for a clock that is behind. */
function aheadAt(step: Step, { entry }: Counted): number {
  if (!('clock' in entry) || (entry.step ?? step) !== step) return 0;
  const seconds = secondsIn(entry.clock.replace(/^-/, ''));
  return (entry.clock.startsWith('-') ? -1000 : 1000) * seconds;
}
