import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { machineArn, openAccount, tableName } from '../../doctor/account.ts';
import { scratch, windlass } from '../../run.ts';

/** One line, then perhaps a suggestion and where to read more. */
const ONE_LINE = /^windlass: [^\n]+\n(\(Did you mean [^\n]+\)\n)?(\(windlass [\w ]*--help says more\)\n)?$/;

/**
 * Words that a person would take for a bug of Windlass, cannot read, or must not read: the password of these
 * tests.
 */
const NOT_FOR_PEOPLE = /internal error|bug in|^ +at |Invalid |Too (small|big)|undefined|\[object|hunter2/m;

/**
 * Runs a wrong use in an account with the stacks of acme and globex. Expects exit code 2, nothing on stdout,
 * and one line on stderr that names each of `named`. Expects that neither the account nor the folder of
 * `files` has changed. `FOLDER` in an argument is that folder.
 */
export async function expectRefused(
  args: readonly string[],
  named: readonly string[],
  { files = {}, env = {} }: { files?: Record<string, string>; env?: Record<string, string> } = {},
): Promise<void> {
  const account = await openAccount('acme', 'globex');
  const folder = await scratch(files);
  const seen = async () => ({
    runs: ['acme', 'globex'].map((name) =>
      account.executions.operations.ListExecutions({ stateMachineArn: machineArn(name) }),
    ),
    items: await account.tables.items(tableName('acme')),
    schedules: account.schedules.times(),
    files: await contentOf(folder),
  });
  const before = await seen();
  const within = (text: string) => text.replaceAll('FOLDER', folder);
  const { code, stdout, stderr } = await windlass(args.map(within), {
    ...{ ...account.env, AWS_EC2_METADATA_DISABLED: 'true', OPENAI_ADMIN_KEY: 'sk-admin-0123' },
    ...env,
  });
  expect(stderr).toMatch(ONE_LINE);
  // The message does not repeat the whole input.
  expect(stderr.length).toBeLessThan(5_000);
  expect(stderr).not.toMatch(NOT_FOR_PEOPLE);
  for (const text of named) expect(stderr).toContain(within(text));
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(await seen()).toEqual(before);
}

async function contentOf(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder);
  const texts = names.map((name) => readFile(join(folder, name), 'utf8').catch(() => 'a folder'));
  return Object.fromEntries((await Promise.all(texts)).map((text, i) => [names[i], text]));
}
