#!/usr/bin/env node
// npm test: types, lint, unit tests, protocol conformance, build, end-to-end tests, in this order; the first stage that fails ends the run.
//   node scripts/test.mjs                    everything
//   node scripts/test.mjs e2e [arguments]    one stage; arguments go to its runner
import fs from 'node:fs';
import path from 'node:path';
import { build } from './lib/build.mjs';
import { prepareConformance } from './lib/conformance.mjs';
import { openDisplay } from './lib/display.mjs';
import { root, runCommand } from './lib/project.mjs';
import { resolveRuntime } from './lib/runtime.mjs';
import { closingLine, playwrightCounts, readCounts, vitestCounts } from './lib/summary.mjs';
import { prepareSystem } from './lib/system.mjs';

const reports = path.join(root, 'test-results');
const counts = [];

/** Each stage resolves to whether it went well, or throws an error whose message says why not. */
const stages = {
  types: async () => {
    for (const project of ['node', 'web', 'e2e']) {
      if ((await runCommand('typescript', ['-p', `tsconfig.${project}.json`], { command: 'tsc' })) !== 0) return false;
    }
    return true;
  },
  lint: async () => (await runCommand('@biomejs/biome', ['ci', '.'], { command: 'biome' })) === 0,
  unit,
  conformance,
  build: async () => {
    await build();
    return true;
  },
  e2e,
};

function unit(args) {
  return vitest('unit.json', args);
}

function conformance(args) {
  const tools = JSON.stringify(prepareConformance());
  return vitest('conformance.json', ['--config', 'vitest.conformance.config.ts', ...args], {
    CONFORMANCE_TOOLS: tools,
  });
}

async function vitest(name, args, env) {
  const report = emptyReport(name);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await runCommand('vitest', ['run', ...reporters, ...args], { env: { ...process.env, ...env } });
  counts.push(readCounts(report, vitestCounts));
  return code === 0;
}

async function e2e(args) {
  const runtime = await resolveRuntime({ root, link: true });
  prepareSystem({ executable: runtime.executable, display: true });
  await build();
  const report = emptyReport('e2e.json');
  const display = await openDisplay();
  try {
    const env = { ...display.env, E2E_RUNTIME: JSON.stringify(runtime) };
    const code = await runCommand('@playwright/test', ['test', ...args], { env, command: 'playwright' });
    counts.push(readCounts(report, playwrightCounts));
    return code === 0;
  } finally {
    await display.stop();
  }
}

/** A report of an earlier run must not be read as this one's. */
function emptyReport(name) {
  const file = path.join(reports, name);
  fs.rmSync(file, { force: true });
  return file;
}

async function runStages(names, args) {
  for (const name of names) {
    console.log(`\n── ${name} ──`);
    const problem = await stages[name](args).then(
      (ok) => (ok ? undefined : 'see above'),
      (error) => error.message,
    );
    if (problem !== undefined) {
      console.log(`\n── ${name} failed: ${problem} ──`);
      return false;
    }
  }
  return true;
}

const [only, ...args] = process.argv.slice(2);
if (only !== undefined && !Object.hasOwn(stages, only)) {
  console.error(`There is no stage "${only}". Stages: ${Object.keys(stages).join(', ')}`);
  process.exit(2);
}
const ok = await runStages(only === undefined ? Object.keys(stages) : [only], args);
if (counts.length > 0 || !ok) console.log(`\n${closingLine(counts, ok)}`);
process.exitCode = ok ? 0 : 1;
