import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// The tests start many processes and threads that load the CDK: compiled once, it loads in half the time.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'windlass-compile-cache');

/**
 * Keeps nothing in a module that another file could trip over, and so loads the CDK and the steps only once.
 * Not the adapters: the simulated API brings a `Response` of its own, which would stand in for Node's in their tests too.
 * Nor the steps' fuzz: it silences the logger.
 */
const SHARED = [
  'test/bin/**/*.test.ts',
  'test/domain/**/*.test.ts',
  'test/fuzz/!(steps).test.ts',
  'test/lib/**/*.test.ts',
  'test/simulation/**/*.test.ts',
  'test/steps/**/*.test.ts',
];

/** Many whole rotations, or thousands of simulated ones: `npm run test:long`, which CI runs as well. */
const LONG = [
  'test/leaks/**/*.test.ts',
  'test/storm/**/*.test.ts',
  'test/exhaustive/exhaustive.test.ts',
  'test/rehearsal/{faults,overlap}.test.ts',
];

export default defineConfig({
  test: {
    // All processors: what is left to a default is one fewer, and of two that is half.
    maxWorkers: '100%',
    globalSetup: 'test/shared-assemblies.ts',
    setupFiles: 'test/fuzz-seed.ts',
    // Synthesizing the app and whole rehearsals are slow on a loaded two-core machine; nothing asserts time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: 'shared', include: SHARED, isolate: false } },
      {
        extends: true,
        test: { name: 'isolated', include: ['test/**/*.test.ts'], exclude: [...SHARED, ...LONG] },
      },
      { extends: true, test: { name: 'long', include: LONG, testTimeout: 600_000 } },
    ],
  },
});
