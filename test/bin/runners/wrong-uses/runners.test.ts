import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { runScript } from '../run-script.ts';

const ROOT = new URL('../../../../', import.meta.url);

/**
 * Wrong uses that a script refuses before its work. Each runs in a process of its own, which takes half a
 * second.
 */
const cases: [script: string, args: string[], named: string[]][] = [
  ['storm', ['--seed', '5'], ["'--seed'", 'Did you mean --seeds?']],
  ['storm', ['--seeds', 'many'], ["'many'", 'a whole number']],
  ['storm', ['500'], ['got 1: 500']],
  ['bench', ['scale'], ['got 1: scale']],
  ['exhaustive', ['10'], ['got 1: 10']],
  ['exhaustive', ['--only', 'nope'], ['contains "nope"', 'cases: project, organization', 'steps: plan, ']],
  ['exhaustive', ['--only', 'hosts/promote'], ['contains "hosts/promote"', 'calls: list, ']],
  ['deploy-local', ['acme'], ['got 1: acme']],
  ['deploy-local', ['--if-posible'], ["'--if-posible'", 'Did you mean --if-possible?']],
  ['engines/verify-engines', ['rotation'], ['got 1: rotation']],
  ['engines/verify-engines', ['--only', 'nosuch'], ['"nosuch"']],
  ['verify-clients', ['--only', 'python,node'], ["'python,node'", 'python, node, tls, description']],
  ['verify-clients', ['--description', 'package.json'], ['package.json is no OpenAPI description']],
  ['verify-clients', ['--description', 'examples'], ['cannot read the description']],
  ['account/verify-account', ['--region', 'Ireland', '--yes'], ["'Ireland'", 'eu-west-1']],
  ['account/verify-account', ['--dry-run', '--region', 'eu-west-1'], ["'--dry-run'"]],
  ['linters/verify-template', ['acme'], ['got 1: acme']],
];

/**
 * Returns the files of the project, without those that the tests of `windlass doctor` synthesize there at the
 * same time.
 */
const listed = async (): Promise<string[]> =>
  (await readdir(ROOT)).filter((name) => !name.startsWith('.windlass-doctor-'));

describe('a script', () => {
  // The script works while its own module is still being loaded. A constant further down does not exist yet.
  it.each(cases.map(([script]) => script).filter((script, at, all) => all.indexOf(script) === at))(
    '%s has every constant before its work begins',
    async (script) => {
      const file = new URL(`${script.includes('/') ? script : `${script}/${script}`}.ts`, ROOT);
      const [before = '', after] = (await readFile(file, 'utf8')).split(/^process\.exitCode = await /m);
      expect(before).not.toBe('');
      expect(after).toBeDefined();
      expect(after?.match(/^(?:export )?(?:const|let|class) .*/gm) ?? []).toEqual([]);
    },
  );

  it.each(['deploy-local', 'engines/verify-engines', 'linters/verify-template'])(
    '%s says that it needs Python where there is none, and is skipped where that is fine',
    async (script) => {
      const nowhere = { ...process.env, PATH: '/nonexistent' };
      const { code, complained } = await runScript(script, [], nowhere);
      expect([code, complained]).toEqual([2, expect.stringMatching(/^\S+ needs Python 3\.11 or newer/)]);
      const skipped = await runScript(script, ['--if-possible'], nowhere);
      expect([skipped.code, skipped.complained]).toEqual([
        0,
        expect.stringMatching(/is skipped: it needs Python/),
      ]);
    },
  );
});

describe('a wrong use of a script', () => {
  it.each(cases)('%s %j: a line, exit code 2, nothing made', async (script, args, named) => {
    const before = await listed();
    const { code, said, complained } = await runScript(script, args);
    expect(complained).toMatch(/^error: [^\n]+\n(\(Did you mean [^\n]+\)\n)?$/);
    for (const text of named) expect(complained).toContain(text);
    expect({ code, said }).toEqual({ code: 2, said: '' });
    expect(await listed()).toEqual(before);
  });
});
