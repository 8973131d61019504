import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { defineConfig } from '@playwright/test';

// scripts/test.mjs hands the runtime over; a direct `npx playwright test` finds it here. Worker processes inherit it.
process.env.E2E_RUNTIME ??= execFileSync(
  process.execPath,
  [path.join(import.meta.dirname, 'scripts', 'electron-runtime.mjs'), '--json', '--link'],
  { encoding: 'utf8' },
);

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results/e2e',
  // One window at a time: they share a screen, a focus and a clipboard.
  workers: 1,
  retries: 0,
  timeout: 60_000,
  forbidOnly: true,
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  use: { trace: 'retain-on-failure' },
  metadata: { runtime: JSON.parse(process.env.E2E_RUNTIME) },
});
