/**
 * The program without a window, and with what only the window can ask for: once it is up it empties the bin. Lines on
 * stdout tell when that begins and when it is done.
 */
import path from 'node:path';
import { createCore } from '../../../src/main/core.js';
import { ownCall } from '../../../src/main/own-call.js';
import { loadSettings } from '../../../src/main/settings.js';
import { createLogger, systemClock } from '../../../src/main/system.js';

const [root = '', ...argv] = process.argv.slice(2);
const home = process.env.HOME ?? '';
const settings = loadSettings({ argv, env: process.env, home, platform: process.platform });
const core = await createCore({
  program: 'headless',
  settings,
  version: '0.0.0',
  testBuild: false,
  bundledWorkflows: path.join(root, 'workflows'),
  threads: path.join(root, 'out', 'main'),
  env: process.env,
  clock: systemClock,
  logger: createLogger({ level: 'warn' }),
});
await core.start();
process.stderr.write(`MCP endpoint ready: ${core.endpoint().url}\n`);
// Whoever wants to see it happen has this long to get ready.
await systemClock.sleep(200);
process.stdout.write('emptying\n');
await core.handlers.empty_bin({}, ownCall);
process.stdout.write('emptied\n');
