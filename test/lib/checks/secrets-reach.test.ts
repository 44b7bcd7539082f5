import { describe, expect, it } from 'vitest';
import { overLimits } from '../../../lib/checks/iam-limits.ts';
import { parseConfiguration } from '../../../lib/config.ts';
import { allowedTo, statementsOf } from '../allowed.ts';
import { templateWith } from '../synthesized.ts';

const PREFIX = 'acme/clients/';
const TAG = { key: 'windlass', value: 'acme' };

const clientsOf = (count: number, secretOf: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => ({ name: `c${i}`, project: 'proj_a', secret: secretOf(i) }));
const five = (i: number) => String(i).padStart(5, '0');
/** Returns ARNs of exactly this length. */
const arnOf = (length: number) => (i: number) => {
  const ends = `${five(i)}-AbCdEf`;
  const begins = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:';
  return `${begins}${'x'.repeat(length - begins.length - ends.length)}${ends}`;
};

const refusalOf = (entry: object, others: object = {}): string => {
  const acme = { adminSecret: 'acme/admin', clients: [], ...entry };
  try {
    parseConfiguration({ organizations: { acme, ...others } });
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it was accepted');
};

describe('secrets that are named one by one', () => {
  // Each name takes its own characters and three more. Ten policies have room for 5,800 characters each.
  it.each([
    ['ARNs of 100 characters', arnOf(100), 560],
    ['the longest ARNs', arnOf(560), 100],
    ['the longest names', (i: number) => `${'x'.repeat(500)}${five(i)}`, 100],
    ['short names', (i: number) => `c${five(i)}`, 710],
  ])(
    '%s stay within IAM’s and CloudFormation’s limits up to the last that is accepted',
    (_, secretOf, most) => {
      const template = templateWith(clientsOf(most, secretOf));
      expect(overLimits(template)).toEqual([]);
      expect(JSON.stringify(template).length).toBeLessThan(1_000_000);
      expect(allowedTo(template, 'secretsmanager:GetSecretValue').restore).toHaveLength(most);
      const message = refusalOf({ clients: clientsOf(most + 1, secretOf) });
      expect(message).toMatch(
        new RegExp(`acme\\.clients: ${most + 1} secrets .* take 11 policies.*secretsPrefix.*secretsTag`),
      );
    },
  );
});

describe('secrets with the beginning of their names in common', () => {
  const clients = clientsOf(5_000, (i) => `${PREFIX}${i}`);

  it('are 5,000, in policies that do not grow with them, and no others are reached', () => {
    const template = templateWith(clients, { secretsPrefix: PREFIX });
    expect(overLimits(template)).toEqual([]);
    expect(allowedTo(template, 'secretsmanager:UpdateSecretVersionStage')).toEqual({
      promote: [`secret:${PREFIX}*`],
      'promote-scope': [`secret:${PREFIX}*`],
      restore: [`secret:${PREFIX}*`],
    });
    expect(allowedTo(template, 'secretsmanager:GetSecretValue').verify).toEqual([`secret:${PREFIX}*`]);
    expect(JSON.stringify(template).length).toBeLessThan(1_000_000);
  });

  it('are no more than 5,000', () => {
    const more = clientsOf(5_001, (i) => `${PREFIX}${i}`);
    expect(refusalOf({ clients: more, secretsPrefix: PREFIX })).toBe(
      'windlass.organizations.acme.clients: 5001 clients are more than the 5000 that one organization can have: name one client for each workload that holds certificates of its own',
    );
  });

  it('leave those by name that begin otherwise, and every ARN, which may be of another account', () => {
    const mixed = [...clientsOf(2, (i) => `${PREFIX}${i}`), ...clientsOf(1, () => 'search/leaf')];
    const arn = `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${PREFIX}far-AbCdEf`;
    const named = [...mixed, { name: 'far', project: 'proj_a', secret: arn }].map((one, i) => ({
      ...one,
      name: `n${i}`,
    }));
    const template = templateWith(named, { secretsPrefix: PREFIX });
    expect(allowedTo(template, 'secretsmanager:UpdateSecretVersionStage').promote).toEqual([
      `secret:${PREFIX}*`,
      `secret:${PREFIX}far-AbCdEf`,
      'secret:search/leaf-??????',
    ]);
  });

  const one = clientsOf(1, () => 'acme/clients/a');
  it.each([
    [
      'the admin secret',
      { secretsPrefix: 'acme/', clients: one },
      /acme\.secretsPrefix: "acme\/" is the beginning of the admin secret "acme\/admin" too, and Promote may move/,
    ],
    [
      'a witness',
      {
        secretsPrefix: PREFIX,
        clients: one,
        mustRefuse: [{ name: 'w', project: 'proj_a', secret: `${PREFIX}w` }],
      },
      /acme\.mustRefuse\.0\.secret: "acme\/clients\/w" begins with secretsPrefix "acme\/clients\/", .*nobody moves a witness/,
    ],
    [
      'no client',
      { secretsPrefix: 'acme/klients/', clients: one },
      /acme\.secretsPrefix: "acme\/klients\/" is not the beginning of any client's secret/,
    ],
    [
      'half a word',
      { secretsPrefix: 'acme/clie', clients: one },
      /acme\.secretsPrefix: "acme\/clie" is not the beginning of names of secrets up to "\/"/,
    ],
    [
      'what IAM reads as a pattern',
      { secretsPrefix: 'acme*/', clients: one },
      /acme\.secretsPrefix: "acme\*\/" is not/,
    ],
    [
      'what a tag stands beside',
      { secretsPrefix: PREFIX, secretsTag: TAG, clients: one },
      /acme\.secretsPrefix: stands beside secretsTag/,
    ],
    [
      'no tag that Secrets Manager takes',
      { secretsTag: { key: 'aws:x', value: 'all *' }, clients: one },
      /secretsTag\.key: "aws:x" is not.*secretsTag\.value: "all \*" is not/s,
    ],
  ])('are refused at synth where it is the beginning of %s', (_, entry, words) => {
    expect(refusalOf(entry)).toMatch(words);
  });

  it('are refused where they are another organization’s in the same region', () => {
    const globex = {
      adminSecret: 'globex/admin',
      clients: [{ name: 'g', project: 'proj_g', secret: `${PREFIX}g` }],
    };
    const acme = { secretsPrefix: PREFIX, clients: one };
    expect(refusalOf(acme, { globex })).toMatch(
      /acme\.secretsPrefix: "acme\/clients\/" is the beginning of organizations\.globex's secret "acme\/clients\/g" too/,
    );
    const [here, there] = [
      { ...acme, region: 'eu-west-1' },
      { ...globex, region: 'us-east-1' },
    ];
    expect(() =>
      parseConfiguration({ organizations: { acme: { adminSecret: 'acme/admin', ...here }, globex: there } }),
    ).not.toThrow();
  });
});

describe('secrets with a tag in common', () => {
  const mustRefuse = [{ name: 'intruder', project: 'proj_a', secret: 'acme/intruder' }];
  const template = templateWith(
    clientsOf(5_000, (i) => `c${i}`),
    { secretsTag: TAG, mustRefuse },
  );
  const about = (action: string, effect: string) =>
    statementsOf(template).filter(
      ({ Effect, Action }) => Effect === effect && [Action].flat().includes(action),
    );

  it('are 5,000, in policies that ask for the tag', () => {
    expect(overLimits(template)).toEqual([]);
    const moving = about('secretsmanager:UpdateSecretVersionStage', 'Allow');
    expect(moving).toHaveLength(3);
    for (const { Condition } of moving)
      expect(Condition).toEqual({ StringEquals: { 'aws:ResourceTag/windlass': 'acme' } });
  });

  it('are never the admin secret, nor may a witness’s stages move, whoever has tagged it', () => {
    const denied = JSON.stringify(about('secretsmanager:UpdateSecretVersionStage', 'Deny'));
    expect(denied).toContain('secret:acme/admin-??????');
    expect(denied).toContain('secret:acme/intruder-??????');
    const unread = about('secretsmanager:GetSecretValue', 'Deny').map(({ role }) =>
      role.replace(/^Steps|Role\w+$/g, ''),
    );
    expect(new Set(unread)).toEqual(new Set(['Verify', 'Promote', 'PromoteScope', 'Confirm', 'Restore']));
  });

  it('are never the admin secret of another organization that may be in the region, to no step at all', () => {
    const other = (name: string, region?: string) => ({
      [name]: { adminSecret: `${name}/admin`, clients: [], region },
    });
    const settings = { secretsTag: TAG, region: 'eu-west-1' };
    const others = { ...other('globex'), ...other('initech', 'eu-west-1'), ...other('hooli', 'us-east-1') };
    const beside = templateWith(
      clientsOf(3, (i) => `c${i}`),
      settings,
      others,
    );
    const denied = statementsOf(beside).filter(({ Effect }) => Effect === 'Deny');
    for (const secret of ['secret:globex/admin-??????', 'secret:initech/admin-??????']) {
      const roles = denied.filter((one) => JSON.stringify(one.Resource).includes(secret));
      const tagReaders = statementsOf(beside).filter(({ Condition }) =>
        JSON.stringify(Condition ?? '').includes('aws:ResourceTag'),
      );
      expect(new Set(roles.map(({ role }) => role))).toEqual(new Set(tagReaders.map(({ role }) => role)));
      for (const { Action } of roles) expect(Action).toContain('secretsmanager:GetSecretValue');
    }
    expect(JSON.stringify(denied)).not.toContain('hooli');
  });

  const tagged = (name: string, settings: object = {}) => ({
    adminSecret: `${name}/admin`,
    clients: [{ name: 'one', project: `proj_${name}`, secret: `${name}/one` }],
    secretsTag: TAG,
    ...settings,
  });

  it.each([
    ['in the region of the credentials, both', {}, {}],
    ['in one that may be it', { region: 'eu-west-1' }, {}],
    ['in the same', { region: 'eu-west-1' }, { region: 'eu-west-1' }],
  ])('are refused where the tag is another organization’s too, %s', (_, acme, globex) => {
    expect(refusalOf(tagged('acme', acme), { globex: tagged('globex', globex) })).toBe(
      'windlass.organizations.globex.secretsTag: the tag "windlass" with the value "acme" is organizations.acme\'s too: each organization\'s functions may reach its own alone',
    );
  });

  it('are refused where the tags differ by the case of their keys alone, which IAM does not look at', () => {
    const globex = tagged('globex', { secretsTag: { key: 'Windlass', value: 'acme' } });
    expect(refusalOf(tagged('acme'), { globex })).toMatch(/globex\.secretsTag: the tag "Windlass"/);
  });

  it.each([
    ['another value', { secretsTag: { key: 'windlass', value: 'Acme' } }],
    ['another key', { secretsTag: { key: 'globex', value: 'acme' } }],
    ['no tag', { secretsTag: undefined }],
    ['the same in another region', { region: 'us-east-1' }],
  ])('are accepted beside an organization with %s', (_, settings) => {
    const organizations = {
      acme: tagged('acme', { region: 'eu-west-1' }),
      globex: tagged('globex', settings),
    };
    expect(() => parseConfiguration({ organizations })).not.toThrow();
  });
});
