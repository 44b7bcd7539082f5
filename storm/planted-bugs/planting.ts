import { instant } from '../../lambdas/domain/instant.ts';
import type { ClientCheck } from '../../lambdas/domain/plan-document/client-check.ts';
import type { Plan } from '../../lambdas/domain/plan-document/plan.ts';
import type { Step as StepName } from '../../lib/steps.ts';
import type { Ports } from '../../simulation/in-process/ports.ts';
import type { ViolationKind } from '../../simulation/log/findings.ts';
import type { Plant } from '../simulate-seed.ts';
import { type Step, steps } from '../steps.ts';

/**
 * A bug to plant, made anew for each seed. The steps know nothing of it: they get other ports, or are
 * replaced.
 */
export type PlantedBug = {
  what: string;
  /** The kind of finding by which the judges report it. */
  finds: ViolationKind;
  /** The seed that found it last time. */
  seen: number;
  make: () => Plant;
};

/** The part of a scope step's input that bugs read. */
export type Scoped = { plan: { scope: string; successions: { successor: string }[]; checks: ClientCheck[] } };

/** Gives other ports to some steps, or to all of them. */
export const otherPorts = (
  steps: readonly StepName[] | 'all',
  change: (ports: Ports, input: Scoped) => Partial<Ports>,
): Plant => ({
  plant: (real, { step }, input) =>
    steps === 'all' || (steps as readonly string[]).includes(step)
      ? { ...real, ...change(real, input as Scoped) }
      : real,
});

/** Replaces one step. */
export const instead = (name: StepName, step: Step): Plant => ({ steps: { ...steps, [name]: step } });

/** Manifests that keep a changed plan instead of the one that was made. */
export const otherKept = (
  { manifests }: Ports,
  change: (plan: Plan) => Partial<Plan> | Promise<Partial<Plan>>,
): Pick<Ports, 'manifests'> => ({
  manifests: {
    ...manifests,
    keep: async (execution, plan, clients) =>
      manifests.keep(execution, { ...plan, ...(await change(plan)) }, clients),
  },
});

/** Changes the plan of a rotation after it was decided. */
export const otherPlan = (change: (plan: Plan) => Partial<Plan>): Plant =>
  otherPorts(['plan'], (ports) =>
    otherKept(ports, (plan) => (plan.decision === 'rotate' ? change(plan) : {})),
  );

/** The step itself. */
export const real = (name: StepName): Step => steps[name];

/** Skips Verify at one of its moments, and answers as if it had passed. */
export const unproven = (moment: string): Plant =>
  instead('verify', async (ports, input) => {
    if ((input.moment ?? 'overlap') !== moment) return real('verify')(ports, input);
    const provenAt = instant(ports.clock());
    return { scope: input.plan.scope, provenAt, evidence: input.evidence, probes: 0, outside: [] };
  });
