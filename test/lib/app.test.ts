import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');

/** Runs the app as the CDK's command line does, with this as the context of `cdk.json`. */
const runApp = (context: object) =>
  spawnSync(process.execPath, ['bin/app.ts'], {
    cwd: ROOT,
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

  it('is also to have no configuration at all', () => {
    const { status, stderr } = runApp({});
    expect(status).toBe(1);
    expect(stderr.trim()).toBe('InvalidConfiguration:\nwindlass: is missing');
  });
});
