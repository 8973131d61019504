#!/usr/bin/env node
// Builds out/ when it is missing or older than the sources; --force builds in any case.
import { build } from './lib/build.mjs';

try {
  await build({ force: process.argv.includes('--force') });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
