import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { runNode } from './measure.ts';

const OUT = resolve(import.meta.dirname, '../cdk.out');

type Counts = { numTotalTests: number; numPassedTests: number; numFailedTests: number };

/** Runs `npm test` once, without npm: its seconds and its counts. */
export async function benchTests() {
  const file = join(OUT, `bench-tests-${process.pid}.json`);
  const projects = ['--project', 'shared', '--project', 'isolated'];
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    ...projects,
    '--reporter=json',
    `--outputFile=${file}`,
  ];
  const { milliseconds } = await runNode(args);
  const { numTotalTests, numPassedTests, numFailedTests } = JSON.parse(
    await readFile(file, 'utf8'),
  ) as Counts;
  await rm(file);
  const seconds = Math.round(milliseconds / 100) / 10;
  return { seconds, tests: numTotalTests, passed: numPassedTests, failed: numFailedTests };
}
