import { needsOf, steps } from '../../lib/steps.ts';
import { chanceAt } from '../../simulation/chance/chance.ts';

/**
 * Seconds without a call after which a function sleeps, and seconds that it takes to wake. AWS says weeks for
 * the first, which no story lasts. Here every function falls asleep that no daily sweep calls.
 */
const IDLE = 26 * 3_600;
const WAKING = 60;

/** The functions that call the vendor. Only these are in a VPC. */
const inVpc: ReadonlySet<string> = new Set(
  steps.filter((step) => needsOf(step).admin || needsOf(step).hosts),
);

/**
 * Returns a function that gives the error of a step's call at a time (Unix seconds), or null. In a share of
 * the seeds the functions are in a VPC. There a function without calls for long is inactive: the next call
 * fails and wakes it, and so do the calls that come meanwhile.
 */
export function createSleepers(seed: number): (step: string, now: number) => string | null {
  const isInVpc = chanceAt(seed, 'functions in a VPC').happens(0.06);
  const lastCall = new Map<string, number>();
  const wakesAt = new Map<string, number>();
  return (step, now) => {
    if (!isInVpc || !inVpc.has(step)) return null;
    const idle = now - (lastCall.get(step) ?? Number.NEGATIVE_INFINITY);
    lastCall.set(step, now);
    if (idle >= IDLE) {
      wakesAt.set(step, now + WAKING);
      return 'Lambda.ResourceNotReadyException';
    }
    return now < (wakesAt.get(step) ?? 0) ? 'Lambda.ResourceConflictException' : null;
  };
}
