#!/usr/bin/env node
// Kills the program again and again while it makes, imports, deletes and migrates, and audits what is left:
//   npm run faults -- --kills 300 --seed 7
// Without --seed one is drawn; the report tells which.
import { randomInt } from 'node:crypto';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './lib/build.mjs';
import { root, runCommand } from './lib/project.mjs';

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '300' }, seed: { type: 'string', default: String(randomInt(2 ** 31)) } },
});
const numbers = Object.entries(values).map(([name, text]) => [name, Number(text)]);
const wrong = numbers.find(([, value]) => !Number.isSafeInteger(value) || value < 0);
if (wrong) {
  console.error(`--${wrong[0]} must be a whole number.`);
  process.exit(2);
}
try {
  await build();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
console.log(`${values.kills} kills, seed ${values.seed}`);
const spec = path.join(root, 'e2e', 'faults.spec.ts');
const env = { ...process.env, FAULTS_KILLS: values.kills, FAULTS_SEED: values.seed };
process.exitCode = await runCommand('@playwright/test', ['test', spec, '--grep', 'kill -9'], {
  env,
  command: 'playwright',
});
