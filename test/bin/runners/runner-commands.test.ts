import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { createTally, failureOf, progressOf, reportOf } from '../../../exhaustive/tally.ts';
import about from '../../../package.json' with { type: 'json' };
import { runScript, runUnread } from './run-script.ts';

it.each([
  ['exhaustive', ['--evry', '3'], '--evry'],
  ['exhaustive', ['--every', '0'], 'from 1 up'],
  ['exhaustive', ['--only', 'nowhere/'], 'project, organization, batches, emergency, undo'],
  ['exhaustive', ['--json', '/nowhere/at/all.json'], 'name a file in a directory that exists'],
  ['exhaustive', ['--json', '/'], 'name a file in a directory that exists'],
  ['bench', ['--round', '3'], 'Did you mean --rounds?'],
  ['bench', ['--rounds', 'x'], 'from 1 up'],
  ['bench', ['--only', 'speed'], 'speed is not one of rehearsal'],
  ['engines/verify-engines', ['--ony', 'overlap'], 'Did you mean --only?'],
  ['linters/verify-template', ['--fix'], "unknown option '--fix'"],
  ['verify-clients', ['--only', 'ruby'], 'python, node, tls, description'],
  ['verify-clients', ['--description', '/nowhere.json'], 'cannot read the description /nowhere.json'],
])('%s %j is refused in a word, before any work', async (script, args, word) => {
  const { code, said, complained } = await runScript(script, args);
  expect(complained).toContain(word);
  expect(complained.trim().split('\n').length).toBeLessThan(3);
  expect({ code, said }).toEqual({ code: 2, said: '' });
});

it.each(['exhaustive', 'bench', 'verify-clients', 'engines/verify-engines', 'linters/verify-template'])(
  '%s --help tells its exit codes',
  async (script) => {
    const { code, said } = await runScript(script, ['--help']);
    expect(code).toBe(0);
    expect(said).toMatch(/Exit codes:\n {2}0 {2}/);
  },
);

it.each([
  'storm',
  'exhaustive',
  'bench',
  'verify-clients',
  'engines/verify-engines',
  'account/verify-account',
])('%s goes on where nobody reads on, as behind a pipe to head', async (script) => {
  expect(await runUnread(script, ['--help'])).toEqual({ code: 0, complained: '' });
});

it('progress before any point is known says what is going on', () => {
  expect(progressOf(createTally().summary())).toMatch(/^… setting up/);
});

it('npm run synth says that it is at work once two seconds have passed, and holds nothing up', () => {
  const [, ...args] = about.scripts.synth.split(' node_modules/')[0]?.split(' ') ?? [];
  const run = (milliseconds: number) =>
    spawnSync(process.execPath, [...args, '--eval', `setTimeout(() => {}, ${milliseconds})`], {
      encoding: 'utf8',
    });
  expect(run(2_600)).toMatchObject({
    ...{ status: 0, stdout: '' },
    stderr: '… making the stacks and checking them, 2 s\n',
  });
  expect(run(0)).toMatchObject({ status: 0, stderr: '' });
});

it('a point that fails is told by name and with what is wrong, when it fails and at the end', () => {
  const tally = createTally();
  const failed = { name: 'project/plan#1/list#1/500/1', problems: ['green, but not in the planned state'] };
  tally.hear({ kind: 'point', milliseconds: 2, ...failed });
  const told = '✗ project/plan#1/list#1/500/1\n    green, but not in the planned state';
  expect(failureOf(failed)).toBe(told);
  expect(reportOf(tally.summary())).toContain(told);
});
