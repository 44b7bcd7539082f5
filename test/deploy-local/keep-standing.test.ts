import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { settingsFile } from '../../deploy-local/keep-standing.ts';
import { serveOrganization } from '../../deploy-local/organizations.ts';
import { writeApp } from '../../deploy-local/stacks.ts';
import type { Workspace } from '../../deploy-local/workspace.ts';
import { parseConfiguration } from '../../lib/config.ts';
import { scratch } from '../bin/run.ts';

const ROOT = join(import.meta.dirname, '../..');

const workspaceIn = (folder: string) =>
  ({
    folder,
    environment: {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'test',
      NODE_EXTRA_CA_CERTS: `${folder}/ca.pem`,
    },
    settings: { endpoint: 'https://localhost:4566' },
  }) as unknown as Workspace;

async function standing() {
  const organization = await serveOrganization('acme', 'PT2M');
  onTestFinished(organization.close);
  const workspace = workspaceIn(await scratch());
  return { organization, workspace, app: await writeApp(workspace, [organization]) };
}

describe('what stands on this machine for whoever tries the commands', () => {
  it('has a cdk.json of its own, with the one organization', async () => {
    const { app } = await standing();
    const { context } = JSON.parse(await readFile(join(app, 'cdk.json'), 'utf8'));
    expect(Object.keys(parseConfiguration(context.windlass).organizations)).toEqual(['acme']);
  });

  it("is all that a terminal speaks to which has read its settings, whatever its user's are", async () => {
    const { organization, workspace, app } = await standing();
    const folder = await scratch({ env: settingsFile(workspace, organization, app) });
    const env = {
      PATH: process.env.PATH,
      ...{
        AWS_PROFILE: 'production',
        AWS_SESSION_TOKEN: 'mine',
        AWS_ENDPOINT_URL_DYNAMODB: 'https://elsewhere',
      },
      ...{
        HTTPS_PROXY: 'http://proxy',
        https_proxy: 'http://proxy',
        WINDLASS_TABLE: 'mine',
        OPENAI_ADMIN_KEY: 'mine',
      },
    };
    const { stdout, stderr } = spawnSync('sh', ['-c', '. ./env && env && which node'], {
      ...{ cwd: folder, env, encoding: 'utf8' },
    });
    expect(stderr).toBe('');
    const lines = stdout.trimEnd().split('\n');
    expect(lines.at(-1)).toBe(join(ROOT, 'node_modules/.bin/node'));
    expect(lines.filter((line) => /^(AWS|NODE_EXTRA|OPENAI|WINDLASS)|proxy/i.test(line)).sort()).toEqual([
      'AWS_ACCESS_KEY_ID=test',
      'AWS_ENDPOINT_URL=https://localhost:4566',
      'AWS_REGION=eu-west-1',
      `NODE_EXTRA_CA_CERTS=${workspace.folder}/ca.pem`,
      `OPENAI_ADMIN_KEY=${organization.simulation.adminKey}`,
      `OPENAI_BASE_URL=${organization.simulation.apiBase}`,
      `WINDLASS_CONFIG=${join(app, 'cdk.json')}`,
    ]);
  });

  it('stands until a signal, which may come twice, and is gone then: that ends well', async () => {
    expect(await interrupted('(checks, stopped) => { say("waits"); return stopped(); }')).toEqual({
      code: 0,
      told: ['waits', 'closed', '0 passed, 0 failed'],
    });
  });

  it('is broken off and gone by a signal that comes before it stands', async () => {
    const work = '() => { say("deploys"); return new Promise((done) => setTimeout(done, 60_000)); }';
    expect(await interrupted(work)).toEqual({ code: 130, told: ['deploys', 'closed'] });
  });
});

/** Sends two signals, as npm and a terminal do, to a script of checks that has begun this work. */
async function interrupted(work: string) {
  const checks = join(ROOT, 'deploy-local/checks.ts');
  const script = `import { runChecks, say } from ${JSON.stringify(checks)};
    setInterval(() => {}, 60_000);
    const close = async () => { if (!globalThis.isClosed) say('closed'); globalThis.isClosed = true; };
    process.exitCode = await runChecks(${work}, close);
    process.exit();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  const ended = once(child, 'close');
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  child.kill('SIGINT');
  const [code] = await ended;
  return { code, told: told.trimEnd().split('\n') };
}
