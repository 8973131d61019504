/**
 * The application's entry: the desktop app, or with `--stdio` the bridge. That one is plain Node and must not wait for a
 * window system, which may not be there, so it is looked for before anything else is loaded.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

if (process.argv.includes('--stdio')) {
  const checkout = path.join(import.meta.dirname, '..', 'bridge', 'stdio.cjs');
  const packaged = path.join(process.resourcesPath, 'stdio.cjs');
  const script = existsSync(packaged) ? packaged : checkout;
  // Everything before it belongs to Electron: its own switches, and in a checkout the folder of the application.
  const args = process.argv.slice(process.argv.indexOf('--stdio') + 1);
  // It waits without doing anything, so that Chromium is never set up.
  const { status, error } = spawnSync(process.execPath, [script, ...args], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: 'inherit',
  });
  if (error !== undefined) process.stderr.write(`The stdio bridge could not be started: ${error.message}\n`);
  process.exit(status ?? 1);
}
// Electron is ready when the entry has been evaluated, and some things must be said before.
await import('./desktop-app.js');
