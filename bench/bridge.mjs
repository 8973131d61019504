/** The stdio bridge for a benchmark: how long its first answer takes, and what memory it holds after a conversation. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../scripts/lib/project.mjs';
import { residentMemory } from './program.mjs';

/**
 * Resolves with `{ firstAnswerMs, residentMiB }`; the time counts from the start of the process to the answer to
 * `initialize`. The conversation lists the tools and makes one small picture.
 *
 * @param {string} home with a program that is running
 */
export async function measureBridge(home) {
  const start = performance.now();
  const child = spawn(process.execPath, [path.join(root, 'out', 'bridge', 'stdio.cjs')], {
    env: { HOME: home, USERPROFILE: home, PATH: process.env.PATH, COMFY_MCP_DATA_DIR: path.join(home, 'data') },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const say = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const answerTo = async (id) => {
    for (;;) {
      const line = await lines.next();
      if (line.done) throw new Error('The bridge ended early.');
      const message = JSON.parse(line.value);
      if (message.id !== id) continue;
      if (message.error !== undefined) throw new Error(message.error.message);
      return;
    }
  };
  const clientInfo = { name: 'bench', version: '1' };
  say({ id: 1, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo } });
  await answerTo(1);
  const firstAnswerMs = performance.now() - start;
  say({ method: 'notifications/initialized' });
  say({ id: 2, method: 'tools/list' });
  await answerTo(2);
  const picture = { prompt: 'a lake', width: 256, height: 256, steps: 2 };
  say({ id: 3, method: 'tools/call', params: { name: 'generate_image', arguments: picture } });
  await answerTo(3);
  const residentMiB = residentMemory(child.pid);
  child.stdin.end();
  await ended;
  return { firstAnswerMs, residentMiB };
}
