import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import cdk from '../../cdk.json' with { type: 'json' };
import about from '../../package.json' with { type: 'json' };
import { scratch } from '../bin/run.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Runs the app as the CDK's command line does, with this context of `cdk.json`. */
const runApp = (context: object, cwd = ROOT) =>
  spawnSync(process.execPath, [join(ROOT, 'bin/app.ts')], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, CDK_CONTEXT_JSON: JSON.stringify(context) },
  });

describe('a mistake in the configuration', () => {
  it('fails synth with a line for each field and no stack trace', () => {
    const acme = { adminSecret: 'acme/admin', clients: [], policy: { soak: '7 days' }, alarmEmail: 'me' };
    const { status, stderr } = runApp({ windlass: { organizations: { acme } } });
    expect(status).toBe(1);
    expect(stderr.trim().split('\n')).toEqual([
      'InvalidConfiguration:',
      expect.stringContaining(
        'windlass.organizations.acme.policy.soak: "7 days" is not an ISO 8601 duration',
      ),
      'windlass.organizations.acme.alarmEmail: "me" is not an email address',
    ]);
  });

  it('is also a key twice, of which the CDK hands over only the last', async () => {
    const text =
      '{"context": {"windlass": {"organizations": {"acme": {"policy": {"hold": ["a"], "hold": ["b"]}}}}}}';
    const { status, stderr } = runApp(cdk.context, await scratch({ 'cdk.json': text }));
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^InvalidInput:\nconfiguration cdk\.json has the key "hold" twice .* line 1 column \d+/,
    );
  });

  it('is also to have no configuration at all', () => {
    const { status, stderr } = runApp({});
    expect(status).toBe(1);
    expect(stderr.trim()).toBe('InvalidConfiguration:\nwindlass: is missing');
  });
});

it('a soak that is none is warned of, and synthesizes: organizations may want it', () => {
  const acme = { adminSecret: 'acme/admin', clients: [], policy: { soak: 'PT0S' } };
  const { status, stderr } = runApp({ ...cdk.context, windlass: { organizations: { acme } } });
  expect(stderr).toMatch(/^warning: organizations\.acme: policy\.soak PT0S leaves clients no time.*P7D.*\n$/);
  expect(status).toBe(0);
});

describe("the example's placeholders", () => {
  it('are refused by whatever deploys, a line each', () => {
    const { status, stderr } = runApp(cdk.context);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^InvalidConfiguration:\n/);
    expect(stderr).toContain(
      'windlass.organizations.example.clients.0.project: "proj_REPLACE_ME" is the example\'s placeholder',
    );
    expect(stderr).toContain('npm run synth');
    expect(about.scripts.deploy).not.toContain('windlass:check');
  });

  it('are fine where nothing is deployed: npm run synth checks all the rest', () => {
    expect(about.scripts.synth).toContain('--context windlass:check=true');
    const { status, stderr } = runApp({ ...cdk.context, 'windlass:check': 'true' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
