import { defineConfig } from 'vitest/config';

// Laws are pure, so files share a thread: 2 workers for the 2 cores that the suite must pass on.
export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['dist/**', 'node_modules/**'],
    // Copies of the stores with planted bugs, so that a fresh clone needs no step before its tests.
    globalSetup: ['scripts/dev/plant-setup.ts'],
    pool: 'threads',
    isolate: false,
    maxWorkers: 2,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
