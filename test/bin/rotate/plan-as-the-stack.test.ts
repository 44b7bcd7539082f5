import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoJournal, type Journal } from '../../../lambdas/adapters/table/journal.ts';
import { tableNamed } from '../../../lambdas/adapters/table/table.ts';
import { instant, secondsOf } from '../../../lambdas/domain/instant.ts';
import { serveCertificatesApi } from '../../../simulation/served/certificates-api.ts';
import { startTableEndpoint, type TableEndpoint } from '../../../simulation/served/table-endpoint.ts';
import { ADMIN_KEY, NOW, smallOrganization } from '../organization.ts';
import { scratch, windlass } from '../run.ts';
import { tableEnvironment } from '../table-environment.ts';

const TABLE = 'Windlass-acme-JournalD53F2F9B-1ABCDEFGH';
const HELD = 'cert_gamma_2025';

let endpoint: TableEndpoint;
let named: Journal;
let api: Awaited<ReturnType<typeof serveCertificatesApi>>;
beforeAll(async () => {
  api = await serveCertificatesApi({
    organization: smallOrganization(),
    adminKeys: { [ADMIN_KEY]: 'windlass' },
  });
  endpoint = await startTableEndpoint();
  for (const name of [
    TABLE,
    'Windlass-acme-two-Journal1',
    'Windlass-twice-Journal1',
    'Windlass-twice-Journal2',
    'Windlass-named-Journal1',
  ])
    await endpoint.create(name);
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  const settings = { endpoint: endpoint.url, region: 'eu-west-1', credentials };
  const journal = dynamoJournal(tableNamed(TABLE, settings));
  named = dynamoJournal(tableNamed('Windlass-named-Journal1', settings));
  await journal.rememberCompromised([{ anchorId: 'cert_unnamed' }]);
});
afterAll(async () => {
  await endpoint.close();
  await api.close();
});

const OTHERS = ['acme-two', 'globex', 'twice'];
const entry = (name: string) => ({
  ...{ adminSecret: `${name}/admin`, clients: [], baseUrl: api.url },
  // An id belongs to one organization only.
  policy: { ...(!OTHERS.includes(name) && { hold: [HELD], canary: ['proj_2'] }), evidence: 'listing' },
});

async function plan(names: string[], args: string[], env: Record<string, string> = {}) {
  const file = join(await scratch(), 'cdk.json');
  const organizations = Object.fromEntries(names.map((name) => [name, entry(name)]));
  await writeFile(file, JSON.stringify({ context: { windlass: { organizations } } }));
  const aws = tableEnvironment(endpoint.url);
  return windlass(['plan', '--config', file, '--now', NOW, ...args], {
    ...{ OPENAI_ADMIN_KEY: ADMIN_KEY, ...aws, ...env },
  });
}

describe('windlass plan ORGANIZATION', () => {
  it("plans with the organization's own policy and base URL, and with what its stack's table remembers", async () => {
    const { code, stdout } = await plan(['acme', 'acme-two'], ['acme', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{
        baseURL: api.url,
        policyOf: expect.stringMatching(/^organizations\.acme of \/.*\/cdk\.json$/),
        remembered: { table: TABLE },
      },
      waves: [{ name: 'canary' }, { name: 'projects' }, { name: 'organization' }],
      blocked: [{ anchor: 'cert_unnamed' }],
    });
    expect(code).toBe(0);
  });

  it('comes again for what is compromised and blocked when its next run would, by when that was named', async () => {
    const namedAt = instant(secondsOf(NOW) - 60);
    await named.rememberCompromised([{ anchorId: 'cert_unnamed', namedAt }]);
    const { stdout } = await plan(['named'], ['named', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      blocked: [{ anchor: 'cert_unnamed' }],
      nextRotationAt: instant(secondsOf(NOW) + 300 + 60),
    });
  });

  it('takes the only organization that is filled in, and says so', async () => {
    const { stdout } = await plan(['acme'], []);
    expect(stdout).toMatch(/^policy: organizations\.acme of\s\S+\/cdk\.json$/m);
    expect(stdout).toContain(`\nmemory: of table ${TABLE}`);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('windlass doctor acme reads their secrets');
    const two = await plan(['acme', 'globex'], ['--base-url', api.url]);
    expect(two.stdout).toContain('policy: the defaults\nmemory: not known');
  });

  it.each<[string, string[], Record<string, string>, RegExp]>([
    ['there are no credentials', ['acme'], { AWS_ACCESS_KEY_ID: '' }, /no AWS credentials/],
    ['there is no region', ['acme'], { AWS_REGION: '' }, /no AWS region: set AWS_REGION/],
    ['there is no such table', ['globex'], {}, /no table here is named Windlass-globex-Journal…/],
    ['nobody knows which table', ['twice'], {}, /2 tables are named .*--table/],
  ])('plans without a memory, and says that it is not known, when %s', async (_, args, env, reason) => {
    const names = ['acme', 'globex', 'twice'];
    const apart = { AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent' };
    const { code, stdout } = await plan(names, [...args, '--json'], { ...apart, ...env });
    const told = JSON.parse(stdout);
    expect(told.remembered.unknown).toMatch(reason);
    expect(told.anchors[0].compromised).toBe(null);
    expect(code).toBe(0);
  });

  it('refuses a table that somebody has named and that is not there: a plan without its memory would show nothing compromised', async () => {
    const { code, stderr } = await plan(['acme'], ['acme', '--table', 'nowhere', '--json']);
    expect(stderr).toMatch(/table nowhere: there is no such table/);
    expect(code).toBe(2);
  });

  it('refuses a name that the configuration does not have, and says which it may be', async () => {
    const { code, stderr } = await plan(['acme', 'globex'], ['amce']);
    expect(stderr).toMatch(/has no organization "amce"; did you mean acme\? \(it has acme, globex\)\n$/);
    expect(code).toBe(2);
  });
});

describe('the expiry calendar', () => {
  const later = ['acme', '--now', '2026-11-15'];

  it('has every anchor with its dates, its state and its scopes, whatever becomes of it', async () => {
    const { stdout } = await plan(['acme'], [...later, '--json']);
    const rows = JSON.parse(stdout).anchors.map((one: Record<string, unknown>) => [
      ...[one.anchor, one.state, one.held, one.compromised, (one.activeIn as string[]).length],
    ]);
    expect(rows).toEqual([
      [HELD, 'expired', true, false, 1],
      ['cert_acme_2025', 'active', false, false, 3],
      ['cert_unnamed', 'active', false, true, 1],
      ['cert_acme_2026', 'active', false, false, 1],
    ]);
  });

  it('is shown to people', async () => {
    const { stdout } = await plan(['acme'], later);
    expect(stdout).toMatch(/Expiry calendar\n +expires +due +anchor +name +state +active in\n/);
    expect(stdout).toMatch(/2026-11-12 +since 2026-10-13 +cert_gamma_2025 +gamma@2025 +expired, held/);
    expect(stdout).toMatch(/2027-01-31 +2027-01-01 +cert_unnamed +— +active, compromised/);
  });
});
