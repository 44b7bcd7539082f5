import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { stackIn } from '../../../bin/account/machine.ts';
import { type Ca, casIn } from '../../../bin/execution/ca-keys.ts';
import { lookFirst } from '../../../bin/preview/look-first.ts';
import { plain } from '../../../bin/terminal/screen.ts';
import { serveSimulation } from '../../../rehearsal/simulate/simulate.ts';
import { createAuthority } from '../../../simulation/certificates/pki.ts';
import { machineArn, openAccount } from '../doctor/account.ts';
import { scratch, windlass } from '../run.ts';
import { credentialOf } from '../runners/simulated-client.ts';

const secretOf = (client: string) => `windlass/acme/clients/${client}`;
const ADMIN = 'windlass/acme/admin';
const LEAKED = ['--emergency', '--anchor', 'cert_acme_old'];

let simulation: Awaited<ReturnType<typeof serveSimulation>>;
beforeAll(async () => {
  simulation = await serveSimulation();
});
afterAll(() => simulation.close());

/**
 * The stack of acme. Its client `billing` has a leaf of the successor staged, and its client `search` has
 * none.
 */
async function acme() {
  const account = await openAccount('acme');
  const { ready } = simulation;
  const put = async (client: string, leaf: string, stages?: string[]) =>
    account.secrets.put(secretOf(client), JSON.stringify(await credentialOf(ready, leaf)), stages);
  for (const client of ['billing', 'search']) await put(client, client);
  await put('billing', 'billing-next', ['AWSPENDING']);
  account.secrets.put(ADMIN, JSON.stringify({ apiKey: ready.adminKey }));
  const clients = ['billing', 'search'].map((name) => ({
    ...{ name, project: `proj_${name}`, secret: secretOf(name) },
  }));
  const organizations = { acme: { adminSecret: ADMIN, baseUrl: ready.apiBase, clients } };
  const config = join(await scratch(), 'cdk.json');
  await writeFile(config, JSON.stringify({ context: { windlass: { organizations } } }));
  const env = {
    ...{ ...account.env, WINDLASS_CONFIG: config, OPENAI_ADMIN_KEY: ready.adminKey },
    ...{ AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent' },
  };
  const plan = (args: string[] = LEAKED, more: Record<string, string> = {}) =>
    windlass(['plan', 'acme', ...args], { ...env, ...more });
  return { ...account, env, plan };
}

const year = 365 * 86_400;
const now = Math.floor(Date.now() / 1000);
/** A CA that was never uploaded. */
const issuing = createAuthority({ name: 'leaked issuing', notBefore: now - year, notAfter: now + year }).pem;

async function fileWith(text: string): Promise<string> {
  const file = join(await scratch(), 'ca.pem');
  await writeFile(file, text);
  return file;
}

/** Returns the certificate of an anchor of the simulation. */
async function pemOf(id: string): Promise<string> {
  const { apiBase, adminKey } = simulation.ready;
  const url = `${apiBase}/organization/certificates/${id}?include[]=content`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${adminKey}` } });
  return Object(await answer.json()).certificate_details.content;
}

const changes = async ({ tables }: Awaited<ReturnType<typeof acme>>) =>
  tables.items('Windlass-acme-JournalD53F2F9B-1ABCDEFGH');

describe('windlass plan --emergency', () => {
  it('says where it would cut, who moves, who is not ready, how many calls it takes and how long', async () => {
    const account = await acme();
    const { code, stdout } = await account.plan([...LEAKED, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ schema: 1, mode: 'emergency', clientsChecked: true, soakSeconds: 0, decision: 'rotate' },
      successions: [{ retiring: 'cert_acme_old', successor: 'cert_acme_new' }],
      emergency: {
        ...{ anchors: ['cert_acme_old'], scopes: 1, apiCalls: expect.any(Number) },
        clients: { moved: ['billing'], notReady: ['search'] },
        seconds: expect.any(Number),
      },
    });
    expect(JSON.parse(stdout).blocked).toContainEqual(expect.objectContaining({ client: 'search' }));
    expect(code).toBe(0);
    const { stdout: told } = await account.plan();
    expect(told).toMatch(/^ {2}cuts +1 scope, without a soak$/m);
    expect(told).toMatch(/proj_search +cert_acme_new +—$/m);
    expect(told).toMatch(/^ {2}moves +1 client: billing$/m);
    expect(told).toMatch(/^ {2}not ready +1 client: search$/m);
    expect(told).toMatch(/^ {2}takes +about \d+ calls of the certificates API, and [\d.]+ seconds where/m);
    expect(told).not.toContain('Clients were not checked');
  });

  it('changes nothing and remembers nothing', async () => {
    const account = await acme();
    const before = await changes(account);
    await account.plan();
    expect(await changes(account)).toEqual(before);
    expect(account.calls.filter(({ operation }) => !/^(Get|List|Describe)/.test(operation))).toEqual([]);
  });

  it('shows in red what it would be allowed, and plans with it (I6)', async () => {
    const { plan } = await acme();
    const { stdout, stderr } = await plan([...LEAKED, '--leave-behind', 'search', '--json']);
    expect(JSON.parse(stdout).emergency.clients).toEqual({ moved: ['billing'], notReady: [] });
    expect(stderr).toContain('MAY LOCK OUT search');
  });

  it('does not say of clients that nobody could read that they are not ready (I9)', async () => {
    const { plan } = await acme();
    const { stdout } = await plan([...LEAKED, '--json'], {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:9',
      AWS_MAX_ATTEMPTS: '1',
    });
    const { clientsChecked, emergency, blocked } = JSON.parse(stdout);
    expect(clientsChecked).toBe(false);
    expect(emergency.clients).toEqual({ unknown: expect.stringContaining('windlass/acme/clients') });
    expect(JSON.stringify(blocked)).not.toContain('clients/');
  });

  it('says of an anchor that is active nowhere that nothing has to be cut', async () => {
    const { plan } = await acme();
    const { code, stdout } = await plan(['--emergency', '--anchor', 'cert_initech_expired']);
    expect(stdout).toContain('✓ Idle: cert_initech_expired is active nowhere: nothing has to be cut.');
    expect(code).toBe(0);
  });

  it('says of one that is active nowhere what nobody could look at: somebody may have deactivated it by hand (I9)', async () => {
    const { plan } = await acme();
    const { stdout } = await plan(['--emergency', '--anchor', 'cert_initech_expired'], {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:9',
      AWS_MAX_ATTEMPTS: '1',
    });
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'nothing has to be cut; no client secret was read, so that nobody knows whether a client still runs on it and is outside.',
    );
  });

  it.each<[string, string[], string]>([
    ['an anchor that is not there', ['cert_acme_odl'], '--anchor cert_acme_odl; did you mean cert_acme_old?'],
    [
      'a client that is not there',
      ['cert_acme_old', '--leave-behind', 'serach'],
      '--leave-behind serach; did you mean search?',
    ],
    ['a project that is not there', ['cert_acme_old', '--on-listing', 'proj_x'], '--on-listing proj_x'],
  ])('refuses %s by the option that named it', async (_, args, named) => {
    const { plan } = await acme();
    const { code, stdout, stderr } = await plan(['--emergency', '--anchor', ...args]);
    expect(stderr).toContain(named);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('refuses a bundle with the certificate of an uploaded anchor by file, subject and anchor (I15)', async () => {
    const account = await acme();
    const ca = await fileWith(issuing + (await pemOf('cert_acme_new')));
    const before = await changes(account);
    const { code, stdout, stderr } = await account.plan([...LEAKED, '--ca', ca]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(
      /--ca \S+: the certificate of CN=.* has the key of cert_acme_new \(.*\), which is uploaded, .*name the anchor by --anchor as well/,
    );
    expect(await changes(account)).toEqual(before);
  });

  it('takes it where the anchor is named as well, and shows whose keys are named', async () => {
    const { plan } = await acme();
    const ca = await fileWith(issuing + (await pemOf('cert_acme_old')));
    const { stdout } = await plan([...LEAKED, '--ca', ca, '--json']);
    expect(JSON.parse(stdout).emergency.keys).toMatchObject([
      { file: ca, subject: 'CN=leaked issuing', digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { file: ca, subject: expect.stringContaining('CN=') },
    ]);
    const { stdout: told } = await plan([...LEAKED, '--ca', ca]);
    expect(told.replaceAll(/\s+/g, ' ')).toMatch(/keys of CAs CN=leaked issuing \(SHA-256 [0-9a-f]{64}\)/);
  });

  it('needs an anchor, and takes none without being an emergency', async () => {
    const { plan } = await acme();
    expect((await plan(['--emergency'])).stderr).toContain('--emergency needs --anchor ID');
    expect((await plan(['--anchor', 'cert_a'])).stderr).toContain('--anchor goes with --emergency');
  });
});

describe('what is shown before an emergency is agreed to', () => {
  const leaked = { mode: 'emergency' as const, anchors: ['cert_acme_old'], reason: 'leaked' };

  async function shown(
    more: Record<string, string> = {},
    request: Parameters<typeof lookFirst>[1] = leaked,
    cas: readonly Ca[] = [],
  ) {
    const { env } = await acme();
    for (const [name, value] of Object.entries({ ...env, ...more })) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    const stack = stackIn(machineArn('acme'));
    if (!stack) throw new Error('no stack');
    return lookFirst(stack.machine, request, { cas, paint: plain });
  }

  it.each([
    ['the key of the environment', {}],
    ["the admin secret's key", { OPENAI_ADMIN_KEY: '' }],
  ])('is the same as the plan says, with %s', async (_, more) => {
    const told = await shown(more);
    expect(told).toMatch(/^ {2}cuts +1 scope/m);
    expect(told).toMatch(/^ {2}not ready +1 client: search$/m);
    expect(told).toMatch(/Blocked\n[\s\S]*client search/);
  });

  it('is why nobody knows where it cannot be told, and keeps nobody from starting', async () => {
    const told = await shown({ WINDLASS_CONFIG: '/nonexistent/cdk.json' });
    expect(told.replaceAll(/\s+/g, ' ')).toMatch(
      /! what it would do is not known: .*nonexistent.*can be started all the same/,
    );
  });

  it("presents the environment's client certificate beside its key, as plan does (F10)", async () => {
    const told = await shown({ WINDLASS_ADMIN_CERT: '/dev/null' });
    expect(told.replaceAll(/\s+/g, ' ')).toContain(
      '--admin-cert /dev/null goes with --admin-key-file, which is missing',
    );
  });

  it('is by its subject each CA whose key is named', async () => {
    const cas = await casIn({ ca: [await fileWith(issuing)] });
    const told = await shown({}, { ...leaked, keys: cas.map(({ digest }) => digest) }, cas);
    expect(told.replaceAll(/\s+/g, ' ')).toContain(
      `keys of CAs CN=leaked issuing (SHA-256 ${cas[0]?.digest})`,
    );
  });

  it('is nothing, and nobody is asked, where a bundle condemns an uploaded anchor that is not named (I15)', async () => {
    const ca = await fileWith(issuing + (await pemOf('cert_acme_new')));
    const cas = await casIn({ ca: [ca] });
    const request = { ...leaked, keys: cas.map(({ digest }) => digest) };
    await expect(shown({}, request, cas)).rejects.toThrow(`--ca ${ca}: the certificate of CN=`);
  });

  it('is that it would be refused, where it names what is not there', async () => {
    const told = await shown({}, { ...leaked, anchors: ['cert_acme_odl'] });
    expect(told.replaceAll(/\s+/g, ' ')).toMatch(
      /! it would be refused: no such anchor .*--anchor cert_acme_odl; did you mean cert_acme_old\?/,
    );
  });
});
