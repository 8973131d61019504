#!/usr/bin/env node
// npm run bench:library [-- --rows 10000,100000,1000000 --keep]: what questions to a library of so many assets cost, how
// large its file is, and the memory it takes, beside an empty one. The libraries are made up, the same for each seed.
//
// Times are told as p50 and p95, and as the processor's share of them: on a busy machine that is what holds.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../scripts/lib/build.mjs';
import { root } from '../scripts/lib/project.mjs';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000,100000,1000000' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
  },
});
const sizes = values.rows.split(',').map(Number);
const wrong = [...sizes, Number(values.seed)].find((value) => !Number.isSafeInteger(value) || value < 1);
if (wrong !== undefined) {
  console.error('--rows takes whole numbers from 1, separated by commas; --seed one.');
  process.exit(2);
}

await build();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-bench-'));
const program = path.join(root, 'out', 'main', 'library-bench.js');

function measure(rows) {
  const file = path.join(folder, `library-${rows}.db`);
  run('generate', file, String(rows), values.seed);
  const measured = JSON.parse(run('measure', file));
  // A place for what else is done with a library of this size, such as the rate of an import in files per second.
  if (!values.keep) fs.rmSync(file);
  return measured;
}

/** Each in a process of its own: memory that was taken once is not given back. */
function run(...args) {
  return execFileSync(process.execPath, ['--expose-gc', program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
}

function report(measured, empty) {
  const growth = (moment, kind) => (measured.memory[moment][kind] - empty.memory[moment][kind]).toFixed(0);
  const ms = (number) => number.toFixed(2).padStart(9);
  console.log(`\n${measured.assets} assets, SQLite ${measured.sqlite}`);
  console.log(`opened in ${measured.open_ms.toFixed(0)} ms; checked whole in ${measured.check_ms.toFixed(0)} ms`);
  console.log(
    `${measured.bytes_per_asset.toFixed(0)} bytes of the file for each asset, ${measured.document_bytes_per_asset.toFixed(0)} of them documents`,
  );
  for (const [moment, name] of [
    ['opened', 'when it is open'],
    ['searched', 'after pages and searches'],
    ['asked', 'after everything'],
  ]) {
    console.log(
      `memory ${name}: ${measured.memory[moment].rss.toFixed(0)} MiB, ${growth(moment, 'rss')} more than an empty library (heap ${growth(moment, 'heap')})`,
    );
  }
  console.log(`\n${''.padEnd(44)}      p50       p95       cpu  found`);
  for (const { name, p50, p95, cpu, found } of measured.timings) {
    console.log(`${name.padEnd(44)}${ms(p50)} ${ms(p95)} ${ms(cpu)}  ${found}`);
  }
}

try {
  console.log(`Node ${process.version}, ${os.cpus().length} cores; milliseconds`);
  const empty = measure(0);
  for (const rows of sizes) report(measure(rows), empty);
} finally {
  if (values.keep) console.log(`\nThe libraries are in ${folder}`);
  else fs.rmSync(folder, { recursive: true, force: true });
}
