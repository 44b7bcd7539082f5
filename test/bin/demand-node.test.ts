import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import cdk from '../../cdk.json' with { type: 'json' };
import about from '../../package.json' with { type: 'json' };

const ROOT = join(import.meta.dirname, '../..');
const run = (...flags: string[]) =>
  spawnSync(
    process.execPath,
    [...flags, '--import', './bin/demand-node.js', 'bin/windlass.ts', '--version'],
    {
      cwd: ROOT,
      encoding: 'utf8',
    },
  );

it('a Node that reads no TypeScript is told what to do, in one line and exit code 2', () => {
  const { status, stdout, stderr } = run('--no-experimental-strip-types');
  expect(stderr).toMatch(/^windlass: Node .* it takes 24\. .*npm rebuild node.*\n$/);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(run()).toMatchObject({ status: 0, stderr: '' });
});

it('every script that starts a .ts file asks that first', () => {
  const started = [...Object.values(about.scripts), cdk.app].filter((script) => /^node .*\.ts/.test(script));
  expect(started.length).toBeGreaterThan(5);
  for (const script of started) expect(script).toMatch(/^node --import \.\/bin\/demand-node\.js /);
});
