import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { examine } from '../../../bin/doctor/examine.ts';
import { checks, type Finding } from '../../../bin/doctor/finding.ts';
import { synthesizedTemplate } from '../../../bin/doctor/synthesized.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { parseConfiguration } from '../../../lib/config.ts';
import { serveSimulation } from '../../../rehearsal/simulate/simulate.ts';
import { createAuthority, issueLeaf } from '../../../simulation/certificates/pki.ts';
import { serveCountingApi, serveRefusingApi, serveTopicAndStack } from '../query-services.ts';
import { scratch, windlass } from '../run.ts';
import { credentialOf as credentialInSimulation } from '../runners/simulated-client.ts';
import { machineArn, openAccount } from './account.ts';

const now = Math.floor(Date.now() / 1000);
const ADMIN = 'windlass/acme/admin';
const secretOf = (client: string) => `windlass/acme/clients/${client}`;
const ARN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret';
const topicArn = 'arn:aws:sns:eu-west-1:123456789012:Windlass-acme-AlarmsTopic';
const confirmed = { arn: `${topicArn}:1`, endpoint: 'ops@example.com' };

let simulation: Awaited<ReturnType<typeof serveSimulation>>;
let template = '';
const roots = getCACertificates('default');

beforeAll(async () => {
  simulation = await serveSimulation();
  setDefaultCACertificates([...roots, await readFile(simulation.ready.caFile, 'utf8')]);
  const configuration = parseConfiguration({ organizations: { acme: entry() } });
  template = JSON.stringify(await synthesizedTemplate('acme', configuration));
}, 60_000);
afterAll(async () => {
  setDefaultCACertificates(roots);
  await simulation.close();
});

const entry = (more: object = {}) => ({
  ...{ adminSecret: ADMIN, baseUrl: simulation.ready.apiBase, mtlsHosts: [simulation.ready.mtlsBase] },
  authHost: simulation.ready.authBase,
  clients: [{ name: 'billing', project: 'proj_billing', secret: secretOf('billing') }],
  // These tests have no client in the project of Search.
  policy: { listingScopes: ['proj_search'] },
  ...more,
});

const credentialOf = (name: string) => credentialInSimulation(simulation.ready, name);

const keysOf = (clients: typeof simulation.ready.clients): string[] =>
  clients.flatMap((client) => ('apiKey' in client ? [client.apiKey] : []));

