#!/usr/bin/env node
// npm run bench [-- --jobs 200]: how much time the program adds to a generation, measured from outside.
//
//   sent    the agent's call  → POST /prompt arrives at ComfyUI
//   answer  ComfyUI's last event of the job (`executing null`) → the agent has the answer, with the facts of the file
//
// A second program with the demo engine plays ComfyUI; a proxy between the two notes the moments. The graph needs no
// model and no time, so that only our own work is measured. Times are compared with a bare request through the same
// proxy in the same run: machines differ, ratios hold.
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { build } from '../scripts/lib/build.mjs';
import { startProgram } from './program.mjs';

const { values } = parseArgs({ options: { jobs: { type: 'string', default: '200' } } });
const jobs = Number(values.jobs);
if (!Number.isInteger(jobs) || jobs < 1) {
  console.error('--jobs takes a whole number from 1.');
  process.exit(2);
}

const workflow = {
  1: {
    class_type: 'EmptyImage',
    inputs: { width: 64, height: 64, batch_size: 1, color: 4473924 },
  },
  2: { class_type: 'ImageAddNoise', inputs: { image: ['1', 0], seed: 'PARAM_INT_SEED', strength: 0.5 } },
  3: { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: 'bench' } },
};

/** Notes when prompts arrive and when jobs are over, by prompt id. */
async function startProxy(target) {
  const sent = new Map();
  const over = new Map();
  const server = net.createServer((agent) => {
    const engine = net.connect(Number(target.port), target.hostname);
    agent.on('data', (bytes) => {
      const text = bytes.toString('latin1');
      const id = /"prompt_id":\s*"([^"]+)"/.exec(text)?.[1];
      if (id !== undefined && /"prompt":\s*\{/.test(text)) sent.set(id, performance.now());
    });
    engine.on('data', (bytes) => {
      for (const [, id] of bytes
        .toString('latin1')
        .matchAll(/"executing",\s*"data":\s*\{"node":\s*null,\s*"prompt_id":\s*"([^"]+)"/g))
        over.set(id, performance.now());
    });
    agent.pipe(engine).pipe(agent);
    for (const socket of [agent, engine]) {
      socket.setNoDelay(true);
      socket.on('error', () => {
        agent.destroy();
        engine.destroy();
      });
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, sent, over, close: () => server.close() };
}

async function connect(url) {
  const client = new Client({ name: 'bench', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  return client;
}

/** Milliseconds of a bare request through the proxy: what no program could avoid. */
function bareRequest(url, agent) {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    http
      .get(`${url}/prompt`, { agent }, (response) => {
        response.resume();
        response.on('end', () => resolve(performance.now() - start));
      })
      .on('error', reject);
  });
}

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];

function row(name, times, unit) {
  const sorted = [...times].sort((a, b) => a - b);
  const [p50, p95] = [quantile(sorted, 0.5), quantile(sorted, 0.95)];
  const ratio = unit === undefined ? '' : `${(p50 / unit).toFixed(1)}×`;
  console.log(
    `${name.padEnd(34)} p50 ${p50.toFixed(2).padStart(7)} ms   p95 ${p95.toFixed(2).padStart(7)} ms   ${ratio}`,
  );
  return p50;
}

await build();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-bench-'));
const closing = [() => fs.rmSync(folder, { recursive: true, force: true })];
try {
  const engine = await startProgram({ home: path.join(folder, 'engine'), args: ['--demo'] });
  closing.push(() => engine.stop());
  const probe = await connect(engine.url);
  const { engine: status } = (await probe.callTool({ name: 'get_server_status', arguments: {} })).structuredContent;
  await probe.close();
  const proxy = await startProxy(new URL(status.url));
  closing.push(() => proxy.close());

  const workflows = path.join(folder, 'workflows');
  fs.mkdirSync(workflows);
  fs.writeFileSync(path.join(workflows, 'bench.json'), JSON.stringify(workflow));
  const program = await startProgram({
    home: path.join(folder, 'program'),
    args: ['--comfyui-url', proxy.url, '--workflow-dir', workflows],
  });
  closing.push(() => program.stop());

  const client = await connect(program.url);
  const agent = new http.Agent({ keepAlive: true });
  closing.push(() => agent.destroy());
  const times = { bare: [], sent: [], answer: [], whole: [] };
  const warmUp = Math.min(10, jobs);
  for (let index = -warmUp; index < jobs; index += 1) {
    const bare = await bareRequest(proxy.url, agent);
    const start = performance.now();
    const result = await client.callTool({ name: 'bench', arguments: { seed: 1000 + index } });
    const end = performance.now();
    const { prompt_id: id, status: state } = result.structuredContent;
    if (state !== 'completed') throw new Error(`A job did not complete: ${JSON.stringify(result.structuredContent)}`);
    if (index < 0) continue;
    times.bare.push(bare);
    times.sent.push(proxy.sent.get(id) - start);
    times.answer.push(end - proxy.over.get(id));
    times.whole.push(end - start);
  }
  await client.close();
  console.log(`Node ${process.version}, ${os.cpus().length} cores, ${jobs} jobs, one after the other\n`);
  const unit = row('a bare request', times.bare);
  row('call → prompt sent', times.sent, unit);
  row("ComfyUI's finish → answer", times.answer, unit);
  row('call → answer', times.whole, unit);
} finally {
  for (const close of closing.reverse()) await close();
}
