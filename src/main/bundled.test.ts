/** The bundled workflows, run through the whole core on the demo engine, whose nodes have ComfyUI's specifications. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from 'mediabunny';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { GenerationAnswer } from '../shared/contract.js';
import { graphSeen } from './bundled.testing.js';
import type { Core } from './core.js';
import { type CoreBench, callContext as context, createCoreBench } from './core.testing.js';
import { createDemoEngine } from './demo/index.js';
import { createDemoNodes } from './demo/nodes/index.js';
import { connectModern } from './mcp/testing.js';
import { silentLogger, systemClock } from './system.js';

let bench: CoreBench;
let core: Core;
beforeAll(async () => {
  bench = createCoreBench();
  const { args } = await bench.server();
  core = await bench.open(args);
});
afterAll(() => bench.dispose());

const run = (workflow_id: string, overrides: Record<string, unknown>): Promise<GenerationAnswer> =>
  core.handlers.run_workflow({ workflow_id, overrides }, context());

const film = { prompt: 'a boat on the sea', width: 128, height: 96, steps: 2 };

describe('a film of the demo engine', () => {
  it('has as many frames as its seconds and its frames a second ask for, each a picture of its own', async () => {
    const made = await run('generate_video', { ...film, duration: 1.5, fps: 8 });
    expect(made).toMatchObject({
      status: 'completed',
      mime_type: 'video/webm',
      width: 128,
      height: 96,
      parameters: { duration: 1.5, fps: 8, length: 13, model: 'wan2.2_ti2v_5B_fp16.safetensors', cfg: 8 },
    });
    const original = await core.original(made.asset_id ?? '');
    const input = new Input({ source: new BufferSource(readFileSync(original.path)), formats: ALL_FORMATS });
    const track = await input.getPrimaryVideoTrack();
    if (track === null) throw new Error('it has no video');
    expect(await track.computePacketStats()).toMatchObject({ packetCount: 13 });
    expect(await input.computeDuration()).toBeCloseTo(13 / 8, 2);
    const frames: Buffer[] = [];
    for await (const packet of new EncodedPacketSink(track).packets()) {
      expect(packet.type).toBe('key');
      frames.push(Buffer.from(packet.data));
    }
    expect(new Set(frames.map((frame) => frame.toString('base64'))).size).toBe(13);
    const { raw } = await input.getMetadataTags();
    expect(JSON.stringify(raw)).toContain('Made by the demo engine');
  });

  it('has no loader of a first frame without one, and its frames follow a new length when it is made again', async () => {
    const made = await run('generate_video', { ...film, duration: 1, fps: 4 });
    const graph = await graphSeen(core, made.asset_id);
    expect(Object.values(graph).map(({ class_type }) => class_type)).not.toContain('LoadImage');
    expect(graph['8']?.inputs).toMatchObject({ length: 5 });
    expect(graph['8']?.inputs).not.toHaveProperty('start_image');
    const again = await core.handlers.regenerate(
      { asset_id: made.asset_id ?? '', param_overrides: { duration: 2 } },
      context(),
    );
    expect(again.parameters).toMatchObject({ duration: 2, fps: 4, length: 9 });
    expect((await graphSeen(core, again.asset_id))['8']?.inputs).toMatchObject({ length: 9 });
  });
});

it.each([
  ['generate_image_sdxl', { prompt: 'a lake', width: 128, height: 128, steps: 2 }],
  ['generate_image_flux', { prompt: 'a lake in the morning.', width: 128, height: 128, steps: 2 }],
])('%s makes a picture', async (id, values) => {
  expect(await run(id, values)).toMatchObject({ status: 'completed', width: 128, height: 128, mime_type: 'image/png' });
});

it('offers no tool whose nodes the engine has not, and offers it when an engine has them', async () => {
  const other = createCoreBench();
  const bare = createDemoEngine({
    dataRoot: path.join(other.home, 'bare'),
    nodes: createDemoNodes().filter(({ info }) => info.name !== 'SaveWEBM'),
    clock: systemClock,
    logger: silentLogger,
  });
  try {
    const { url } = await bare.start();
    const lean = await other.open([]);
    const use = (comfyui_url: string) =>
      lean.handlers.update_settings({ values: { comfyui_url } }, context({ door: 'ipc' }));
    const client = await connectModern(lean.endpoint().url ?? '');
    const names = async () => (await client.list()).map(({ name }) => name);
    try {
      expect(await names()).toContain('generate_video');
      await use(url);
      await vi.waitFor(async () => expect(await names()).not.toContain('generate_video'), { timeout: 20_000 });
      expect(await names()).toContain('generate_image');
      const { workflows } = await lean.handlers.list_workflows({ query: 'generate_video' }, context());
      expect(workflows[0]?.missing_nodes).toEqual(['SaveWEBM']);
      await use((await other.server()).url);
      await vi.waitFor(async () => expect(await names()).toContain('generate_video'), { timeout: 20_000 });
    } finally {
      await client.close();
    }
  } finally {
    await other.dispose();
    await bare.stop();
  }
});