/** An account in which everything is in order. A test puts something out of order. */
async function acme() {
  const account = await openAccount('acme');
  account.schedules.operations.CreateSchedule({
    ...{
      GroupName: 'windlass-acme',
      Name: 'sweep',
      ScheduleExpression: 'cron(0 14 * * ? *)',
      State: 'ENABLED',
    },
    ...{ FlexibleTimeWindow: { Mode: 'OFF' }, Target: { Arn: machineArn('acme'), RoleArn: 'role' } },
  });
  await account.journal('acme').rememberSuccess(instant(now - 3_600));
  account.secrets.put(ADMIN, JSON.stringify({ apiKey: simulation.ready.adminKey }));
  account.secrets.put(secretOf('billing'), JSON.stringify(await credentialOf('billing')));
  account.secrets.put(secretOf('billing'), JSON.stringify(await credentialOf('billing-next')), [
    'AWSPENDING',
  ]);
  const deployed = {
    ...{ status: 'UPDATE_COMPLETE', template, topicArn },
    // Synthesis takes seconds, so only the tests of the version allow the comparison.
    ...{ subscriptions: [confirmed], denied: new Set(['GetTemplate']) },
  };
  const services = await serveTopicAndStack(deployed);
  const doctor = async (
    organizations: object = { acme: entry() },
    env: Record<string, string> = {},
    args = ['--json'],
  ) => {
    const file = join(await scratch(), 'cdk.json');
    await writeFile(file, JSON.stringify({ context: { windlass: { organizations } } }));
    const ran = await windlass(['doctor', 'acme', '--config', file, ...args], {
      ...{ AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent' },
      ...{ ...account.env, ...services.env, ...env },
    });
    // No finding may show a secret (I14).
    const { adminKey, clients } = simulation.ready;
    for (const key of [adminKey, ...keysOf(clients), '-----BEGIN'])
      expect(ran.stdout + ran.stderr).not.toContain(key);
    return ran;
  };
  return { ...account, env: { ...account.env, ...services.env }, deployed, doctor };
}

/** Returns the findings of a check that are not ok, one line each. */
const ofCheck = (stdout: string, check: string): string[] =>
  JSON.parse(stdout)
    .findings.filter((one: Finding) => one.check === check && one.severity !== 'ok')
    .map(({ severity, subject, seen, remedy }: Finding) => `${severity}: ${subject}: ${seen} → ${remedy}`);

/** Returns the checks that have a finding that is not ok. */
const unwell = (stdout: string): string[] => [
  ...new Set<string>(
    JSON.parse(stdout).findings.flatMap(({ check, severity }: Finding) => (severity === 'ok' ? [] : [check])),
  ),
];

describe('windlass doctor', () => {
  it('tells once what it sees twice', async () => {
    const { doctor } = await acme();
    const twice = Array.from({ length: 2 }, () => 'https://127.0.0.1:9/v1');
    const { stdout } = await doctor({ acme: entry({ mtlsHosts: twice }) });
    const { findings } = JSON.parse(stdout);
    expect(ofCheck(stdout, 'host')).toHaveLength(1);
    expect(new Set(findings.map((one: Finding) => JSON.stringify(one))).size).toBe(findings.length);
  });

  it('finds nothing where all is well, by the code and the configuration that are deployed as well', async () => {
    const { deployed, doctor } = await acme();
    deployed.denied.clear();
    const { code, stdout } = await doctor();
    const { schema, organization, verdict, findings } = JSON.parse(stdout);
    expect({ schema, organization, verdict }).toEqual({ schema: 1, organization: 'acme', verdict: 'well' });
    expect(findings.filter(({ severity }: Finding) => severity !== 'ok')).toEqual([]);
    expect([...new Set(findings.map(({ check }: Finding) => check))]).toEqual(checks);
    expect(code).toBe(0);
  }, 60_000);

  it('looks at each witness: at its leaf, and at whether it gets in as things are now (F16)', async () => {
    const { doctor, secrets } = await acme();
    const witnesses = ['billing-next', 'search', 'gone'].map((name) => ({
      ...{ name: `not ${name}`, secret: secretOf(name) },
      project: name === 'search' ? 'proj_search' : 'proj_billing',
    }));
    for (const name of ['billing-next', 'search'])
      secrets.put(secretOf(name), JSON.stringify(await credentialOf(name)));
    const { stdout } = await doctor({ acme: entry({ mustRefuse: witnesses }) });
    // The leaf of the successor leads to no active anchor yet, which is in order.
    expect(ofCheck(stdout, 'witness')).toEqual([
      expect.stringMatching(/^failed: https:.* as not search: gets in, and has to stay out → Look which/),
      expect.stringMatching(/^failed: not gone: .*windlass\/acme\/clients\/gone/),
    ]);
  });

  it('tells of a client whose key is of another project than the configuration says (F10)', async () => {
    const { doctor } = await acme();
    const clients = [{ name: 'moved', project: 'proj_moved', secret: secretOf('billing') }];
    const { stdout } = await doctor({ acme: entry({ clients }) });
    expect(ofCheck(stdout, 'host')).toEqual([
      expect.stringMatching(
        /^failed: https:\S+ as moved: says that the key, or the token, of moved is of proj_\w+, and the configuration has proj_moved.* → Set project of moved to proj_\w+ and deploy, or put a key of proj_moved into /,
      ),
    ]);
  });

  it('asks for each listing once, and for each version of a secret', async () => {
    const { doctor, secrets, calls } = await acme();
    const { asked, url } = await serveCountingApi(simulation.ready.apiBase);
    secrets.put(secretOf('witness'), JSON.stringify(await credentialOf('billing-next')));
    const mustRefuse = [{ name: 'stranger', project: 'proj_billing', secret: secretOf('witness') }];
    const { stdout } = await doctor({ acme: entry({ baseUrl: url, mustRefuse }) });
    expect(ofCheck(stdout, 'rotation')).toEqual([]);
    expect(asked.filter((one) => /projects\/\w+\/certificates/.test(one)).length).toBe(4);
    expect(asked.toSorted()).toEqual([...new Set(asked)].sort());
    // One read of the admin secret. For a client and a witness, one read of the running, the staged and the
    // previous version each.
    expect(calls.filter(({ operation }) => operation === 'GetSecretValue')).toHaveLength(1 + 2 * 3);
  });

  it('compares the templates when the hosts have answered: a synthesis lets nothing else run', async () => {
    const { env } = await acme();
    const config = join(await scratch(), 'cdk.json');
    await writeFile(config, JSON.stringify({ context: { windlass: { organizations: { acme: entry() } } } }));
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    const looks: string[] = [];
    await examine({ name: 'acme', config, now, onLook: (what) => void looks.push(what) });
    expect(looks.slice(-2)).toEqual(['asking the hosts', 'comparing the stack with what would be deployed']);
  });

  it('names what a deployment would change', async () => {
    const { deployed, doctor } = await acme();
    deployed.denied.clear();
    deployed.template = template.replace(/"S3Key":"[0-9a-f]+\.zip"/, '"S3Key":"older.zip"');
    const { code, stdout } = await doctor();
    expect(ofCheck(stdout, 'version')).toEqual([
      expect.stringMatching(
        /^warning: Windlass-acme: 1 resource would change: Steps\w+ \(Code\) → npx cdk diff/,
      ),
    ]);
    expect(code).toBe(3);
  }, 60_000);

  it('is a table for people, each finding with its remedy, and fits a terminal of 60 columns', async () => {
    const { deployed, doctor } = await acme();
    deployed.subscriptions = [{ arn: 'PendingConfirmation', endpoint: 'ops@example.com' }];
    const { columns } = process.stdout;
    onTestFinished(() => {
      process.stdout.columns = columns;
    });
    process.stdout.columns = 60;
    const { code, stdout } = await doctor(undefined, {}, []);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /✗ failed .* → Follow the link in the mail to ops@example\.com\./,
    );
    expect(stdout).toMatch(/\d+ ok, 0 warnings, 1 failed, 1 not checked\n$/);
    expect(stdout.split('\n').filter((text) => text.length > 60)).toEqual([]);
    expect(code).toBe(4);
  });

  it('looks at everything else where no credentials can be had, and says of the rest that it did not', async () => {
    const { doctor } = await acme();
    const { code, stdout } = await doctor(undefined, { AWS_ACCESS_KEY_ID: '', AWS_REGION: '' });
    expect(ofCheck(stdout, 'credentials')).toEqual([expect.stringContaining('no AWS credentials')]);
    expect(ofCheck(stdout, 'region')).toEqual([expect.stringContaining('no AWS region: set AWS_REGION')]);
    expect(unwell(stdout)).toEqual(checks.filter((check) => check !== 'configuration' && check !== 'policy'));
    expect(code).toBe(4);
  });
});

