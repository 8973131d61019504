#!/usr/bin/env node
// Checks that this system has what Electron needs, and on Debian as root installs it (see lib/system.mjs).
import { root } from './lib/project.mjs';
import { resolveRuntime } from './lib/runtime.mjs';
import { prepareSystem } from './lib/system.mjs';

try {
  const { executable } = await resolveRuntime({ root, link: true });
  prepareSystem({ executable, display: true });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
