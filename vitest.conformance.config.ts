import { defineConfig } from 'vitest/config';

/** The stage "conformance" alone: it needs tools that are installed for it, which unit tests don't wait for. */
export default defineConfig({
  test: {
    include: ['src/**/*.suite.ts'],
    environment: 'node',
    testTimeout: 300_000,
    hookTimeout: 60_000,
  },
});
