import { expect, test } from 'vitest';
import { windlass } from '../run.ts';

/** The forms of a key and of a PEM, and none of anybody's. */
const KEY = 'sk-admin-Zx81QmRt40VbNc77LpKd29Wy';
const BODY = 'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgNOFn5RPftpj6JydC';
const PEM = `-----BEGIN PRIVATE KEY-----\n${BODY}\n-----END PRIVATE KEY-----\n`;

test.each([
  ['a file of the command line', ['plan', '--policy', KEY], {}, 'cannot read policy [key]'],
  ['an argument too many', ['export', KEY], {}, 'got 1: [key]'],
  ['an option that there is none of', ['plan', `--key=${KEY}`], {}, "'--key=[key]'"],
  ['an instant', ['plan', '--now', KEY], {}, "argument '[key]' is invalid"],
  ['a command', [KEY], {}, "unknown command '[key]'"],
  ['a name', ['explain', KEY], {}, 'no halt is named "[key]"'],
])('I14: a key in the place of %s is not shown again', async (_, args, env, said) => {
  const { code, stderr } = await windlass(args, env);
  expect(code).toBe(2);
  expect(stderr).toContain(said);
  expect(stderr).not.toContain(KEY.slice(9));
});

test.each([
  ['the file of the admin key', ['export'], { WINDLASS_ADMIN_CERT: '/x', WINDLASS_ADMIN_KEY_FILE: PEM }],
  [
    'the file of the admin certificate',
    ['export'],
    { WINDLASS_ADMIN_CERT: PEM, WINDLASS_ADMIN_KEY_FILE: PEM },
  ],
  ['the configuration', ['doctor'], { WINDLASS_CONFIG: PEM }],
  ['the state machine', ['status'], { WINDLASS_STATE_MACHINE: PEM }],
  ['an organization', ['plan', PEM], {}],
  ['a file', ['plan', '--policy', PEM], {}],
  ['an instant', ['plan', '--now', PEM.replaceAll('\n', '\\n')], {}],
  ['an instant, cut short', ['plan', '--now', PEM.slice(0, 80)], {}],
])('I14: a private key itself in the place of %s is not shown again', async (_, args, env) => {
  const { code, stderr } = await windlass(args, {
    OPENAI_ADMIN_KEY: KEY,
    OPENAI_BASE_URL: 'https://x.invalid/v1',
    ...env,
  });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^windlass: .+/);
  expect(stderr).not.toContain(BODY.slice(0, 16));
});

test('I14: the admin key is struck out whatever blanks stand around it', async () => {
  const own = 'an-admin-key-of-no-known-form';
  const { stderr } = await windlass(['plan', '--policy', own], { OPENAI_ADMIN_KEY: ` ${own}\n` });
  expect(stderr).toBe('windlass: cannot read policy [admin key]: there is no such file or directory\n');
});

test('an admin key of nothing but blanks spoils no message', async () => {
  const { stderr } = await windlass(['plan'], { OPENAI_ADMIN_KEY: ' ' });
  expect(stderr).toBe('windlass: OPENAI_ADMIN_KEY is not set: put the admin API key there\n');
});

test('what a PEM begins with is said all the same', async () => {
  const args = ['plan', '--emergency', '--anchor', 'cert_a', '--reason', 'x', '--ca', '/dev/null'];
  const { stderr } = await windlass(args, { OPENAI_ADMIN_KEY: KEY });
  expect(stderr).toContain('which begins with -----BEGIN CERTIFICATE-----');
});

test.each([
  ['a name of no width', ['plan', 'ac\u200bme'], String.raw`no organization "ac\u200bme"`],
  ['another space', ['plan', 'ac\u00a0me'], String.raw`no organization "ac\u00a0me"`],
  ['what turns a text round', ['explain', 'a\u202eb'], String.raw`"a\u202eb"`],
  ['what colours a terminal', ['plan', '--policy', '\u001b[31mx'], String.raw`policy \u001b[31mx`],
  ['the same in a value', ['plan', '--now', '\u001b[31mx'], String.raw`'\u001b[31mx' is invalid`],
  ['the same in a command', ['pl\u001b[31man'], String.raw`'pl\u001b[31man'`],
  ['a line break', ['plan', '--now', '2026-11-02\n'], String.raw`'2026-11-02\n' is invalid`],
  [
    'an id of no width',
    ['plan', '--emergency', '--anchor', 'cert_a\u200b', '--reason', 'x'],
    String.raw`--anchor "cert_a\u200b" is not`,
  ],
])('%s is shown by what it is, since it may be what is wrong', async (_, args, said) => {
  const { stderr } = await windlass(args, { OPENAI_ADMIN_KEY: KEY });
  expect(stderr).toContain(said);
});
