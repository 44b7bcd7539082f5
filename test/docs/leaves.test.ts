import { spawn, spawnSync } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { serveSimulation } from '../../rehearsal/simulate/simulate.ts';
import { scratch } from '../bin/run.ts';
import { textOf } from './documents.ts';

/** The first block of the section on a CA and its leaves. */
const [, ISSUE = ''] =
  /## A CA and its leaves[\s\S]*?```sh\n([\s\S]*?)```/.exec(textOf('docs/deployment.md')) ?? [];

async function bash(script: string, cwd: string, env: NodeJS.ProcessEnv = {}) {
  const child = spawn('bash', ['-euc', script], { cwd, env: { ...process.env, ...env } });
  const ended = new Promise((done) => child.once('close', done));
  const [code, said, complained] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (code !== 0) throw new Error(complained);
  return said;
}

/**
 * The tests need only Node and npm. Where one of these programs is missing, a reader cannot follow the
 * document either.
 */
const isThere = (program: string) => spawnSync('which', [program]).status === 0;

it.skipIf(!['bash', 'openssl', 'jq', 'curl'].every(isThere))(
  'the commands that make and upload a CA and make a leaf of it work as they stand, and the leaf gets in',
  async () => {
    const { ready, close } = await serveSimulation();
    onTestFinished(close);
    const folder = await scratch();
    const env = { UPLOAD_ADMIN_KEY: ready.personalAdminKey, OPENAI_BASE_URL: ready.apiBase };
    const uploaded = JSON.parse(await bash(ISSUE, folder, env));
    expect(uploaded).toMatchObject({ name: 'acme-root@2026-11', object: 'certificate' });
    const client = ready.clients.find(({ name }) => name === 'billing');
    const activated = await fetch(
      `${ready.apiBase}/organization/projects/${client?.project}/certificates/activate`,
      {
        method: 'POST',
        headers: { authorization: `Bearer ${ready.adminKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ certificate_ids: [uploaded.id] }),
      },
    );
    expect(activated.status).toBe(200);
    const key = client && 'apiKey' in client ? client.apiKey : '';
    const call = (leaf: string) =>
      bash(
        `curl -s -o answer.json -w '%{http_code}' --cacert '${ready.caFile}' ${leaf} -H 'Authorization: Bearer ${key}' ${ready.mtlsBase}/models`,
        folder,
      );
    expect(await call('--cert chain.pem --key leaf.key')).toBe('200');
    expect(await call('')).not.toBe('200');
  },
);
