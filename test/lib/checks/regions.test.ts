import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import cdk from '../../../cdk.json' with { type: 'json' };
import { addStacks } from '../../../lib/app.ts';
import { addIamLimits } from '../../../lib/checks/iam-limits.ts';
import { addNag } from '../../../lib/checks/nag.ts';
import { parseConfiguration } from '../../../lib/config.ts';
import { resolveDefinition } from '../../../lib/definition.ts';
import { sharedBundles } from '../../../rehearsal/synthesis/shared.ts';
import { allowedTo } from '../allowed.ts';

const key = (region: string, id: string) => `arn:aws:kms:${region}:111122223333:key/${id}`;
const secret = (region: string, name: string, partition = 'aws') =>
  `arn:${partition}:secretsmanager:${region}:111122223333:secret:${name}-AbCdEf`;
const client = (name: string, of: string) => ({ name, project: `proj_${name}`, secret: of });

/** Three organizations in two regions, two of them with a key of their own. */
const organizations = {
  acme: {
    ...{ adminSecret: 'acme/admin', region: 'eu-west-1', secretsKey: key('eu-west-1', 'acme-key') },
    clients: [client('billing', secret('eu-west-1', 'acme/billing'))],
  },
  globex: {
    ...{ adminSecret: secret('us-east-1', 'globex/admin'), region: 'us-east-1' },
    ...{ secretsKey: key('us-east-1', 'globex-key'), clients: [client('search', 'globex/search')] },
  },
  initech: { adminSecret: 'initech/admin', region: 'us-east-1', clients: [client('batch', 'initech/batch')] },
};

/** Synthesizes with every check of `cdk synth`. Returns each stack with its template's text. */
function stacksOf(configured: object) {
  const outdir = mkdtempSync(join(tmpdir(), 'windlass-'));
  try {
    const app = new App({ outdir, context: cdk.context });
    addNag(app);
    addIamLimits(app);
    addStacks(app, parseConfiguration({ organizations: configured }), { bundles: sharedBundles() });
    return app.synth().stacks.map(({ stackName, environment: { region }, template }) => ({
      ...{ name: stackName, region, template },
      text: JSON.stringify(template),
    }));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

const refusalOf = (acme: object): string => {
  try {
    parseConfiguration({ organizations: { acme: { clients: [], ...acme } } });
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

describe('three organizations in two regions', () => {
  const stacks = stacksOf(organizations);

  it('have a stack each, where they say', () => {
    expect(stacks.map(({ name, region }) => `${name} ${region}`)).toEqual([
      'Windlass-acme eu-west-1',
      'Windlass-globex us-east-1',
      'Windlass-initech us-east-1',
    ]);
    for (const { template } of stacks) expect(resolveDefinition(template).definition.StartAt).toBeTruthy();
  });

  it('know nothing of one another: no name, no secret, no key, no region', () => {
    const names = Object.keys(organizations);
    for (const { name, text, region } of stacks) {
      for (const other of names.filter((one) => name !== `Windlass-${one}`))
        expect(text).not.toContain(other);
      expect(text).not.toContain(region === 'eu-west-1' ? 'us-east-1' : 'eu-west-1');
    }
  });

  it('decrypt with their own key alone, and only through the Secrets Manager of their region', () => {
    const keys = stacks.map(({ template }) => {
      const allowed = Object.values(allowedTo(template, 'kms:Decrypt'));
      return [...new Set(allowed.flat())];
    });
    expect(keys).toEqual([['key/acme-key'], ['key/globex-key'], []]);
    expect(stacks[0]?.text).toContain('secretsmanager.eu-west-1.');
  });
});

describe('an ARN', () => {
  it('of another region than the stack, or than the first, is refused by its path', () => {
    const adminSecret = secret('us-east-1', 'acme/admin');
    expect(refusalOf({ adminSecret, region: 'eu-west-1' })).toBe(
      `windlass.organizations.acme.adminSecret: "${adminSecret}" is in us-east-1 (aws), and not in eu-west-1 (aws), where this stack is`,
    );
    expect(refusalOf({ adminSecret, secretsKey: key('eu-west-1', 'k') })).toMatch(
      /acme\.secretsKey: .* is in eu-west-1 \(aws\), and not in us-east-1 \(aws\), as adminSecret is$/,
    );
  });

  it('of another partition is refused', () => {
    const adminSecret = secret('cn-north-1', 'acme/admin');
    expect(refusalOf({ adminSecret, region: 'cn-north-1' })).toMatch(
      /\(aws\), and not in cn-north-1 \(aws-cn\)/,
    );
  });

  it.each([
    ['us-gov-west-1', 'aws-us-gov'],
    ['eusc-de-east-1', 'aws-eusc'],
  ])('is nowhere made for one partition only: %s', (region, partition) => {
    const adminSecret = secret(region, 'acme/admin', partition);
    for (const { text } of stacksOf({ acme: { adminSecret, region, clients: [] } }))
      expect(text.match(/arn:aws:[^"]*/g)).toBe(null);
  });

  it('is not needed: names are looked up where the stack is', () => {
    expect(refusalOf({ adminSecret: 'acme/admin', region: 'eu-west-1' })).toBe('');
    expect(refusalOf({ adminSecret: 'acme/admin', region: 'Europe' })).toBe(
      'windlass.organizations.acme.region: "Europe" is not an AWS region such as "eu-west-1"',
    );
  });
});
