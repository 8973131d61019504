#!/usr/bin/env node
// Packages the application into dist/.
//   npm run pack        this system's application, unpacked; official Electron only
//   npm run dist        installers for this system; official Electron only. Further arguments go to electron-builder
//   npm run pack:test   the unpacked application on the Electron that the tests run on, stamped as a test build
import fs from 'node:fs';
import path from 'node:path';
import { TEST_BUILD } from './lib/after-pack.mjs';
import { build } from './lib/build.mjs';
import { root, runCommand } from './lib/project.mjs';
import { NoOfficialRuntime, resolveRuntime } from './lib/runtime.mjs';

const [mode, ...rest] = process.argv.slice(2);
const modes = { '--dir': packOfficial, '--dist': packOfficial, '--test': packTest };
try {
  if (!Object.hasOwn(modes, mode)) throw new Error(`Say what to make: ${Object.keys(modes).join(', ')}`);
  process.exitCode = await modes[mode](mode);
} catch (error) {
  console.error(
    error instanceof NoOfficialRuntime
      ? `Not packaged: a release needs the official Electron. ${error.message} For a stamped test build run \`npm run pack:test\`.`
      : error.message,
  );
  process.exitCode = 1;
}

async function packOfficial() {
  await resolveRuntime({ root, officialOnly: true });
  await build();
  const { [TEST_BUILD]: _never, ...env } = process.env;
  return runCommand('electron-builder', [...(mode === '--dir' ? ['--dir'] : []), '--publish', 'never', ...rest], {
    env,
  });
}

/** Everything comes from this machine: electron-builder downloads nothing when it is handed a runtime and no installer. */
async function packTest() {
  const runtime = await resolveRuntime({ root, link: true });
  await build();
  const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const settings = {
    electronDist: runtime.dist,
    electronVersion: runtime.version,
    buildVersion: `${version}-test`,
    // Playwright drives the application through --inspect.
    'electronFuses.enableNodeCliInspectArguments': true,
    // A signature needs a certificate.
    'mac.identity': null,
  };
  const options = Object.entries(settings).map(([name, value]) => `--config.${name}=${value}`);
  const env = { ...process.env, [TEST_BUILD]: '1' };
  return runCommand('electron-builder', ['--dir', '--publish', 'never', ...options, ...rest], { env });
}
