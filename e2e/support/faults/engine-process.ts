/** The demo engine in a process of its own: it lives on when the program under test is killed. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../launch.js';

export interface EngineProcess {
  url: string;
  /** The folder where its results lie. */
  output: string;
  stop(): Promise<void>;
}

/** `stepMs`: milliseconds each step of a node takes at least. `port`: a certain one, such as that of an engine that ended. */
export async function startEngine({ stepMs = 0, port = '0' } = {}): Promise<EngineProcess> {
  const data = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-engine-'));
  const child = spawn(
    process.execPath,
    [path.join(root, 'out', 'main', 'demo.js'), '--data', data, '--port', port, '--step-ms', String(stepMs)],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stderr.on('data', (bytes: Buffer) => {
      text += bytes.toString();
      const found = /^Demo engine ready: (\S+)$/m.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => reject(new Error(`The demo engine ended:\n${text}`)));
  });
  return {
    url,
    output: path.join(data, 'output'),
    async stop() {
      child.kill('SIGTERM');
      await ended;
      fs.rmSync(data, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
