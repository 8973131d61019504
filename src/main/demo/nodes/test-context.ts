/** What tests of nodes share: folders of their own and a context that remembers what a node told it. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DemoFolders, DemoNode, NodeContext, NodeResult } from '../node.js';
import { createDemoNodes } from './index.js';

export interface TestBench {
  folders: DemoFolders;
  context: NodeContext;
  /** Steps as they were reported, with the preview's bytes when there was one. */
  steps: { value: number; max: number; preview: Uint8Array | undefined }[];
  texts: string[];
  /** Makes the next check for an interrupt throw. */
  interrupt(): void;
  /** Runs a node of the engine by its class. */
  run(name: string, inputs: Record<string, unknown>): Promise<NodeResult>;
  node(name: string): DemoNode;
  /** Runs a node and returns its first output. */
  first(name: string, inputs: Record<string, unknown>): Promise<unknown>;
  dispose(): Promise<void>;
}

export async function createTestBench(
  options: { prompt?: Record<string, unknown>; extraPnginfo?: Record<string, unknown>; previews?: boolean } = {},
): Promise<TestBench> {
  const root = await mkdtemp(join(tmpdir(), 'demo-nodes-'));
  const folders = { input: join(root, 'input'), output: join(root, 'output'), temp: join(root, 'temp') };
  for (const folder of Object.values(folders)) await mkdir(folder);
  const steps: TestBench['steps'] = [];
  const texts: string[] = [];
  let interrupted = false;
  const checkInterrupt = () => {
    if (interrupted) throw new Error('interrupted');
  };
  const context: NodeContext = {
    nodeId: '1',
    folders,
    prompt: options.prompt ?? {},
    extraPnginfo: options.extraPnginfo,
    checkInterrupt,
    async step(value, max, preview) {
      const wanted = options.previews === false ? undefined : preview;
      steps.push({ value, max, preview: typeof wanted === 'function' ? await wanted() : wanted });
      checkInterrupt();
    },
    text: (text) => void texts.push(text),
  };
  const nodes = new Map(createDemoNodes().map((node) => [node.info.name, node]));
  const node = (name: string): DemoNode => {
    const found = nodes.get(name);
    if (!found) throw new Error(`no node ${name}`);
    return found;
  };
  const run = async (name: string, inputs: Record<string, unknown>) => node(name).run(inputs, context);
  return {
    folders,
    context,
    steps,
    texts,
    interrupt: () => {
      interrupted = true;
    },
    node,
    run,
    first: async (name, inputs) => (await run(name, inputs)).outputs[0],
    dispose: () => rm(root, { recursive: true, force: true }),
  };
}

/** The outputs of a checkpoint loader and an encoded prompt, as a sampler wants them. */
export async function samplerInputs(
  bench: TestBench,
  {
    positive,
    negative = '',
    checkpoint = 'v1-5-pruned-emaonly.ckpt',
  }: { positive: string; negative?: string; checkpoint?: string },
): Promise<{ model: unknown; positive: unknown; negative: unknown; vae: unknown; clip: unknown }> {
  const [model, clip, vae] = (await bench.run('CheckpointLoaderSimple', { ckpt_name: checkpoint })).outputs;
  return {
    model,
    clip,
    vae,
    positive: await bench.first('CLIPTextEncode', { text: positive, clip }),
    negative: await bench.first('CLIPTextEncode', { text: negative, clip }),
  };
}

/** Samples and decodes a picture in one go. */
export async function generate(
  bench: TestBench,
  request: {
    positive: string;
    negative?: string;
    checkpoint?: string;
    seed?: number | bigint;
    steps?: number;
    cfg?: number;
    width?: number;
    height?: number;
    batch?: number;
    latent?: unknown;
    denoise?: number;
  },
): Promise<unknown> {
  const { vae, model, positive, negative } = await samplerInputs(bench, request);
  const latent =
    request.latent ??
    (await bench.first('EmptyLatentImage', {
      width: request.width ?? 128,
      height: request.height ?? 128,
      batch_size: request.batch ?? 1,
    }));
  const samples = await bench.first('KSampler', {
    model,
    positive,
    negative,
    latent_image: latent,
    seed: request.seed ?? 1,
    steps: request.steps ?? 2,
    cfg: request.cfg ?? 7,
    sampler_name: 'euler',
    scheduler: 'normal',
    denoise: request.denoise ?? 1,
  });
  return bench.first('VAEDecode', { samples, vae });
}
