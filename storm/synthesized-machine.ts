import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Policy, writtenPolicy } from '../lambdas/domain/policy.ts';
import { bundleOf } from '../lib/bundle.ts';
import { parseConfiguration } from '../lib/config.ts';
import { type Definition, resolveDefinition, type State, type Template } from '../lib/definition.ts';
import { steps } from '../lib/steps.ts';

/**
 * The synthesized machine, the step that each of its resources runs, and each step's Lambda timeout in
 * seconds.
 */
export type Synthesized = {
  definition: Definition;
  steps: Record<string, string>;
  timeouts: Record<string, number>;
};

const ORGANIZATION = 'storm';
const configuration = parseConfiguration({
  organizations: { [ORGANIZATION]: { adminSecret: 'admin', clients: [] } },
});

/**
 * Synthesizes the stack once, without bundling, since only the machine is needed. Loading the CDK takes
 * seconds.
 */
export async function synthesizedMachine(): Promise<Synthesized> {
  const [{ App }, { rotationStack }] = await Promise.all([
    import('aws-cdk-lib'),
    import('../lib/rotation-stack.ts'),
  ]);
  const outdir = mkdtempSync(join(tmpdir(), 'windlass-storm-'));
  try {
    const bundles = join(outdir, 'bundles');
    for (const step of steps) {
      mkdirSync(bundleOf(bundles, step), { recursive: true });
      writeFileSync(join(bundleOf(bundles, step), 'index.js'), '');
    }
    const app = new App({ outdir, builtinCloudFormationValidation: false });
    const [organization] = Object.values(configuration.organizations);
    if (!organization) throw new Error('no organization');
    rotationStack(app, { name: ORGANIZATION, organization, bundles });
    const template = app.synth().stacks[0]?.template as Template;
    const { definition, functions } = resolveDefinition(template);
    const prefix = `windlass-${ORGANIZATION}-`;
    const named = Object.entries(functions).map(([arn, { name, timeoutSeconds }]) => {
      return { arn, step: name.slice(prefix.length), timeoutSeconds };
    });
    return {
      definition,
      steps: Object.fromEntries(named.map(({ arn, step }) => [arn, step])),
      timeouts: Object.fromEntries(named.map(({ step, timeoutSeconds }) => [step, timeoutSeconds])),
    };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** The machine as a configuration with this policy would have made it. */
export function configured({ definition }: Synthesized, policy: Policy): Definition {
  const before = configuration.organizations[ORGANIZATION]?.policy;
  const TimeoutSeconds = Number(definition.TimeoutSeconds) - (before?.soak ?? policy.soak) + policy.soak;
  const written = writtenPolicy(policy);
  const patch = (state: State): State => {
    const { configuration } = Object(state.Parameters);
    return {
      ...state,
      ...(state.MaxConcurrency === before?.concurrency && { MaxConcurrency: policy.concurrency }),
      ...(configuration && {
        Parameters: {
          ...Object(state.Parameters),
          configuration: { ...configuration, policy: written },
        },
      }),
      ...(state.ItemProcessor && { ItemProcessor: withStates(state.ItemProcessor, patch) }),
    };
  };
  return { ...withStates(definition, patch), TimeoutSeconds };
}

/** A copy that shares everything that is not patched. */
const withStates = (machine: Definition, patch: (state: State) => State): Definition => ({
  ...machine,
  States: Object.fromEntries(Object.entries(machine.States).map(([name, state]) => [name, patch(state)])),
});
