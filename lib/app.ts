import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import cdk from '../cdk.json' with { type: 'json' };
import { bundleSteps } from './bundle.ts';
import { adminSecretsBeside } from './checks/reaches-another.ts';
import type { Configuration } from './config.ts';
import { rotationStack } from './rotation-stack.ts';

/**
 * Adds one stack for each organization to `app`, or only the stack of `only`. Bundles the steps that they
 * share into its output directory, unless `bundles` says where they are already.
 */
export function addStacks(
  app: App,
  { organizations }: Configuration,
  { bundles: bundled, only }: { bundles?: string | undefined; only?: string | undefined } = {},
): void {
  const bundles = bundled ?? join(app.outdir, 'bundles');
  if (bundled === undefined) bundleSteps(bundles);
  for (const [name, organization] of Object.entries(organizations)) {
    if (only !== undefined && name !== only) continue;
    const neighbours = adminSecretsBeside(name, organizations);
    rotationStack(app, { name, organization, neighbours, bundles });
  }
}

/**
 * Builds the app as `cdk synth` does, within this process: call `synth()` on it and read the templates. It
 * leaves out the CDK's and cdk-nag's checks, which take longer than all the rest; `cdk synth` and the tests
 * make them. The bundles import the AWS SDK, so `outdir` has to be where Node finds this project's packages.
 */
export function buildApp(
  configuration: Configuration,
  { outdir, ...some }: { outdir: string; bundles?: string; only?: string },
): App {
  const app = new App({ outdir, context: cdk.context, builtinCloudFormationValidation: false });
  addStacks(app, configuration, some);
  return app;
}
