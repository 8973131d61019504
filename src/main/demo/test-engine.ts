/** Starts engines with the tiny nodes for tests, and ends them afterwards. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { silentLogger, systemClock } from '../system.js';
import { createDemoEngine, type DemoEngine, type DemoEngineOptions } from './index.js';
import { testNodes } from './test-nodes.js';
import { openSocket, type TestSocket } from './test-socket.js';

export interface TestEngine {
  engine: DemoEngine;
  url: string;
  dataRoot: string;
  /** Opens a socket; with `flags` it negotiates previews with metadata first. */
  connect(clientId: string, flags?: boolean): Promise<TestSocket>;
  /** The JSON of an answer, with its status. */
  get(path: string): Promise<{ status: number; body: unknown }>;
  post(path: string, body: unknown): Promise<{ status: number; body: unknown }>;
  /** Submits and resolves when the queue is empty; the prompt id. */
  run(prompt: unknown, extra?: Record<string, unknown>): Promise<string>;
  idle(): Promise<void>;
}

/** An engine that ends with the test that started it. */
export async function startEngine(options: Partial<DemoEngineOptions> = {}): Promise<TestEngine> {
  const dataRoot = await mkdtemp(join(tmpdir(), 'demo-'));
  const engine = createDemoEngine({
    dataRoot,
    nodes: testNodes(),
    clock: systemClock,
    logger: silentLogger,
    ...options,
  });
  const { url } = await engine.start();
  onTestFinished(async () => {
    await engine.stop();
    await rm(dataRoot, { recursive: true, force: true });
  });
  const read = async (response: Response) => {
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    return { status: response.status, body: isJson ? (JSON.parse(text) as unknown) : text };
  };
  const test: TestEngine = {
    engine,
    url,
    dataRoot,
    async connect(clientId, flags = false) {
      const socket = await openSocket(`${url.replace('http', 'ws')}/ws?clientId=${clientId}`);
      if (flags) socket.send({ type: 'feature_flags', data: { supports_preview_metadata: true } });
      return socket;
    },
    get: async (path) => read(await fetch(url + path)),
    post: async (path, body) => read(await fetch(url + path, { method: 'POST', body: JSON.stringify(body) })),
    async run(prompt, extra = {}) {
      const { status, body } = await test.post('/prompt', { prompt, ...extra });
      if (status !== 200) throw new Error(JSON.stringify(body));
      await test.idle();
      return (body as { prompt_id: string }).prompt_id;
    },
    async idle() {
      for (;;) {
        const { body } = await test.get('/prompt');
        if ((body as { exec_info: { queue_remaining: number } }).exec_info.queue_remaining === 0) return;
      }
    },
  };
  return test;
}

/** Constant -> Slow -> Show. */
export const chain = (steps = 2, value: unknown = 5, label = 'x') => ({
  1: { class_type: 'Constant', inputs: { value } },
  2: { class_type: 'Slow', inputs: { value: ['1', 0], steps } },
  3: { class_type: 'Show', inputs: { value: ['2', 0], label } },
});
