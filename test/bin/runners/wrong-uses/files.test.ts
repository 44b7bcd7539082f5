import { describe, it } from 'vitest';
import { expectRefused } from './refused.ts';

const INVENTORY = 'examples/inventory.json';

/** The content of a policy file, and what the one line has to name. */
const policies: [what: string, text: string, named: string[]][] = [
  ['a list', '[]', ['the file: is a list', 'an object']],
  ['a text', '"P7D"', ['the file: "P7D" is not an object']],
  ['null', 'null', ['the file: is null', 'an object']],
  ['white space', '  \n', ['it is empty']],
  ['a duration as people say it', '\uFEFF{"soak": "7d"}', ['soak: "7d"', '"P30D"']],
  ['a duration in lower case', '{"soak": "p7d"}', ['soak: "p7d"', '"P30D"']],
  ['a duration in seconds', '{"leadTime": 2592000}', ['leadTime: 2592000', '"P30D"']],
  ['a choice in capitals', '{"evidence": "Probe"}', ['evidence: "Probe"', '"probe" or "listing"']],
  ['a number in quotes', '{"concurrency": "10"}', ['concurrency: "10"', 'from 1 to 40']],
  ['a number that is too large', '{"concurrency": 100}', ['concurrency: 100', 'from 1 to 40']],
  ['an anchor without its list', '{"hold": "cert_a"}', ['hold: "cert_a"', '["cert_abc"]']],
  ['an anchor without a name', '{"hold": [""]}', ['hold.0: ""', 'an id such as "cert_abc"']],
  ['a successor of nothing', '{"successions": {"": "cert_b"}}', ['successions.: ""', 'an id such as']],
  [
    'a list of far too much',
    `{"evidence": "${'x'.repeat(1_000_000)}"}`,
    ['evidence: "xxx', '… (1000002 characters)', '"probe" or "listing"'],
  ],
  [
    'anchors that succeed each other',
    '{"successions": {"cert_a": "cert_b", "cert_b": "cert_c", "cert_c": "cert_a", "cert_d": "cert_a"}}',
    ['successions.cert_a: cert_a would succeed itself in the end, by way of cert_b'],
  ],
  ['a key of far too much', `{"${'soak'.repeat(1_000_000)}": 1}`, ['soaksoak']],
  ['anchors as their own list', '{"successions": ["a", "b"]}', ['successions: is a list', 'an object']],
  ['its own name as a key', '{"policy": {"soak": "P7D"}}', ['policy: is not known here']],
  ['a comma too many', '{"soak": "P7D",}', ['look at line 1 column 16']],
  [
    'a hold twice',
    '{"hold": ["cert_a"], "soak": "P7D",\n "hold": ["cert_b"]}',
    ['the key "hold" twice', 'line 2 column 2', 'keep one'],
  ],
  ['half of it', '{"hold": ["cert_a"', ['it ends at line 1 column 18', 'cut short']],
  ['single quotes', "{'soak': 'P7D'}", ['look at line 1 column 2']],
  ['a comment', '// days\n{"soak": "P7D"}', ['begins with { or [', 'comments']],
  ['YAML', 'soak: P7D\n', ['begins with { or [', 'YAML']],
];

/** An entry in a list of faults, and what the one line has to name. */
const faults: [what: string, entry: object, named: string[]][] = [
  [
    'the call before the first',
    { op: 'list', nth: 0, fault: '503' },
    ['0.nth: 0', 'a whole number from 1 up'],
  ],
  ['no time at all', { op: 'list', times: 0, fault: '503' }, ['0.times: 0', 'a number from 1 up']],
  ['a fault without quotes', { op: 'list', fault: 503 }, ['0.fault: 503', 'in double quotes, "503"']],
  [
    'a status',
    { op: 'list', fault: '503', status: 500 },
    ['0.status', 'there are op, scope, nth, times, fault'],
  ],
  ['a fault of calls on a step', { step: 'verify', fault: '500' }, ['0.fault: "500"', 'crash-before']],
  ['a year', { propagation: 'P1Y' }, ['0.propagation: "P1Y"', '"PT30S"']],
  [
    'a scope that there is not',
    { op: 'list', fault: '503', scope: 'proj_nope' },
    ['0.scope: proj_nope is no scope of this organization (there are organization, proj_'],
  ],
  [
    'an anchor out of place',
    { at: 'verify', outsider: 'delete', anchor: 'cert_habror_2' },
    ['0.anchor: cert_habror_2 is no anchor', 'did you mean cert_harbor_2?'],
  ],
  ['a scope without a name', { op: 'list', fault: '503', scope: '' }, ['0.scope: ""', 'an id such as']],
];

describe('a wrong list of faults', () => {
  it.each(faults)('with %s: one line, exit code 2, nothing changed', (_, entry, named) =>
    expectRefused(['rehearse', '--faults', 'FOLDER/faults.json'], ['FOLDER/faults.json', ...named], {
      files: { 'faults.json': JSON.stringify([entry]) },
    }),
  );
});

