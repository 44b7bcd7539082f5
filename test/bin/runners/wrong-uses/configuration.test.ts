import { describe, it } from 'vitest';
import { expectRefused } from './refused.ts';

const FILE = 'FOLDER/cdk.json';
const acme = { adminSecret: 'acme/admin', clients: [{ name: 'a', project: 'proj_a', secret: 'acme/a' }] };
const entry = (changes: object) => ({ organizations: { acme: { ...acme, ...changes } } });

/**
 * Wrong values in `context.windlass` for acme, and what the one line has to name. `npm run synth` says the
 * same, a line each.
 */
const configurations: [what: string, changes: object, named: string[]][] = [
  [
    'a letter out of place',
    { adminSercet: 'x' },
    ['acme.adminSercet: is not known here; did you mean adminSecret?'],
  ],
  ['a key that is like no other', { bogus: 1 }, ['acme.bogus: is not known here (there are adminSecret, ']],
  [
    'a key of a client that is like no other',
    { clients: [{ ...acme.clients[0], habit: 'x' }] },
    ['clients.0.habit: is not known here (there are name, project, secret, authority, hosts)'],
  ],
  ['a key of the policy beside it', { policy: { sok: 'P7D' } }, ['policy.sok', 'did you mean soak?']],
  ['clients by their names', { clients: { a: acme.clients[0] } }, ['acme.clients: is an object', 'a list']],
  ['one host without its list', { mtlsHosts: 'https://h.example/v1' }, ['acme.mtlsHosts: is text', 'a list']],
  ['a number in quotes', { reservedConcurrency: '20' }, ['reservedConcurrency: "20"', 'a whole number']],
  [
    'a subnet by its name',
    { vpc: { subnetIds: ['private-a'], securityGroupIds: ['sg-0a1b2c3d'] } },
    ['vpc.subnetIds.0: "private-a"', 'the id of a subnet'],
  ],
  ['no host', { mtlsHosts: [] }, ['mtlsHosts: []', 'a list of at least one https URL']],
  [
    'no subnet',
    { vpc: { subnetIds: [], securityGroupIds: ['sg-0a1b2c3d'] } },
    ['vpc.subnetIds: []', 'a list of 1 to 16 ids'],
  ],
  ['no name of a project', { clients: [{ ...acme.clients[0], project: '' }] }, ['project: ""', '"proj_abc"']],
  ['a hold of nothing', { policy: { hold: [''] } }, ['policy.hold.0: ""', 'an id such as "cert_abc"']],
  [
    'a tag too long',
    { secretsTag: { key: 'k'.repeat(200), value: 'v' } },
    ['secretsTag.key: "kkk', 'a length of at most 128'],
  ],
  ['days as a number', { policy: { soak: 7 } }, ['policy.soak: 7 ', '"P30D"']],
  ['a region by its name', { region: 'Ireland' }, ['acme.region: "Ireland"', '"eu-west-1"']],
  ['a zone for a region', { region: 'eu-west-1a' }, ['acme.region: "eu-west-1a"', '"eu-west-1"']],
  [
    'a secret of another region',
    {
      region: 'eu-west-1',
      adminSecret: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:acme/admin-AbCdEf',
    },
    ['acme.adminSecret', 'us-east-1', 'and not in eu-west-1'],
  ],
  ["a KMS key's alias", { secretsKey: 'alias/mine' }, ['acme.secretsKey: "alias/mine"', 'ARN of a KMS key']],
  [
    'a client whose name clears the screen',
    { clients: [{ ...acme.clients[0], name: 'a\u001b[2Jb\u202e' }] },
    ['clients.0.name: "a\\u001b[2Jb\\u202e"', 'none of them a control character'],
  ],
  [
    'a client whose name has a character that nobody sees',
    { clients: [{ ...acme.clients[0], name: 'sh\u200bop' }] },
    ['clients.0.name: "sh', 'none of them a control character or invisible'],
  ],
  [
    'a project of two lines',
    { clients: [{ ...acme.clients[0], project: 'proj_a\nproj_b' }] },
    ['clients.0.project: "proj_a\\nproj_b"', 'such as "proj_abc"'],
  ],
  ['a client without a secret', { clients: [{ name: 'a', project: 'p' }] }, ['clients.0.secret: is missing']],
];

describe('a wrong configuration', () => {
  it.each(configurations)('%s: one line, exit code 2, nothing changed', (_, changes, named) =>
    expectRefused(['plan', 'acme', '--config', FILE], [FILE, ...named], {
      files: { 'cdk.json': JSON.stringify({ context: { windlass: entry(changes) } }) },
    }),
  );

  it.each<[string, string[], string, string[]]>([
    [
      'without context',
      ['plan', 'acme'],
      JSON.stringify({ windlass: entry({}) }),
      ['{"context": {"windlass": '],
    ],
    ['of the organizations alone', ['doctor'], JSON.stringify(entry({})), ['{"context": {"windlass": ']],
    ['that is empty', ['doctor'], '', ['it is empty']],
    ['that is a list', ['plan', 'acme'], '[]', ['{"context": {"windlass": ']],
    [
      'whose organization is written otherwise',
      ['doctor', 'ACME'],
      JSON.stringify({ context: { windlass: entry({}) } }),
      ['"ACME"', 'did you mean acme?'],
    ],
    [
      'without an organization',
      ['doctor'],
      '{"context": {"windlass": {"organizations": {}}}}',
      ['names no organization', 'context.windlass.organizations'],
    ],
  ])('in a file %s: one line, exit code 2, nothing changed', (_, args, text, named) =>
    expectRefused([...args, '--config', FILE], [FILE, ...named], { files: { 'cdk.json': text } }),
  );
});
