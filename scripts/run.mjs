#!/usr/bin/env node
// Runs one of the programs without a window, after a build where one is due: node scripts/run.mjs headless [options].
// It is imported, not spawned: no second process stands between a service manager's signals and the program, or delays
// its start.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './lib/build.mjs';
import { root } from './lib/project.mjs';

const [name = 'headless', ...args] = process.argv.slice(2);
const entry = path.join(root, 'out', 'main', `${name}.js`);
try {
  await build();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
process.argv = [process.execPath, entry, ...args];
await import(pathToFileURL(entry).href);