/** Every kind of file that a person writes, with one key twice in one object. */
const keyTwice: [what: string, args: string[], text: string, named: string[]][] = [
  [
    'an inventory',
    ['rehearse', '--inventory'],
    '{"organization": {"data": []}, "projects": [], "organization": {"data": [{}]}}',
    ['inventory FOLDER/file.json', '"organization" twice', 'line 1 column 48'],
  ],
  [
    'a list of faults',
    ['rehearse', '--faults'],
    '[\n{"op": "list", "op": "activate", "fault": "429"}]',
    ['faults FOLDER/file.json', '"op" twice', 'line 2 column 16'],
  ],
  [
    'filters',
    ['simulate', '--filters'],
    '{"cert_acme_new": "true", "cert_acme_new": "false"}',
    ['filters FOLDER/file.json', '"cert_acme_new" twice'],
  ],
  [
    'a configuration',
    ['plan', 'acme', '--config'],
    '{"context": {"windlass": {"organizations": {"acme": {"adminSecret": "a", "adminSecret": "b"}}}}}',
    ['configuration FOLDER/file.json', '"adminSecret" twice', 'line 1 column 74'],
  ],
];

describe('a key twice in one object', () => {
  it.each(keyTwice)('of %s: one line, exit code 2, nothing changed', (_, args, text, named) =>
    expectRefused([...args, 'FOLDER/file.json'], named, { files: { 'file.json': text } }),
  );
});

describe('a wrong policy file', () => {
  it.each(policies)('%s: one line, exit code 2, nothing changed', (_, text, named) =>
    expectRefused(['rehearse', '--policy', 'FOLDER/policy.json'], ['FOLDER/policy.json', ...named], {
      files: { 'policy.json': text },
    }),
  );
});

const others: [what: string, args: string[], named: string[]][] = [
  ['a folder for a policy', ['rehearse', '--policy', 'FOLDER'], ['FOLDER', 'it is a directory']],
  ['a duration for a policy', ['rehearse', '--policy', 'P7D'], ['P7D', 'no such file']],
  ['an empty name of a file', ['rehearse', '--policy', ''], ['policy ""', 'no such file']],
  ['a file for a folder', ['rehearse', '--json', 'FOLDER'], ['FOLDER', 'name a file']],
  ['a folder for an inventory', ['export', '--output', 'FOLDER'], ['FOLDER', 'name a file']],
  ['no name of an inventory', ['export', '--output', ''], ['inventory ""', 'name a file']],
  [
    'an inventory in no folder',
    ['export', '--output', 'FOLDER/none/x.json'],
    ['FOLDER/none/x.json', 'no such'],
  ],
  [
    'cdk.json for an inventory',
    ['rehearse', '--inventory', 'cdk.json'],
    ['cdk.json', 'windlass export', 'projects: is missing'],
  ],
  [
    'policy and inventory the wrong way round',
    ['rehearse', '--policy', INVENTORY, '--inventory', 'examples/policy.json'],
    [INVENTORY, 'organization: is not known here'],
  ],
  [
    'filters of an organization that is not simulated',
    ['simulate', '--filters', 'examples/policy.json'],
    ['canary: is a list', 'text in double quotes'],
  ],
  [
    'an inventory for filters',
    ['simulate', '--filters', INVENTORY],
    [INVENTORY, 'CEL filters by the ids of their anchors, such as {"cert_acme_'],
  ],
  [
    'null for filters',
    ['simulate', '--filters', 'FOLDER/null.json'],
    ['null.json has to hold CEL filters by the ids of their anchors', 'the file: is null', 'an object'],
  ],
  ['a policy for faults', ['rehearse', '--faults', 'examples/policy.json'], ['it is no list', '[ and ]']],
  [
    'a client to leave behind that there is none of',
    [
      'rehearse',
      '--inventory',
      INVENTORY,
      '--emergency',
      '--anchor',
      'cert_northgate_2025',
      '--reason',
      'x',
    ].concat('--leave-behind', 'nobody'),
    ['--leave-behind nobody'],
  ],
  [
    'a certificate without its key',
    ['plan', '--admin-cert', 'package.json'],
    ['--admin-cert package.json goes with --admin-key-file, which is missing'],
  ],
  [
    'a variable without a value for a certificate',
    ['plan', '--admin-cert', ''],
    ['--admin-cert "" goes with --admin-key-file, which is missing'],
  ],
  [
    'a key without its certificate',
    ['plan', '--admin-key-file', 'package.json'],
    ['--admin-key-file package.json goes with --admin-cert, which is missing'],
  ],
  [
    'no certificate for a certificate',
    [
      'plan',
      '--base-url',
      'https://127.0.0.1:1/v1',
      '--admin-cert',
      'cdk.json',
      '--admin-key-file',
      'cdk.json',
    ],
    ['--admin-key-file cdk.json', 'PEM private key'],
  ],
];

describe('a wrong file', () => {
  it.each(others)('%s: one line, exit code 2, nothing changed', (_, args, named) =>
    expectRefused(args, named, { files: { 'null.json': 'null' } }),
  );
});
