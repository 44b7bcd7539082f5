import { describe, expect, it } from 'vitest';
import cdk from '../../../cdk.json' with { type: 'json' };
import { parseConfiguration } from '../../../lib/config.ts';

const acme = {
  adminSecret: 'acme/admin',
  clients: [{ name: 'billing', project: 'proj_billing', secret: 'acme/billing' }],
};

const withAcme = (changes: object) => ({ organizations: { acme: { ...acme, ...changes } } });

const refusalOf = (context: unknown): string => {
  try {
    parseConfiguration(context);
  } catch (error) {
    if (error instanceof Error && error.name === 'InvalidConfiguration') return error.message;
    throw error;
  }
  throw new Error('the configuration was accepted');
};

const DAY = 86_400;

describe('the configuration', () => {
  it('accepts the example that the project ships', () => {
    expect(Object.keys(parseConfiguration(cdk.context.windlass).organizations)).toEqual(['example']);
  });

  it('fills in the hosts of OpenAI and the default policy', () => {
    const { acme: parsed } = parseConfiguration(withAcme({})).organizations;
    expect(parsed).toMatchObject({
      baseUrl: 'https://api.openai.com/v1',
      mtlsHosts: ['https://mtls.api.openai.com/v1'],
      authHost: 'https://mtls.auth.openai.com',
      policy: {
        leadTime: 30 * DAY,
        soak: 7 * DAY,
        safetyMargin: 2 * DAY,
        evidence: 'probe',
        concurrency: 10,
      },
    });
  });

  it('says once what several rules have against one field', () => {
    expect(refusalOf(withAcme({ runbook: 'wiki' }))).toBe(
      'windlass.organizations.acme.runbook: "wiki" is not a URL of at most 500 characters such as "https://wiki.example.com/windlass"',
    );
  });

  it('drops the slash at the end of a base URL, since paths are added to it', () => {
    const { acme: parsed } = parseConfiguration(
      withAcme({ baseUrl: 'https://eu.example/v1/' }),
    ).organizations;
    expect(parsed?.baseUrl).toBe('https://eu.example/v1');
  });

  it('takes for a client some of the hosts, with or without a slash at the end', () => {
    const mtlsHosts = ['https://mtls.api.openai.com/v1', 'https://mtls-eu.api.openai.com/v1'];
    const clients = [{ ...acme.clients[0], hosts: ['https://mtls-eu.api.openai.com/v1/'] }];
    const { acme: parsed } = parseConfiguration(withAcme({ mtlsHosts, clients })).organizations;
    expect(parsed?.clients[0]?.hosts).toEqual(['https://mtls-eu.api.openai.com/v1']);
  });

  it.each(['http://localhost:8080/v1', 'http://127.0.0.1/v1', 'http://[::1]:4/v1'])(
    'accepts http for the API of a simulated organization on this machine: %s',
    (baseUrl) => {
      expect(parseConfiguration(withAcme({ baseUrl })).organizations.acme?.baseUrl).toBe(baseUrl);
    },
  );

  it.each([
    'http://localhost.example/v1',
    'http://127.0.0.1.example/v1',
    'http://127.0.0.1@example.com/v1',
    'ftp://localhost/v1',
  ])('refuses http to any other machine: %s', (baseUrl) => {
    expect(refusalOf(withAcme({ baseUrl }))).toContain('is not an https URL');
  });

  const client = (changes: object) => withAcme({ clients: [{ ...acme.clients[0], ...changes }] });
  it.each([
    ['nothing at all', undefined, 'windlass: is missing'],
    ['no organizations', {}, 'windlass.organizations: is missing'],
    ['an empty list', { organizations: {} }, 'windlass.organizations: names no organization'],
    [
      'a name with a space',
      { organizations: { 'Acme Inc': acme } },
      'windlass.organizations.Acme Inc: "Acme Inc" is not a name',
    ],
    ['a name that is too long', { organizations: { ['a'.repeat(33)]: acme } }, 'is not a name of 1 to 32'],
    [
      'an unknown setting',
      withAcme({ colour: 'red' }),
      'windlass.organizations.acme.colour: is not known here (there are adminSecret, region, baseUrl,',
    ],
    [
      'no admin secret',
      { organizations: { acme: { clients: [] } } },
      'windlass.organizations.acme.adminSecret: is missing',
    ],
    [
      'a secret that is neither name nor ARN',
      withAcme({ adminSecret: 'arn:aws:s3:::x' }),
      'windlass.organizations.acme.adminSecret: "arn:aws:s3:::x" is not a secret\'s name',
    ],
    [
      'a secret that would match others',
      client({ secret: 'acme/*' }),
      'windlass.organizations.acme.clients.0.secret: "acme/*" is not a secret\'s name',
    ],
    [
      'plain http',
      withAcme({ baseUrl: 'http://api.openai.com/v1' }),
      'windlass.organizations.acme.baseUrl: "http://api.openai.com/v1" is not an https URL',
    ],
    [
      'an mTLS host without TLS, be it on this machine',
      withAcme({ mtlsHosts: ['http://localhost:1/v1'] }),
      'windlass.organizations.acme.mtlsHosts.0: "http://localhost:1/v1" is not an https URL',
    ],
    [
      'a token host without TLS',
      withAcme({ authHost: 'http://localhost:1' }),
      'windlass.organizations.acme.authHost: "http://localhost:1" is not an https URL',
    ],
    [
      'a token host with a route',
      withAcme({ authHost: 'https://mtls.auth.openai.com/oauth/token' }),
      'windlass.organizations.acme.authHost: "https://mtls.auth.openai.com/oauth/token" is not an https URL without a path',
    ],
    [
      'an mTLS host twice, be it with a slash at its end',
      withAcme({ mtlsHosts: ['https://a.example/v1', 'https://a.example/v1/'] }),
      'windlass.organizations.acme.mtlsHosts: ["https://a.example/v1","https://a.example/v1"] is not a list of different hosts',
    ],
    [
      'a client of the organization, which is no project',
      client({ project: 'organization' }),
      'windlass.organizations.acme.clients.0.project: "organization" is not the id of a project',
    ],
    [
      'a client at a host that traffic does not go to',
      client({ hosts: ['https://mtls-eu.api.openai.com/v1'] }),
      'windlass.organizations.acme.clients.0.hosts.0: "https://mtls-eu.api.openai.com/v1" is not one of this organization\'s mtlsHosts',
    ],
    [
      'a client at no host',
      client({ hosts: [] }),
      'windlass.organizations.acme.clients.0.hosts: [] is not a list of at least one of mtlsHosts',
    ],
    [
      'a client at one host twice',
      client({ hosts: ['https://mtls.api.openai.com/v1', 'https://mtls.api.openai.com/v1/'] }),
      'clients.0.hosts: ["https://mtls.api.openai.com/v1","https://mtls.api.openai.com/v1"] is not a list of different hosts',
    ],
    [
      'a client at what is no host',
      client({ hosts: ['mtls.api.openai.com'] }),
      'windlass.organizations.acme.clients.0.hosts.0: "mtls.api.openai.com" is not an https URL',
    ],
    [
      'a witness at a host that traffic does not go to',
      withAcme({
        mustRefuse: [{ name: 'other', project: 'proj_a', secret: 'acme/o', hosts: ['https://a.example/v1'] }],
      }),
      'windlass.organizations.acme.mustRefuse.0.hosts.0: "https://a.example/v1" is not one of this organization\'s mtlsHosts',
    ],
    ['no mTLS host', withAcme({ mtlsHosts: [] }), 'windlass.organizations.acme.mtlsHosts: '],
    [
      'an mTLS host without a scheme',
      withAcme({ mtlsHosts: ['mtls.api.openai.com'] }),
      'windlass.organizations.acme.mtlsHosts.0: "mtls.api.openai.com" is not an https URL',
    ],
    [
      'a duration in words',
      withAcme({ policy: { soak: '7 days' } }),
      'windlass.organizations.acme.policy.soak: "7 days" is not an ISO 8601 duration',
    ],
    [
      'a soak that cannot fit',
      withAcme({ policy: { soak: 'P40D' } }),
      'windlass.organizations.acme.policy.leadTime: P30D is not longer than',
    ],
    [
      'a client without a project',
      client({ project: undefined }),
      'windlass.organizations.acme.clients.0.project: is missing',
    ],
    [
      'two clients of one name',
      withAcme({ clients: [acme.clients[0], { ...acme.clients[0], secret: 'other' }] }),
      'windlass.organizations.acme.clients.1.name: "billing" is the name of another client',
    ],
    [
      'two clients with one secret',
      withAcme({ clients: [acme.clients[0], { ...acme.clients[0], name: 'other' }] }),
      'windlass.organizations.acme.clients.1.secret: "acme/billing" is the secret of "billing" as well as of "other"',
    ],
    [
      'a witness that is a client',
      withAcme({
        clients: [{ name: 'billing', project: 'proj_a', secret: 'acme/billing' }],
        mustRefuse: [{ name: 'intruder', project: 'proj_a', secret: 'acme/billing' }],
      }),
      'windlass.organizations.acme.mustRefuse.0.secret: "acme/billing" is the secret of "billing" as well as of "intruder"',
    ],
    [
      'more clients than a rotation can carry',
      withAcme({
        clients: Array.from({ length: 2_000 }, (_, i) => ({
          ...{ name: `client-${i}`, project: `proj_${i}`.padEnd(29, '0'), secret: `acme/clients/${i}` },
        })),
      }),
      'windlass.organizations.acme.clients: 2000 secrets that are named one by one take 32 policies of a role, and IAM takes 10',
    ],
    [
      'one secret by its name and by its ARN',
      withAcme({
        clients: [
          {
            ...acme.clients[0],
            secret: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:acme/admin-AbCdEf',
          },
        ],
      }),
      'windlass.organizations.acme.clients.0.secret: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:acme/admin-AbCdEf" is the admin secret',
    ],
    [
      "the admin secret as a client's",
      client({ secret: 'acme/admin' }),
      'windlass.organizations.acme.clients.0.secret: "acme/admin" is the admin secret',
    ],
    [
      'a key that is no key',
      withAcme({ secretsKey: 'alias/mine' }),
      'windlass.organizations.acme.secretsKey: "alias/mine" is not the ARN of a KMS key',
    ],
    [
      'a probe path without its slash',
      withAcme({ probePath: 'models' }),
      'windlass.organizations.acme.probePath: "models" is not a path that begins with "/"',
    ],
    [
      'staged leaves where the current ones are',
      withAcme({ stagedLabel: 'AWSCURRENT' }),
      'windlass.organizations.acme.stagedLabel: "AWSCURRENT" is not a stage label other than',
    ],
    [
      'fewer reserved executions than scopes at once',
      withAcme({ reservedConcurrency: 9 }),
      'windlass.organizations.acme.reservedConcurrency: 9 is less than policy.concurrency, 10',
    ],
    [
      'no reserved executions at all',
      withAcme({ reservedConcurrency: 0 }),
      'windlass.organizations.acme.reservedConcurrency: 0 is not a whole number',
    ],
    [
      'an address that is none',
      withAcme({ alarmEmail: 'me' }),
      'windlass.organizations.acme.alarmEmail: "me" is not an email address',
    ],
    [
      'a runbook that is no URL',
      withAcme({ runbook: 'docs/operations.md' }),
      'windlass.organizations.acme.runbook: "docs/operations.md" is not a URL of at most 500 characters such as "https://wiki.example.com/windlass"',
    ],
    [
      'a runbook that no alarm can hold',
      withAcme({ runbook: `https://wiki.example.com/${'x'.repeat(500)}` }),
      'is not a URL of at most 500 characters such as "https://wiki.example.com/windlass"',
    ],
  ])('refuses %s and names the field', (_, context, expected) => {
    expect(refusalOf(context)).toContain(expected);
  });

  const adminArn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:acme/admin-AbCdEf';
  it.each([
    ['by its name', 'acme/admin'],
    ['by its ARN', adminArn],
  ])('refuses two entries for one organization, the admin secret %s, and names both', (_, adminSecret) => {
    expect(refusalOf({ organizations: { acme, globex: { adminSecret, clients: [] } } })).toBe(
      `windlass.organizations.globex.adminSecret: "${adminSecret}" is the admin secret of organizations.acme too, so acme and globex are one organization: make one entry of them, with the clients of both`,
    );
  });

  describe('one secret of clients of two organizations', () => {
    const secretArn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:workloads/billing-AbCdEf';
    const entry = (of: string, secret: string, more = {}) => ({
      ...{ adminSecret: `${of}/admin`, clients: [{ name: `${of}-billing`, project: `proj_${of}`, secret }] },
      ...more,
    });
    const both = (secret: string, theirs = {}, ours = {}) => ({
      organizations: {
        acme: entry('acme', 'workloads/billing', theirs),
        globex: entry('globex', secret, ours),
      },
    });

    it.each([
      ['by its name', 'workloads/billing'],
      ['by its ARN', secretArn],
    ])(
      'is refused %s, and both are named: one would move it by the proof of the other (I1, I8)',
      (_, secret) => {
        expect(refusalOf(both(secret))).toBe(
          `windlass.organizations.globex.clients.0.secret: "${secret}" is the secret of organizations.acme's client "acme-billing" too, and each of them would move it by its own proof alone: give the workload a secret for each organization`,
        );
      },
    );

    it('is none where its name is one in two regions, nor where a witness of the one is a client of the other', () => {
      const regions = [{ region: 'eu-west-1' }, { region: 'us-east-1' }];
      const witness = { name: 'intruder', project: 'proj_globex', secret: 'workloads/billing' };
      expect(() => parseConfiguration(both('workloads/billing', ...regions))).not.toThrow();
      expect(() => parseConfiguration(both('workloads/other', {}, { mustRefuse: [witness] }))).not.toThrow();
    });
  });

  it('accepts one name in two regions: those are two secrets', () => {
    const entry = (adminSecret: string) => ({ adminSecret, clients: [] });
    const elsewhere = adminArn.replace('eu-west-1', 'us-east-1');
    const { organizations } = parseConfiguration({
      organizations: { acme: entry(adminArn), globex: entry(elsewhere) },
    });
    expect(Object.keys(organizations)).toEqual(['acme', 'globex']);
  });

  it('lists every mistake at once, a line each', () => {
    const lines = refusalOf({
      organizations: {
        acme: { ...acme, policy: { soak: 'soon' } },
        globex: { clients: [], alarmEmail: 'me' },
      },
    }).split('\n');
    expect(lines.map((line) => line.split(':')[0])).toEqual([
      'windlass.organizations.acme.policy.soak',
      'windlass.organizations.globex.adminSecret',
      'windlass.organizations.globex.alarmEmail',
    ]);
  });

  it('never shows a key that was put where its secret belongs (I14)', () => {
    for (const adminSecret of [
      'sk-admin-0123456789abcdef',
      '-----BEGIN PRIVATE KEY-----',
      '{"apiKey": "sk-x"}',
    ]) {
      const refuse = () => parseConfiguration({ organizations: { acme: { adminSecret, clients: [] } } });
      expect(refuse).toThrow(/acme\.adminSecret: is a key/);
      expect(refuse).not.toThrow(adminSecret.slice(0, 12));
    }
  });
});