describe('the configuration', () => {
  it('is told line by line, and the stack is looked at all the same', async () => {
    const { doctor } = await acme();
    const policy = { leadTime: 'P5D' };
    const { code, stdout } = await doctor({ acme: entry({ policy, probePath: 'models' }) });
    expect(ofCheck(stdout, 'configuration')).toEqual([
      expect.stringMatching(/probePath: "models" is not a path/),
      expect.stringMatching(/policy\.leadTime: P5D is not longer than soak P7D plus safetyMargin P2D/),
    ]);
    expect(ofCheck(stdout, 'host')).toEqual([expect.stringContaining('the configuration is not valid')]);
    expect(ofCheck(stdout, 'schedule')).toEqual([]);
    expect(code).toBe(4);
  });

  it('is told where the example was left in it, and where another entry keeps everything from deploying', async () => {
    const { doctor } = await acme();
    const { stdout } = await doctor({ acme: entry({ alarmEmail: 'replace-me@example.com' }), globex: {} });
    expect(ofCheck(stdout, 'configuration')).toEqual([
      expect.stringContaining("is the example's placeholder"),
      expect.stringMatching(/globex\.adminSecret: is missing .*Nothing deploys until then/),
      expect.stringMatching(/globex\.clients: is missing/),
    ]);
    expect(unwell(stdout)).toEqual(['configuration', 'version']);
  });

  it('without such an organization is a wrong use, in one line', async () => {
    const { doctor } = await acme();
    const { code, stdout, stderr } = await doctor({ acmee: entry() });
    expect(stderr).toMatch(
      /^windlass: .* has no organization "acme"; did you mean acmee\? \(it has acmee\)\n$/,
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

describe('the admin credential', () => {
  it.each<[string, string | null, RegExp]>([
    ['is missing', null, /^failed: .*can't find the specified secret/],
    ['is no JSON', 'sk-admin-pasted-as-it-is', /^failed: .*not JSON text → Give it JSON \{"apiKey"\}/],
    [
      'has half a certificate',
      JSON.stringify({ apiKey: 'k', privateKey: 'p' }),
      /certificateChain: must be there too/,
    ],
  ])('is told where it %s, and what depends on it was not looked at', async (_, value, said) => {
    const { secrets, doctor } = await acme();
    secrets.remove(ADMIN);
    if (value) secrets.put(ADMIN, value);
    const { stdout } = await doctor();
    expect(ofCheck(stdout, 'admin secret')).toEqual([expect.stringMatching(said)]);
    expect(stdout).not.toContain('pasted-as-it-is');
    expect(unwell(stdout)).toEqual(['admin secret', 'admin key', 'anchor names', 'rotation', 'version']);
  });

  it('that may not do something is told by the permission that it lacks', async () => {
    const { doctor } = await acme();
    const { code, stdout } = await doctor({ acme: entry({ baseUrl: await serveRefusingApi(403) }) });
    expect(ofCheck(stdout, 'admin key')).toEqual([
      expect.stringMatching(
        /^failed: list certificates: the permission api\.mtls\.read is missing: .*403.* → Give the role/,
      ),
      expect.stringMatching(/^failed: list projects: the permission to list projects is missing/),
    ]);
    expect(unwell(stdout)).toEqual(['admin key', 'anchor names', 'rotation', 'version']);
    expect(code).toBe(4);
  });

  it('that is refused is told as such', async () => {
    const { doctor } = await acme();
    const { stdout } = await doctor({ acme: entry({ baseUrl: await serveRefusingApi(401) }) });
    expect(ofCheck(stdout, 'admin key')[0]).toMatch(
      /^failed: list certificates: .*401.* → Look at the key in/,
    );
  });
});

describe("a client's secret", () => {
  const missing = { name: 'gone', project: 'proj_search', secret: secretOf('gone') };

  it('looks for the tag by which the policies know the secrets of clients', async () => {
    const { doctor, secrets } = await acme();
    const secretsTag = { key: 'windlass', value: 'acme' };
    const byArn = { name: 'named', project: 'proj_billing', secret: `${ARN}:windlass/acme/named-AbCdEf` };
    const clients = [...entry().clients, byArn];
    const tagged = async (tags: Record<string, string>) => {
      secrets.tag(secretOf('billing'), tags);
      const { stdout } = await doctor({ acme: entry({ secretsTag, clients }) });
      return ofCheck(stdout, 'client secret').filter((line) => line.includes(' tag: '));
    };
    const billing = secretOf('billing');
    const remedy = `aws secretsmanager tag-resource --secret-id ${billing} --tags Key=windlass,Value=acme`;
    const refused = 'so every function is refused it';
    expect(await tagged({})).toEqual([
      `failed: billing tag: ${billing} has no such tag, ${refused} → ${remedy}`,
    ]);
    expect(await tagged({ Windlass: 'ACME' })).toEqual([
      `failed: billing tag: ${billing} has the tag Windlass with the value "ACME", ${refused} → ${remedy}`,
    ]);
    expect(await tagged({ Windlass: 'acme', team: 'billing' })).toEqual([]);
  });

  it('fails where it is a replica: nobody can be promoted by it', async () => {
    const { doctor, secrets } = await acme();
    const of = async (primary: string) => {
      secrets.replicate(secretOf('billing'), primary);
      const { stdout } = await doctor({ acme: entry({}) });
      return ofCheck(stdout, 'client secret').filter((line) => line.includes(' replica: '));
    };
    expect(await of('us-east-1')).toEqual([]);
    expect(await of('us-west-2')).toEqual([
      `failed: billing replica: ${secretOf('billing')} is a replica of the secret in us-west-2, so no leaf of it can be made current here → Name a secret that is no replica, or deploy the stack in us-west-2.`,
    ]);
  });

  it('fails where a replica of it does not follow: who reads it there would keep the old leaf (I1)', async () => {
    const { doctor, secrets } = await acme();
    const of = async (status: 'InSync' | 'Failed') => {
      secrets.replicateTo(secretOf('billing'), 'eu-west-1', status);
      const { stdout } = await doctor({ acme: entry({}) });
      return ofCheck(stdout, 'client secret').filter((line) => line.includes(' replica: '));
    };
    expect(await of('InSync')).toEqual([]);
    const [told, ...more] = await of('Failed');
    expect(more).toEqual([]);
    expect(told).toMatch(
      `failed: billing replica: ${secretOf('billing')} is not replicated to eu-west-1, where its old leaf would stay, so its client is not moved → See why with`,
    );
  });

  it('is told by its version, whatever is wrong with the others', async () => {
    const { secrets, doctor } = await acme();
    const [billing, search, next] = await Promise.all(
      ['billing', 'search', 'billing-next'].map(credentialOf),
    );
    secrets.put(secretOf('search'), JSON.stringify({ ...search, privateKey: billing?.privateKey }));
    secrets.put(secretOf('search'), '{"apiKey": ', ['AWSPENDING']);
    secrets.put(secretOf('billing'), JSON.stringify(next), ['AWSPENDING']);
    const search_ = { name: 'search', project: 'proj_search', secret: secretOf('search') };
    const { code, stdout } = await doctor({
      acme: entry({ clients: [...entry().clients, search_, missing] }),
    });
    expect(ofCheck(stdout, 'client secret')).toEqual([
      `failed: search AWSCURRENT: secret ${secretOf('search')}: the private key does not belong to the leaf → Put a leaf into ${secretOf('search')} that is valid, fit for client authentication, and goes with its key.`,
      expect.stringMatching(/^failed: search AWSPENDING: .*not JSON text/),
      expect.stringMatching(/^failed: gone AWSCURRENT: .*can't find the specified secret/),
      expect.stringMatching(/^failed: gone AWSPENDING: /),
    ]);
    expect(stdout).toMatch(/leads to cert_acme_new until/);
    expect(code).toBe(4);
  });

  it('is told where its anchor is uploaded and not active where the client enters', async () => {
    const { secrets, doctor } = await acme();
    const { apiKey } = await credentialOf('billing');
    secrets.put(secretOf('billing'), JSON.stringify({ ...(await credentialOf('batch')), apiKey }));
    const { stdout } = await doctor();
    expect(ofCheck(stdout, 'client secret')).toEqual([
      expect.stringMatching(
        /^failed: billing AWSCURRENT: its leaf leads to cert_globex, active neither in proj_billing nor in the organization → /,
      ),
    ]);
    expect(ofCheck(stdout, 'host')[0]).toMatch(
      /whether the anchor that it leads to is active in its project/,
    );
  });

  it('with a leaf that leads nowhere is a warning', async () => {
    const { secrets, doctor } = await acme();
    const { certificateChain, privateKey } = strangeLeaf();
    secrets.put(
      secretOf('billing'),
      JSON.stringify({ apiKey: 'sk-simulated-x', certificateChain, privateKey }),
    );
    const { stdout } = await doctor();
    expect(ofCheck(stdout, 'client secret')).toEqual([
      expect.stringMatching(
        /^warning: billing AWSCURRENT: its leaf loads, and leads to no anchor that is uploaded/,
      ),
    ]);
    // The host does not know the API key either, which says nothing about certificates.
    expect(ofCheck(stdout, 'host')).toEqual([expect.stringMatching(/^failed: .*API key was refused/)]);
  });
});

describe('the next rotation', () => {
  it('is told where it would be blocked: a client of what is due has nothing staged', async () => {
    const { secrets, doctor } = await acme();
    secrets.remove(secretOf('billing'));
    secrets.put(secretOf('billing'), JSON.stringify(await credentialOf('billing')));
    const { code, stdout } = await doctor();
    expect(ofCheck(stdout, 'rotation')).toEqual([
      expect.stringMatching(
        /^failed: cert_acme_old · proj_billing · billing: blocked: .*cert_acme_new.* → Do what it asks for/,
      ),
    ]);
    expect(stdout).not.toContain('nothing has to be');
    expect(code).toBe(4);
  });

  it('is told where nobody could prove it', async () => {
    const { doctor } = await acme();
    const { stdout } = await doctor({ acme: entry({ policy: {} }) });
    expect(ofCheck(stdout, 'rotation')).toEqual([
      expect.stringMatching(/^failed: cert_acme_old · proj_search: blocked: no configured client can prove/),
    ]);
  });

  it('is planned with what the table remembers', async () => {
    const { journal, doctor } = await acme();
    await journal('acme').rememberCompromised([{ anchorId: 'cert_globex' }]);
    const { stdout } = await doctor();
    expect(ofCheck(stdout, 'rotation')).toEqual([
      expect.stringMatching(/^failed: cert_globex.*: blocked: cert_globex .*has no successor/),
    ]);
  });
});

describe('a host', () => {
  it('that does not enforce is a warning, since nothing can be proven there', async () => {
    const { secrets, doctor } = await acme();
    secrets.put(secretOf('sandbox'), JSON.stringify(await credentialOf('sandbox')));
    const sandbox = { name: 'sandbox', project: 'proj_sandbox', secret: secretOf('sandbox') };
    const { code, stdout } = await doctor({ acme: entry({ clients: [...entry().clients, sandbox] }) });
    expect(ofCheck(stdout, 'host')).toEqual([
      expect.stringMatching(
        /^warning: .* as sandbox: lets in a call without a certificate: mutual TLS is off/,
      ),
    ]);
    expect(code).toBe(3);
  });

  it('is asked by a keyless client with a token for its leaf, or nothing is said of the host (F17)', async () => {
    const { doctor, secrets } = await acme();
    const ledger = { name: 'ledger', project: 'proj_billing', secret: secretOf('ledger') };
    const clients = [...entry().clients, ledger];
    secrets.put(secretOf('ledger'), JSON.stringify(await credentialOf('ledger')));
    const { stdout } = await doctor({ acme: entry({ clients }) });
    expect(ofCheck(stdout, 'host')).toEqual([]);
    expect(stdout).toContain('for which the token host gave it a token');
    const lost = { ...(await credentialOf('ledger')), serviceAccountId: 'svc_mistyped' };
    secrets.put(secretOf('ledger'), JSON.stringify(lost));
    const { code, stdout: told } = await doctor({ acme: entry({ clients }) });
    expect(ofCheck(told, 'host')).toEqual([
      expect.stringMatching(
        /as ledger: the token host gives its leaf no token: refused with invalid_grant.*serviceAccountId/,
      ),
    ]);
    expect(code).toBe(4);
  });

  it('that does not answer a client’s project is told, with the line that states the hosts that do (F10)', async () => {
    const regional = await serveSimulation({ residencies: { proj_billing: 'EU_STORAGE_PROCESSING' } });
    onTestFinished(regional.close);
    const { apiBase: baseUrl, mtlsBase, authBase: authHost, regionalBases, caFile } = regional.ready;
    const trusted = getCACertificates('default');
    setDefaultCACertificates([...trusted, await readFile(caFile, 'utf8')]);
    onTestFinished(() => setDefaultCACertificates(trusted));
    const { doctor, secrets } = await acme();
    secrets.put(ADMIN, JSON.stringify({ apiKey: regional.ready.adminKey }));
    secrets.put(secretOf('billing'), JSON.stringify(await credentialInSimulation(regional.ready, 'billing')));
    const eu = regionalBases?.eu ?? '';
    const about = (more: object) => {
      const [billing] = entry().clients;
      const clients = [{ ...billing, ...more }];
      return { acme: entry({ baseUrl, authHost, mtlsHosts: [mtlsBase, eu], clients }) };
    };
    const { code, stdout } = await doctor(about({}));
    expect(ofCheck(stdout, 'host')).toEqual([
      `failed: ${mtlsBase} as billing: this host does not answer the client's project, which another host answers (401 incorrect_hostname; its answer names eu.api.openai.com): state under "hosts" of the client those of mtlsHosts that answer it → State "hosts": ["${eu}"] for billing in cdk.json.`,
    ]);
    expect(code).toBe(4);
    // A host that does not answer, or that has no such name, is not suggested.
    const [silent, nameless] = ['https://127.0.0.1:9/v1', 'https://nowhere.invalid/v1'];
    const { acme: both } = about({});
    const more = { acme: { ...both, mtlsHosts: [mtlsBase, silent, nameless, eu] } };
    expect(ofCheck((await doctor(more)).stdout, 'host')).toContainEqual(
      expect.stringContaining(
        `→ ${silent} said nothing: try again in a minute. State "hosts": ["${eu}"] for billing in cdk.json.`,
      ),
    );
    const { stdout: stated } = await doctor(about({ hosts: [eu] }));
    expect(ofCheck(stated, 'host')).toEqual([]);
    expect(stated).toContain(`${eu} as billing`);
    expect(stated).not.toContain(`${mtlsBase} as billing`);
  });

  it('that does not answer is not checked, and told beside one that does (I9)', async () => {
    const { doctor } = await acme();
    const mtlsHosts = [simulation.ready.mtlsBase, 'https://127.0.0.1:9/v1'];
    const { code, stdout } = await doctor({ acme: entry({ mtlsHosts }) });
    expect(ofCheck(stdout, 'host')).toEqual([
      expect.stringMatching(
        /^unchecked: https:\/\/127\.0\.0\.1:9\/v1 as billing: .*ECONNREFUSED → Try again/,
      ),
    ]);
    expect(code).toBe(3);
  });
});

describe('the stack', () => {
  it('that is not there leaves its checks unmade, and is no failure', async () => {
    const { doctor } = await acme();
    const other = await openAccount();
    const { code, stdout } = await doctor(undefined, {
      AWS_ENDPOINT_URL_SFN: other.env.AWS_ENDPOINT_URL_SFN ?? '',
    });
    expect(ofCheck(stdout, 'stack')).toEqual([
      expect.stringMatching(
        /^unchecked: windlass-acme: there is no stack of organization "acme".*npm run deploy/,
      ),
    ]);
    expect(unwell(stdout)).toEqual([
      'stack',
      'schedule',
      'last run without a halt',
      'subscription',
      'version',
    ]);
    expect(code).toBe(3);
  });

  it('of an entry that was renamed or removed is told, since it goes on rotating, and of none where nobody may look (I12)', async () => {
    const { doctor } = await acme();
    const two = await openAccount('acme', 'former');
    const there = { AWS_ENDPOINT_URL_SFN: two.env.AWS_ENDPOINT_URL_SFN ?? '' };
    const left = (stdout: string) => ofCheck(stdout, 'stack').filter((line) => line.includes('former'));
    expect(left((await doctor(undefined, there)).stdout)).toEqual([
      'warning: windlass-former: it is at work in eu-west-1, and the configuration has no entry "former": where that was renamed or removed, the stack goes on rotating for the clients that it was deployed with → Destroy Windlass-former, or put its entry back; nothing is to be done where another configuration has it.',
    ]);
    const both = { acme: entry(), former: { adminSecret: 'former/admin', clients: [] } };
    expect(left((await doctor(both, there)).stdout)).toEqual([]);
    expect(left((await doctor()).stdout)).toEqual([]);
  });

  it('is told by how its deployment ended, its schedule, its last run without a halt and who hears it', async () => {
    const { deployed, schedules, journal, doctor } = await acme();
    deployed.status = 'UPDATE_ROLLBACK_FAILED';
    deployed.subscriptions = [];
    schedules.operations.DeleteSchedule({ GroupName: 'windlass-acme', Name: 'sweep' });
    await journal('acme').rememberSuccess(instant(now - 4 * 86_400));
    const { code, stdout } = await doctor();
    expect(ofCheck(stdout, 'stack')).toEqual([expect.stringContaining('UPDATE_ROLLBACK_FAILED')]);
    expect(ofCheck(stdout, 'schedule')).toEqual([
      expect.stringMatching(/there is no schedule windlass-acme\/sweep/),
    ]);
    expect(ofCheck(stdout, 'last run without a halt')).toEqual([
      expect.stringMatching(/^failed: .*4 days ago/),
    ]);
    expect(ofCheck(stdout, 'subscription')).toEqual([
      expect.stringMatching(/^failed: .*nobody is subscribed/),
    ]);
    expect(code).toBe(4);
  });

  it('has no run without a halt where the first halted, and each since then', async () => {
    const { journal, doctor } = await acme();
    await journal('acme').rememberFirstRun(instant(now - 60));
    const ofSuccess = async () => ofCheck((await doctor()).stdout, 'last run without a halt');
    expect(await ofSuccess()).toEqual([
      expect.stringMatching(/^warning: .*no run has gone through without a halt yet/),
    ]);
    await journal('acme').rememberFirstRun(instant(now - 4 * 86_400));
    expect(await ofSuccess()).toEqual([
      expect.stringMatching(/^failed: .*none since the first run, .*4 days ago/),
    ]);
  });

  it('is the one that was named, whatever table the environment names; one that was typed goes before it', async () => {
    const { doctor } = await acme();
    const elsewhere = await doctor(undefined, { WINDLASS_TABLE: 'another' });
    expect(ofCheck(elsewhere.stdout, 'last run without a halt')).toEqual([]);
    const typed = await doctor(undefined, {}, ['--json', '--table', 'nowhere']);
    expect(ofCheck(typed.stdout, 'last run without a halt')).toEqual([
      expect.stringMatching(/^unchecked: windlass-acme: /),
    ]);
  });

  it('is looked at as far as these credentials may', async () => {
    const { deployed, doctor } = await acme();
    deployed.denied.add('ListSubscriptionsByTopic');
    const away = {
      AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9',
      AWS_ENDPOINT_URL_SCHEDULER: 'http://127.0.0.1:9',
    };
    const { code, stdout } = await doctor(undefined, away);
    expect(ofCheck(stdout, 'subscription')).toEqual([
      expect.stringMatching(
        /^unchecked: .*AccessDenied.* → Use credentials that may sns:ListSubscriptionsByTopic/,
      ),
    ]);
    expect(ofCheck(stdout, 'schedule')).toEqual([expect.stringMatching(/^unchecked: .*does not answer/)]);
    expect(ofCheck(stdout, 'last run without a halt')).toEqual([
      expect.stringMatching(/^unchecked: .*does not answer/),
    ]);
    expect(code).toBe(3);
  });
});

/** A leaf of a CA that the organization does not know. */
function strangeLeaf() {
  const validity = { notBefore: now - 86_400, notAfter: now + 86_400 };
  const authority = createAuthority({ name: 'stranger', ...validity });
  return issueLeaf(authority, { commonName: 'stranger', ...validity });
}
