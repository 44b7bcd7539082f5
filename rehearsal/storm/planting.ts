import type { ClientCheck } from '../../lambdas/domain/document.ts';
import type { Ports } from '../in-process/ports.ts';
import type { ViolationKind } from './findings.ts';
import type { Plant } from './simulate-seed.ts';

/** A bug to plant, made anew for each seed. The seam is here and nowhere in the steps: other ports, or another step. */
export type PlantedBug = {
  what: string;
  /** What the judge calls it. */
  finds: ViolationKind;
  /** The seed that found it last time. */
  seen: number;
  make: () => Plant;
};

/** What one scope's steps are handed, as far as a bug looks at it. */
export type Scoped = { plan: { scope: string; successions: { successor: string }[]; checks: ClientCheck[] } };

/** Other ports for some steps, or for all of them. */
export const otherPorts = (
  steps: readonly string[] | 'all',
  change: (ports: Ports, input: Scoped) => Partial<Ports>,
): Plant => ({
  plant: (real, { step }, input) =>
    steps === 'all' || steps.includes(step) ? { ...real, ...change(real, input as Scoped) } : real,
});
