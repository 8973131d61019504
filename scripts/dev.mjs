#!/usr/bin/env node
// npm run dev: electron-vite's development server with the same runtime, system check and flags as npm start.
import { electronEnv, sandboxFlags } from './lib/launch.mjs';
import { root, runCommand } from './lib/project.mjs';
import { resolveRuntime } from './lib/runtime.mjs';
import { prepareSystem } from './lib/system.mjs';

try {
  const { executable } = await resolveRuntime({ root, link: true });
  prepareSystem({ executable });
  const noSandbox = sandboxFlags().length > 0 ? { NO_SANDBOX: '1' } : {};
  const env = { ...electronEnv(), ...noSandbox, ELECTRON_EXEC_PATH: executable };
  process.exitCode = await runCommand('electron-vite', ['dev', ...process.argv.slice(2)], { env });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
