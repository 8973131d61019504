/** The headless program for a benchmark, in a folder of its own. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../scripts/lib/project.mjs';

/** Resolves when its endpoint is ready: `{ url, readyMs, pid, stop }`; `readyMs` counts from the start of the process. */
export async function startProgram({ home, args = [] }) {
  fs.mkdirSync(home, { recursive: true });
  const start = performance.now();
  const child = spawn(process.execPath, [path.join(root, 'out', 'main', 'headless.js'), '--port', '0', ...args], {
    cwd: home,
    env: { ...process.env, HOME: home, USERPROFILE: home, COMFY_MCP_DATA_DIR: path.join(home, 'data') },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  let text = '';
  const url = await new Promise((resolve, reject) => {
    child.stderr.on('data', (bytes) => {
      text += bytes;
      const found = /^MCP endpoint ready: (\S+)$/m.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    ended.then(() => reject(new Error(`The program ended early:\n${text}`)));
  });
  const readyMs = performance.now() - start;
  return {
    url,
    readyMs,
    pid: child.pid,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Resident memory in MiB; NaN where the system has no /proc. */
export function residentMemory(pid) {
  const file = `/proc/${pid}/status`;
  if (!fs.existsSync(file)) return Number.NaN;
  return Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(file, 'utf8'))?.[1]) / 1024;
}
