#!/usr/bin/env node
// Finds the Electron runtime of this checkout (see lib/runtime.mjs) and prints where it is.
//   node scripts/electron-runtime.mjs          the dist folder; the binary in it is `electron`
//   node scripts/electron-runtime.mjs --json   { dist, executable, version, fallback }
//   node scripts/electron-runtime.mjs --env    lines for eval "$(...)" in a shell
//   add --link to let node_modules/electron lead to it as well
import { root } from './lib/project.mjs';
import { resolveRuntime } from './lib/runtime.mjs';

const options = new Set(process.argv.slice(2));
try {
  const runtime = await resolveRuntime({ root, link: options.has('--link') });
  if (options.has('--json')) console.log(JSON.stringify(runtime));
  else if (options.has('--env')) console.log(`export ${environment(runtime).join(' ')}`);
  else console.log(runtime.dist);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function environment({ dist, executable, version }) {
  return [
    `ELECTRON_OVERRIDE_DIST_PATH=${quote(dist)}`,
    `ELECTRON_EXEC_PATH=${quote(executable)}`,
    `ELECTRON_MAJOR_VER=${version.split('.', 1)[0]}`,
  ];
}

function quote(word) {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
