import { needsOf, steps } from '../../lib/steps.ts';
import { chanceAt } from '../../simulation/chance/chance.ts';

/**
 * After how long without a call a function sleeps, and how long it takes to wake, in seconds. AWS says weeks, which no story has: here whatever
 * no daily sweep calls falls asleep.
 */
const IDLE = 26 * 3_600;
const WAKING = 60;

/** Functions that call the vendor, which alone are in a VPC. */
const inVpc: ReadonlySet<string> = new Set(
  steps.filter((step) => needsOf(step).admin || needsOf(step).hosts),
);

/**
 * In a share of the seeds the functions are in a VPC, where one that nobody has called for long is inactive: its next call fails and wakes it, and
 * so do those that come meanwhile. Says what a call of a step fails with at a time (Unix seconds), or null.
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
