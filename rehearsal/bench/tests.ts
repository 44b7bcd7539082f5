import { runNode } from './measure.ts';

type Counts = { numTotalTests: number; numPassedTests: number; numFailedTests: number };

/** `npm test` without npm, once: its seconds and its counts. */
export async function benchTests() {
  const projects = ['--project', 'shared', '--project', 'isolated'];
  const args = ['node_modules/vitest/vitest.mjs', 'run', ...projects, '--reporter=json'];
  const { stdout, milliseconds } = await runNode(args);
  const { numTotalTests, numPassedTests, numFailedTests } = JSON.parse(stdout) as Counts;
  return {
    seconds: Math.round(milliseconds / 100) / 10,
    tests: numTotalTests,
    passed: numPassedTests,
    failed: numFailedTests,
  };
}
