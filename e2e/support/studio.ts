/** A library as a person has one after some days of work: pictures, a batch, a film, a song, stars, albums, a family. */

import fs from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { createBrief } from '../../src/main/demo/nodes/picture/brief.js';
import { paint } from '../../src/main/demo/nodes/picture/paint.js';
import { wave } from '../../src/main/media/testing-files.js';
import type { Parameters } from '../../src/shared/asset.js';
import type { Graph } from '../../src/shared/workflow.js';
import { root } from './launch.js';
import { type MadeJob, makeLibrary } from './library.js';

const prompts = [
  'Terraced courtyard at noon, terracotta walls, pale blue water, one stone sphere, long clean shadow',
  'Glazed teal jar, two oranges, linen backdrop',
  'Night city with lit windows, seen from the harbour',
  'Woman in a yellow hat, teal backdrop',
  'Mountain ridges in haze at dawn',
  'Violet dahlia on black, from above',
  'White vases, still life in afternoon light',
  'Sea at sunset, low sun',
  'Pine forest in mist',
  'A ringed planet over ice',
  'Blue marble with gold veins, abstract',
  'A cat on a windowsill at dusk',
];
const models = ['flux1-dev-fp8.safetensors', 'sd_xl_base_1.0.safetensors', 'v1-5-pruned-emaonly.safetensors'];
const agents = ['Claude Desktop', 'Cursor', null];

export const courtyardGraph: Graph = {
  '3': {
    class_type: 'KSampler',
    inputs: {
      seed: 2871440193,
      steps: 28,
      cfg: 3.5,
      sampler_name: 'euler',
      scheduler: 'normal',
      denoise: 1,
      model: ['10', 0],
      positive: ['6', 0],
      negative: ['7', 0],
      latent_image: ['5', 0],
    },
  },
  '4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'flux1-dev-fp8.safetensors' } },
  '5': { class_type: 'EmptyLatentImage', inputs: { width: 1216, height: 832, batch_size: 1 } },
  '6': { class_type: 'CLIPTextEncode', inputs: { text: prompts[0] ?? '', clip: ['10', 1] } },
  '7': { class_type: 'CLIPTextEncode', inputs: { text: 'text, watermark, people', clip: ['10', 1] } },
  '8': { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['4', 2] } },
  '9': { class_type: 'SaveImage', inputs: { images: ['8', 0], filename_prefix: 'courtyard' } },
  '10': {
    class_type: 'LoraLoader',
    inputs: {
      lora_name: 'plaster_light.safetensors',
      strength_model: 0.8,
      strength_clip: 0.8,
      model: ['4', 0],
      clip: ['4', 1],
    },
  },
};

function settingsOf(at: number, prompt: string): Parameters {
  return {
    prompt,
    negative_prompt: 'text, watermark, people',
    steps: 28,
    cfg: 3.5,
    width: 1216,
    height: 832,
    seed: 2871440193 + at,
    sampler_name: 'euler',
    scheduler: 'normal',
    model: models[at % models.length] ?? '',
    ...(at % 3 === 0 ? { lora: 'plaster_light.safetensors', lora_strength: 0.8 } : {}),
  };
}

/** A picture as the demo engine draws it for that prompt, as PNG. */
export async function drawn(prompt: string, seed = 1, width = 608, height = 416): Promise<Buffer> {
  const brief = createBrief({
    positive: prompt,
    negative: '',
    seed: String(seed),
    steps: 28,
    cfg: 3.5,
    sampler: 'euler',
    scheduler: 'normal',
    model: 'flux1-dev-fp8.safetensors',
    loras: [],
  });
  const raw = await paint(brief, { width, height });
  return sharp(raw, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

const hour = 3_600_000;

/** Fills a data directory: 12 pictures over two days, a batch of 4, a film and a song; the newest of them an hour old. */
export async function makeStudio(dataDir: string): Promise<void> {
  const [pictures, batch] = await Promise.all([
    Promise.all(prompts.map((prompt, at) => drawn(prompt, at + 1))),
    Promise.all([21, 22, 23, 24].map((seed) => drawn('Arcade at noon, wide steps, stone sphere', seed))),
  ]);
  const film = fs.readFileSync(path.join(root, 'e2e', 'support', 'films', 'vp9.webm'));
  const song = wave(64, 8000, (at) => Math.sin(at * 700) * (0.3 + 0.7 * Math.abs(Math.sin(at / 9))));
  const now = Date.now();
  makeLibrary(dataDir, function* (made): Generator<MadeJob> {
    for (const [at, bytes] of pictures.entries()) {
      // The later half of the list is yesterday's.
      const back = at < 6 ? hour + at * 60_000 : 26 * hour + at * 60_000;
      const agent = agents[at % agents.length] ?? null;
      yield {
        prompt_id: `studio-${at}`,
        finished_ms: now - back,
        files: { [`studio_${String(217 - at).padStart(5, '0')}_.png`]: bytes },
        parameters: settingsOf(at, prompts[at] ?? ''),
        graph: courtyardGraph,
        client_name: agent,
        session_id: agent === null ? null : `session-${at}`,
      };
    }
    const parent = made('studio-0')[0] ?? null;
    yield {
      prompt_id: 'studio-batch',
      finished_ms: now - hour + 60_000,
      files: Object.fromEntries(batch.map((bytes, at) => [`arcade_0000${at + 1}_.png`, bytes])),
      parameters: settingsOf(0, 'Arcade at noon, wide steps, stone sphere'),
      graph: courtyardGraph,
      client_name: 'Claude Desktop',
      session_id: 'session-0',
      parent_asset_id: parent,
    };
    yield {
      prompt_id: 'studio-film',
      finished_ms: now - hour + 120_000,
      files: { 'drift_00001_.webm': film },
      parameters: { prompt: 'Camera drifts along a harbour wall, dawn haze', seed: 7 },
      client_name: 'Cursor',
      session_id: 'session-1',
    };
    yield {
      prompt_id: 'studio-song',
      finished_ms: now - hour + 180_000,
      files: { 'rain_on_tin_00001_.wav': song },
      parameters: { tags: 'slow upright piano, rain on a tin roof', lyrics: 'rain on the roof', seconds: 64 },
    };
  });
}
