import { describe, it } from 'vitest';
import { expectRefused } from './refused.ts';

type Case = [what: string, args: string[], named: string[], env?: Record<string, string>];

const cases: Case[] = [
  // The table and the time.
  ['an organization for a table', ['history', '--table', 'acme'], ['table acme', 'no such table']],
  [
    'the ARN of a table',
    ['history', '--table', 'arn:aws:dynamodb:eu-west-1:123456789012:table/x'],
    ['table/x', 'Windlass-acme-Journal'],
  ],
  ['a table in two words', ['status', 'acme', '--table', 'a b'], ["'a b'", 'Windlass-acme-Journal']],
  [
    'an empty table in the environment',
    ['history'],
    ['WINDLASS_TABLE', 'Windlass-acme-Journal'],
    { WINDLASS_TABLE: '' },
  ],
  ['a day in words', ['history', 'acme', '--since', 'yesterday'], ["'yesterday'", '2026-11-02']],
  ['a duration for an instant', ['history', 'acme', '--since', '7d'], ["'7d'", '2026-11-02']],
  ['a date as it is written at home', ['plan', '--now', '02.11.2026'], ["'02.11.2026'", '2026-11-02']],
  ['a Unix time', ['rehearse', '--now', '1793610000'], ["'1793610000'", '2026-11-02']],
  ['all of a number', ['history', 'acme', '--limit', 'all'], ["'all'", 'from 1 to 9999']],
  ['an outcome of another tool', ['history', 'acme', '--outcome', 'failed'], ["'failed'", 'halted']],
  ['a pause with its unit', ['status', 'acme', '--watch', '5s'], ["'5s'", 'from 1 to 9999']],
  ['an option of another command', ['follow', 'acme', '--watch'], ["'--watch'"]],

  // The key.
  ['a key in quotes', ['plan'], ['OPENAI_ADMIN_KEY', 'quote'], { OPENAI_ADMIN_KEY: '"sk-admin-0123"' }],
  ['no key', ['export'], ['OPENAI_ADMIN_KEY is not set'], { OPENAI_ADMIN_KEY: '' }],
  [
    'a file for a base URL',
    ['plan', '--base-url', 'file:///tmp'],
    ["'file:///tmp'", 'https://api.openai.com/v1'],
  ],
  [
    'a password in a base URL',
    ['plan', '--base-url', 'https://u:hunter2@openai.example'],
    ['--base-url or OPENAI_BASE_URL', 'not shown', 'https://api.openai.com/v1'],
  ],
  [
    'a password in the base URL of the environment',
    ['export'],
    ['--base-url or OPENAI_BASE_URL', 'not shown'],
    { OPENAI_BASE_URL: 'http://u:hunter2@openai.example' },
  ],
  ['a file as an argument', ['export', 'inventory.json'], ['got 1: inventory.json']],

  // The command and its words.
  ['a number for a name', ['explain', '404'], ['"404"', 'windlass explain lists all']],
  ['a name of two lines', ['explain', 'Halted\nBlocked\u001b[2J'], ['"Halted\\nBlocked\\u001b[2J"']],
  ['help with what there is none of', ['help', 'NOSUCH'], ["unknown command 'NOSUCH'"]],
  ['help with a command, misspelt', ['help', 'rotat'], ["unknown command 'rotat'", 'Did you mean rotate?']],
  ['the words of a name', ['explain', 'Successor', 'Refused'], ['got 2: Successor, Refused']],
  ['to mend it all', ['doctor', '--fix'], ["'--fix'"]],
  ['an organization of no entry', ['doctor', 'acme'], ['"acme"', 'it has example']],
  ['calls a second', ['simulate', '--rate-limit', '10rps'], ["'10rps'", 'from 1 to 1000000']],
  ['a service for a port', ['simulate', '--port', 'https'], ["'https'", 'from 1 to 65531']],
  ['an organization to simulate', ['simulate', 'acme'], ['got 1: acme']],
  ['a dry run', ['rehearse', '--dry-run'], ["'--dry-run'"]],
  ['a noun for a verb', ['rehearsal'], ["'rehearsal'", 'Did you mean rehearse?']],
  [
    'permissions with commas',
    ['rehearse', '--without', 'write,projects'],
    ["'write,projects'", 'put a space between several'],
  ],
  ['an audit log that is on', ['rehearse', '--audit-log', 'on'], ["'on'", 'neither off nor a whole number']],
];

describe('values, keys and words', () => {
  it.each(cases)('%s: one line, exit code 2, nothing changed', (_, args, named, env = {}) =>
    expectRefused(args, named, { env }),
  );
});
