/** The engine against 22 recordings of a real ComfyUI 0.3.64: same requests, same answers, same events. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { silentLogger } from '../system.js';
import { createDemoEngine } from './index.js';
import { createDemoNodes } from './nodes/index.js';
import { readRecording } from './recording.js';
import { createGate, replay } from './replay.js';
import { withStandIns } from './test-stand-ins.js';

const folder = fileURLToPath(new URL('fixtures/', import.meta.url));
const files = (await readdir(folder)).filter((name) => name.endsWith('.json'));

/** The recorded server had this one checkpoint, no packs of nodes and nothing else. */
const models = { checkpoints: ['v1-5-pruned-emaonly.safetensors'], loras: [] };

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

test('all recordings are here', () => {
  expect(files).toHaveLength(22);
});

test.each(files)('%s', async (file) => {
  const recording = await readRecording(join(folder, file));
  const dataRoot = await mkdtemp(join(tmpdir(), 'demo-'));
  const gate = createGate();
  const engine = createDemoEngine({
    dataRoot,
    clock: gate.clock,
    logger: silentLogger,
    stepDelayMs: 1,
    models,
    templates: [],
    nodes: withStandIns(createDemoNodes({ models })),
    ...recording.options,
  });
  const { url } = await engine.start();
  cleanups.push(
    () => rm(dataRoot, { recursive: true, force: true }),
    () => engine.stop(),
  );
  for (const { step, expected, actual } of await replay(recording, { url, base: dataRoot, gate })) {
    expect(actual, step).toEqual(expected);
  }
});
