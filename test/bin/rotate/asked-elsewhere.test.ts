import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { stackIn } from '../../../bin/account/machine.ts';
import { lookFirst } from '../../../bin/preview/look-first.ts';
import { plain } from '../../../bin/terminal/screen.ts';
import { serveSimulation } from '../../../rehearsal/simulate/simulate.ts';
import { listenOnLoopback } from '../../../simulation/served/loopback.ts';
import { startTableEndpoint } from '../../../simulation/served/table-endpoint.ts';
import { machineArn, openAccount, tableName } from '../doctor/account.ts';
import { scratch, windlass } from '../run.ts';
import { credentialOf } from '../runners/simulated-client.ts';

const secretOf = (client: string) => `windlass/acme/clients/${client}`;

let simulation: Awaited<ReturnType<typeof serveSimulation>>;
beforeAll(async () => {
  simulation = await serveSimulation();
});
afterAll(() => simulation.close());

/** Secrets Manager of eu-west-1. In any other region these secrets do not exist. */
async function onlyInEurope(behind: string): Promise<string> {
  const server = createServer(async (request, reply) => {
    const body = await text(request);
    const isThere = /\/eu-west-1\/secretsmanager\//.test(String(request.headers.authorization));
    if (!isThere) {
      const __type = 'ResourceNotFoundException';
      reply.writeHead(400, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': __type });
      return void reply.end(
        JSON.stringify({ __type, Message: "Secrets Manager can't find the specified secret." }),
      );
    }
    const headers = Object.fromEntries(
      ['authorization', 'content-type', 'x-amz-target', 'x-amz-user-agent', 'user-agent'].flatMap((name) => {
        const value = request.headers[name];
        return typeof value === 'string' ? [[name, value]] : [];
      }),
    );
    const answer = await fetch(behind, { method: 'POST', headers, body });
    reply.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' });
    reply.end(await answer.text());
  });
  const { port, close } = await listenOnLoopback(server);
  onTestFinished(close);
  return `http://127.0.0.1:${port}`;
}

/**
 * The stack of acme in eu-west-1. Its entry states that region by default. `billing` and `search` both have a
 * leaf of the successor staged.
 */
async function acme({ region = 'eu-west-1' }: { region?: string | undefined } = {}) {
  const account = await openAccount('acme', 'beta');
  const { ready } = simulation;
  for (const client of ['billing', 'search']) {
    account.secrets.put(secretOf(client), JSON.stringify(await credentialOf(ready, client)));
    account.secrets.put(secretOf(client), JSON.stringify(await credentialOf(ready, 'billing-next')), [
      'AWSPENDING',
    ]);
  }
  const clients = ['billing', 'search'].map((name) => ({
    ...{ name, project: `proj_${name}`, secret: secretOf(name) },
  }));
  const entry = {
    adminSecret: 'windlass/acme/admin',
    ...(region && { region }),
    baseUrl: ready.apiBase,
    clients,
  };
  const config = join(await scratch(), 'cdk.json');
  await writeFile(config, JSON.stringify({ context: { windlass: { organizations: { acme: entry } } } }));
  const secrets = await onlyInEurope(account.env.AWS_ENDPOINT_URL_SECRETS_MANAGER ?? '');
  const env = {
    ...{ ...account.env, WINDLASS_CONFIG: config, OPENAI_ADMIN_KEY: ready.adminKey },
    ...{ AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets },
    ...{ AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent' },
  };
  return { ...account, env };
}

const LEAKED = ['--emergency', '--anchor', 'cert_acme_old', '--json'];

describe.each(['eu-west-1', 'us-east-1'])('whatever AWS_REGION is, as here %s', (AWS_REGION) => {
  it('plan asks for the secrets in the region of the entry (I9)', async () => {
    const { env } = await acme();
    const { stdout } = await windlass(['plan', 'acme', ...LEAKED], { ...env, AWS_REGION });
    expect(JSON.parse(stdout).emergency.clients.notReady ?? []).toEqual([]);
  });

  it('the look before an emergency asks in the region of the machine (I9)', async () => {
    const { env } = await acme({ region: '' });
    for (const [name, value] of Object.entries({ ...env, AWS_REGION })) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    const stack = stackIn(machineArn('acme'));
    if (!stack) throw new Error('no stack');
    const request = { mode: 'emergency' as const, anchors: ['cert_acme_old'], reason: 'leaked' };
    const told = await lookFirst(stack.machine, request, { cas: [], paint: plain });
    expect(told).toMatch(/^ {2}moves +2 clients/m);
    expect(told).not.toMatch(/not ready +\d+ client/);
  });

  it('doctor asks for the secrets in the region of the entry (I9)', async () => {
    const { env, secrets } = await acme();
    secrets.put('windlass/acme/admin', JSON.stringify({ apiKey: simulation.ready.adminKey }));
    const { stdout } = await windlass(['doctor', 'acme', '--json'], { ...env, AWS_REGION });
    const { findings } = JSON.parse(stdout) as { findings: Record<string, string>[] };
    const read = findings.filter(({ check }) => /^(admin|client) secret$/.test(check ?? ''));
    expect(read.length).toBeGreaterThan(4);
    expect(read.filter(({ seen }) => /ResourceNotFound/.test(seen ?? ''))).toEqual([]);
  });
});

it('plan does not say of clients that they are not ready where neither the entry nor the table tells that their secrets are in this region (I9)', async () => {
  const { env, tables } = await acme({ region: '' });
  const elsewhere = { ...env, AWS_REGION: 'us-east-1' };
  const emergencyOf = async (more: Record<string, string>) =>
    JSON.parse((await windlass(['plan', 'acme', ...LEAKED], { ...env, ...more })).stdout).emergency;
  const nowhere = await startTableEndpoint();
  onTestFinished(() => void nowhere.close());
  expect((await emergencyOf({ ...elsewhere, AWS_ENDPOINT_URL_DYNAMODB: nowhere.url })).clients).toEqual({
    unknown: expect.stringContaining('set AWS_REGION'),
  });
  // The table is found in this region, so the secrets count as missing.
  expect((await emergencyOf({ ...elsewhere, AWS_ENDPOINT_URL_DYNAMODB: tables.url })).clients).toMatchObject({
    notReady: ['billing', 'search'],
  });
});

it("plan takes acme's memory, whatever table the environment names, as status and doctor do (I15)", async () => {
  const { env, journal } = await acme();
  await journal('acme').rememberCompromised([{ anchorId: 'cert_acme_new', reason: 'it leaked' }]);
  const { stdout } = await windlass(['plan', 'acme', '--json'], {
    ...env,
    WINDLASS_TABLE: tableName('beta'),
  });
  const { remembered, anchors } = JSON.parse(stdout);
  const [leaked] = anchors.filter(({ anchor }: { anchor: string }) => anchor === 'cert_acme_new');
  expect({ table: remembered.table, compromised: leaked.compromised }).toEqual({
    ...{ table: tableName('acme'), compromised: true },
  });
});

describe("with another organization's OPENAI_ADMIN_KEY in the shell, whose listing says nothing of this one", () => {
  const WHOSE =
    /OPENAI_ADMIN_KEY is another organization's than the one that this stack has rotated, whose anchors it does not list \(cert_of_acme\); the functions use their own key/;

  /**
   * The stack of acme has rotated an anchor that the admin key of this shell does not list, for clients of
   * other projects.
   */
  async function another() {
    const { env, journal } = await acme();
    const config = JSON.parse(await readFile(env.WINDLASS_CONFIG, 'utf8'));
    for (const client of config.context.windlass.organizations.acme.clients) client.project = 'proj_of_acme';
    await writeFile(env.WINDLASS_CONFIG, JSON.stringify(config));
    await journal('acme').rememberSeen([{ kind: 'anchor', id: 'cert_of_acme', value: 'acme' }]);
    return { env, config };
  }

  it('the look before an emergency does not say that it would be refused', async () => {
    const { env } = await another();
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    const stack = stackIn(machineArn('acme'));
    if (!stack) throw new Error('no stack');
    const request = { mode: 'emergency' as const, anchors: ['cert_of_acme'], reason: 'leaked' };
    const told = (await lookFirst(stack.machine, request, { cas: [], paint: plain })).replaceAll(/\s+/g, ' ');
    expect(told).toMatch(WHOSE);
    expect(told).toMatch(/what it would do is not known: .* It can be started all the same/);
    expect(told).not.toContain('refused');
  });

  it('plan says so, and plans nothing', async () => {
    const { env } = await another();
    const { code, stderr } = await windlass(['plan', 'acme'], env);
    expect({ code, told: stderr.replaceAll(/\s+/g, ' ') }).toEqual({
      code: 2,
      told: expect.stringMatching(WHOSE),
    });
  });

  it("it is this organization's where a configured client's project is listed", async () => {
    const { env, config } = await another();
    config.context.windlass.organizations.acme.clients[0].project = 'proj_billing';
    await writeFile(env.WINDLASS_CONFIG, JSON.stringify(config));
    expect((await windlass(['plan', 'acme'], env)).stderr).not.toMatch(WHOSE);
  });
});
