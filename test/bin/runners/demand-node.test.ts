import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import cdk from '../../../cdk.json' with { type: 'json' };
import about from '../../../package.json' with { type: 'json' };
import { scratch } from '../run.ts';

const ROOT = join(import.meta.dirname, '../../..');
const OLD = '--no-experimental-strip-types';

const run = (program: string, args: readonly string[], cwd = ROOT) =>
  spawnSync(program, args, { cwd, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } });

it.each([
  ['by its own file', ['bin/windlass.js', '--version']],
  ['by a script', ['--import', './bin/demand-node.js', 'storm/storm.ts', '--help']],
])('a Node that reads no TypeScript is told what to do, in one line and exit code 2: %s', (_, args) => {
  const { status, stdout, stderr } = run(process.execPath, [OLD, ...args]);
  expect(stderr).toMatch(/^windlass: Node .* it takes 24\. .*npm rebuild node.*\n$/);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(run(process.execPath, args)).toMatchObject({ status: 0, stderr: '' });
});

it('npx windlass runs in the clone and below it, by the Node of the clone, with its options and exit code', () => {
  const json = ['windlass', 'explain', 'Busy', '--json'];
  for (const cwd of [ROOT, join(ROOT, 'docs')]) {
    const { status, stdout, stderr } = run('npx', ['--offline', ...json], cwd);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ schema: 1 });
  }
  expect(run('npx', ['--offline', 'windlass', 'explain', 'NoSuchName'])).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^windlass: no halt is named .*\n$/),
  });
});

it('every script that starts a .ts file asks that first', () => {
  const started = [...Object.values(about.scripts), cdk.app].filter((script) =>
    /^(exec )?node .*\.ts/.test(script),
  );
  expect(started.length).toBeGreaterThan(5);
  for (const script of started) expect(script).toMatch(/^(exec )?node --import \.\/bin\/demand-node\.js /);
});

it.each(['exhaustive', 'bench', 'verify:engines', 'verify:clients', 'verify:template', 'synth', 'deploy'])(
  'npm run %s without a folder for temporary files says so in one line',
  (script) => {
    const env = { ...process.env, TMPDIR: join(ROOT, 'package.json') };
    const { status, stderr } = spawnSync('npm', ['run', '-s', script], { cwd: ROOT, encoding: 'utf8', env });
    expect(stderr).toMatch(/^windlass: cannot write in .*package\.json \(ENOTDIR\): set TMPDIR .*\n$/);
    expect(status).toBe(2);
  },
);

it('what the CDK writes in a checkout that may not be written is refused in one line, before the CDK is asked', async () => {
  const cwd = await scratch({ 'cdk.out': 'no folder' });
  const loader = join(ROOT, 'bin/demand-temporary.js');
  const { status, stderr } = run(process.execPath, ['--import', loader, '--eval', 'console.log(1)'], cwd);
  expect(stderr).toMatch(/^windlass: cannot write in .*cdk\.out \(EEXIST\): use a copy of the project .*\n$/);
  expect(status).toBe(2);
});
