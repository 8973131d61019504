#!/usr/bin/env node
// npm start: opens the desktop app. Arguments go to the app; signals and the exit code pass through.
import { build } from './lib/build.mjs';
import { electronEnv, sandboxFlags, sandboxHint } from './lib/launch.mjs';
import { root, run } from './lib/project.mjs';
import { resolveRuntime } from './lib/runtime.mjs';
import { hasDisplay, prepareSystem } from './lib/system.mjs';

try {
  process.exitCode = await start(process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

async function start(args) {
  if (!hasDisplay()) {
    throw new Error(
      'There is no display to open a window on: run `npm run headless` for the same program without one.',
    );
  }
  const { dist, executable } = await resolveRuntime({ root, link: true });
  prepareSystem({ executable });
  await build();
  const code = await run(executable, [root, ...sandboxFlags(), ...args], electronEnv());
  // An abort by a trap is how Chromium ends when it cannot set up its sandbox.
  const hint = code === 133 ? sandboxHint(dist) : undefined;
  if (hint !== undefined) console.error(hint);
  return code;
}
