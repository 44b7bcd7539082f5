import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Synthesizing the app and whole rehearsals are slow on a loaded two-core machine; nothing asserts time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
