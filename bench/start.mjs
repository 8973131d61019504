#!/usr/bin/env node
// npm run bench:start [-- --runs 7]: from the start of the process to the ready line, and the memory it then holds,
// beside a Node that does nothing; and from the start of a stdio bridge to its first answer, with its memory.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../scripts/lib/build.mjs';
import { measureBridge } from './bridge.mjs';
import { residentMemory, startProgram } from './program.mjs';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '7' } } });
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

await build();
const bare = [];
const ready = [];
const resident = [];
const bridges = [];
for (let run = 0; run < Number(values.runs); run += 1) {
  const start = performance.now();
  execFileSync(process.execPath, ['-e', '0']);
  bare.push(performance.now() - start);
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-bench-'));
  const program = await startProgram({ home, args: ['--demo'] });
  ready.push(program.readyMs);
  resident.push(residentMemory(program.pid));
  bridges.push(await measureBridge(home));
  await program.stop();
  fs.rmSync(home, { recursive: true, force: true });
}
console.log(`Node ${process.version}, ${os.cpus().length} cores, median of ${bare.length} runs\n`);
console.log(`bare Node     ${median(bare).toFixed(0)} ms`);
console.log(`ready line    ${median(ready).toFixed(0)} ms   ${(median(ready) / median(bare)).toFixed(1)}×`);
console.log(`memory then   ${median(resident).toFixed(0)} MiB`);
const first = median(bridges.map(({ firstAnswerMs }) => firstAnswerMs));
const memory = median(bridges.map(({ residentMiB }) => residentMiB));
console.log(`stdio bridge  ${first.toFixed(0)} ms to its first answer, ${memory.toFixed(0)} MiB after a picture`);
