#!/usr/bin/env node
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { crc32 } from 'node:zlib';
// npm run bench:import [-- --files 5000 --side 256]: how fast a folder of ComfyUI's pictures comes into the library.
//
// The pictures are PNG files with a graph and the page's workflow in them, each a different one. Files a second are
// measured from the first registered file to the last, beside the same number of bare reads of the same files in the
// same run, since machines differ. Memory is that of the whole program: before, at its highest, and after the threads
// have ended for want of work.
import { DatabaseSync } from '@photostructure/sqlite';
import sharp from 'sharp';
import { build } from '../scripts/lib/build.mjs';
import { residentMemory, startProgram } from './program.mjs';

const { values } = parseArgs({
  options: { files: { type: 'string', default: '5000' }, side: { type: 'string', default: '256' } },
});
const [files, side] = [Number(values.files), Number(values.side)];
if (![files, side].every((value) => Number.isInteger(value) && value > 0)) {
  console.error('--files and --side take whole numbers from 1.');
  process.exit(2);
}

/** As the page of ComfyUI would have sent it. */
function graphOf(number) {
  const text = `a lake, number ${number}, ${'with many trees and a mill at the shore, '.repeat(5)}`;
  return {
    3: {
      class_type: 'KSampler',
      inputs: {
        seed: number,
        steps: 20,
        cfg: 7,
        sampler_name: 'euler',
        scheduler: 'normal',
        denoise: 1,
        model: ['4', 0],
        positive: ['6', 0],
        negative: ['7', 0],
        latent_image: ['5', 0],
      },
    },
    4: { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'sd_xl_base_1.0.safetensors' } },
    5: { class_type: 'EmptyLatentImage', inputs: { width: 1024, height: 1024, batch_size: 1 } },
    6: { class_type: 'CLIPTextEncode', inputs: { text, clip: ['4', 1] } },
    7: { class_type: 'CLIPTextEncode', inputs: { text: 'text, watermark', clip: ['4', 1] } },
    8: { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['4', 2] } },
    9: { class_type: 'SaveImage', inputs: { filename_prefix: 'bench', images: ['8', 0] } },
  };
}

function textChunk(key, value) {
  const body = Buffer.from(`tEXt${key}\0${JSON.stringify(value)}`, 'latin1');
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(body.length - 4);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}

async function makeFolder(folder) {
  const noise = Buffer.from(Uint8Array.from({ length: side * side * 3 }, () => Math.random() * 256));
  const png = await sharp(noise, { raw: { width: side, height: side, channels: 3 } })
    .png()
    .toBuffer();
  const headerEnd = 33;
  const longAgo = new Date(Date.UTC(2024, 0, 1));
  for (let number = 0; number < files; number += 1) {
    const graph = graphOf(number);
    const nodes = Object.entries(graph).map(([id, { class_type, inputs }]) => ({
      id: Number(id),
      type: class_type,
      pos: [number, Number(id) * 100],
      widgets_values: Object.values(inputs).filter((value) => !Array.isArray(value)),
    }));
    const file = path.join(folder, String(Math.floor(number / 1000)), `bench_${number}_.png`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const texts = [textChunk('prompt', graph), textChunk('workflow', { nodes, links: [], version: 0.4 })];
    fs.writeFileSync(file, Buffer.concat([png.subarray(0, headerEnd), ...texts, png.subarray(headerEnd)]));
    fs.utimesSync(file, longAgo, longAgo);
  }
  return png.length;
}

function namesOf(folder) {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** Files a second when they are only read whole, one after the other. */
function bareRate(folder) {
  const names = namesOf(folder);
  const begun = performance.now();
  for (const name of names) fs.readFileSync(name);
  return (names.length * 1000) / (performance.now() - begun);
}

await build();
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-bench-'));
let program;
try {
  const folder = path.join(home, 'pictures');
  const bytes = await makeFolder(folder);
  const bare = bareRate(folder);
  const idle = await startProgram({ home: path.join(home, 'idle'), args: ['--demo'] });
  const before = residentMemory(idle.pid);
  await idle.stop();
  program = await startProgram({ home, args: ['--demo', '--import-dir', folder] });
  const library = path.join(home, 'data', 'library.db');
  const database = new DatabaseSync(library, { readOnly: true });
  const count = () => Number(database.prepare('SELECT count(*) AS n FROM asset').get().n);
  let first = { at: 0, count: 0 };
  let highest = 0;
  for (;;) {
    const now = { at: performance.now(), count: count() };
    if (first.count === 0 && now.count > 0) first = now;
    highest = Math.max(highest, residentMemory(program.pid));
    if (now.count >= files) {
      const rate = ((now.count - first.count) * 1000) / (now.at - first.at);
      console.log(
        `Node ${process.version}, ${os.cpus().length} cores, ${files} pictures of ${Math.round(bytes / 1024)} KiB\n`,
      );
      console.log(`only read   ${Math.round(bare)} files/s`);
      console.log(`imported    ${Math.round(rate)} files/s   ${(bare / rate).toFixed(1)}× slower`);
      break;
    }
    await sleep(100);
  }
  database.close();
  // Threads without work end after a minute.
  await sleep(65_000);
  const after = residentMemory(program.pid);
  await program.stop();
  console.log(
    `memory      ${before.toFixed(0)} MiB idle, ${highest.toFixed(0)} at most, ${after.toFixed(0)} a minute later`,
  );
  console.log(`database    ${Math.round(fs.statSync(library).size / files)} bytes an asset`);
} finally {
  await program?.stop();
  fs.rmSync(home, { recursive: true, force: true });
}
