import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import cdk from '../../cdk.json' with { type: 'json' };
import { addStacks, buildApp } from '../../lib/app.ts';
import { addNag } from '../../lib/checks/nag.ts';
import { type Configuration, parseConfiguration } from '../../lib/config.ts';
import type { Template } from '../../lib/definition.ts';
import { sharedBundles } from '../../rehearsal/synthesis/shared.ts';

/**
 * A configuration with every setting that changes a template, and a second organization with none of them.
 */
export const configuration: Configuration = parseConfiguration({
  organizations: {
    acme: {
      adminSecret: 'acme/admin',
      mtlsHosts: ['https://mtls.api.openai.com/v1', 'https://mtls-eu.api.openai.com/v1'],
      clients: [
        { name: 'billing', project: 'proj_billing', secret: 'acme/billing' },
        {
          name: 'search',
          project: 'proj_search',
          secret: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:acme/search-AbCdEf',
        },
      ],
      mustRefuse: [{ name: 'intruder', project: 'proj_billing', secret: 'acme/intruder' }],
      policy: { soak: 'P3D', concurrency: 7, hold: ['cert_held'], successions: { cert_old: 'cert_new' } },
      secretsKey: 'arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000000',
      probePath: '/embeddings',
      reservedConcurrency: 12,
      vpc: { subnetIds: ['subnet-0a1b2c3d', 'subnet-1a2b3c4d'], securityGroupIds: ['sg-0a1b2c3d'] },
      alarmEmail: 'security@example.com',
    },
    globex: { adminSecret: 'globex/admin', clients: [] },
  },
});

type Synthesized = { stacks: string[]; templateOf: (organization: string) => Template };

/** The results, by whether they were checked. Files that run in one process share them. */
const known = new Map<boolean, Synthesized>();

/**
 * Returns the stacks and templates of {@link configuration}. With `checked`, it adds the checks of `cdk
 * synth`.
 */
export function synthesized({ checked = false } = {}): Synthesized {
  const made = known.get(checked) ?? synthesize(checked);
  known.set(checked, made);
  return made;
}

function synthesize(checked: boolean): Synthesized {
  const outdir = mkdtempSync(join(tmpdir(), 'windlass-'));
  try {
    const app = checked ? checkedApp(outdir) : appWithoutChecks(outdir);
    const { stacks } = app.synth();
    const texts = new Map(
      stacks.map(({ stackName, templateFullPath }) => [stackName, readFileSync(templateFullPath, 'utf8')]),
    );
    return {
      stacks: stacks.map(({ stackName }) => stackName),
      // Each caller gets a copy, so a change affects no other test.
      templateOf: (organization) => JSON.parse(texts.get(`Windlass-${organization}`) ?? ''),
    };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** Returns the template of an organization with these clients and settings. */
export function templateWith(
  clients: readonly object[],
  settings: object = {},
  others: object = {},
): Template {
  const outdir = mkdtempSync(join(tmpdir(), 'windlass-'));
  const crowded = parseConfiguration({
    organizations: { acme: { adminSecret: 'acme/admin', clients, ...settings }, ...others },
  });
  try {
    return checkedApp(outdir, crowded).synth().stacks[0]?.template;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

function appWithoutChecks(outdir: string): App {
  const bundles = sharedBundles();
  return buildApp(configuration, { outdir, ...(bundles !== undefined && { bundles }) });
}

/** Builds the app as `bin/app.ts` does, with the flags of `cdk.json` and all the checks. */
function checkedApp(outdir: string, configured = configuration): App {
  const app = new App({ outdir, context: cdk.context });
  addNag(app);
  addStacks(app, configured, { bundles: sharedBundles() });
  return app;
}
