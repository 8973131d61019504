/** Graphs that need no weights, made for what the server has. Each is new to the server's cache: its colour or seed is drawn. */
import { randomInt } from 'node:crypto';
import type { Graph } from '../comfy/graph.js';

/** Files of the checks go into this folder of the server's output. */
export const folder = 'compatibility-check';

type Has = (...classTypes: string[]) => boolean;

function emptyImage(size: number, batch = 1): Graph[string] {
  return {
    class_type: 'EmptyImage',
    inputs: { width: size, height: size, batch_size: batch, color: randomInt(0xffffff) },
  };
}

/** Node 1 makes a picture, node 2 changes it, node 3 saves it. `seed` only counts where there is ImageAddNoise (2025). */
export function pictureGraph(
  has: Has,
  { seed = randomInt(2 ** 40), size = 32 }: { seed?: number | bigint; size?: number } = {},
): Graph {
  const change = has('ImageAddNoise')
    ? { class_type: 'ImageAddNoise', inputs: { image: ['1', 0], seed, strength: 0.5 } }
    : { class_type: 'ImageInvert', inputs: { image: ['1', 0] } };
  return {
    '1': emptyImage(size),
    '2': change,
    '3': {
      class_type: 'SaveImage',
      inputs: { images: ['2', 0], filename_prefix: `${folder}/picture` },
      _meta: { title: 'Save the picture' },
    },
  };
}

/** A picture of the input folder, inverted. */
export function invertGraph(): Graph {
  return {
    '1': { class_type: 'LoadImage', inputs: { image: '' } },
    '2': { class_type: 'ImageInvert', inputs: { image: ['1', 0] } },
    '3': { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: `${folder}/inverted` } },
  };
}

export function animationGraph(): Graph {
  return {
    '1': emptyImage(32, 4),
    '2': {
      class_type: 'SaveAnimatedWEBP',
      inputs: {
        images: ['1', 0],
        filename_prefix: `${folder}/animation`,
        fps: 6,
        lossless: true,
        quality: 80,
        method: 'default',
      },
    },
  };
}

export function soundGraph(): Graph {
  return {
    '1': {
      class_type: 'EmptyAudio',
      inputs: { duration: 0.5 + randomInt(1000) / 10_000, sample_rate: 44100, channels: 2 },
    },
    '2': { class_type: 'SaveAudio', inputs: { audio: ['1', 0], filename_prefix: `${folder}/sound` } },
  };
}

export function videoGraph(): Graph {
  return {
    '1': emptyImage(64, 8),
    '2': { class_type: 'CreateVideo', inputs: { images: ['1', 0], fps: 8 } },
    '3': {
      class_type: 'SaveVideo',
      inputs: {
        video: ['2', 0],
        filename_prefix: `${folder}/video`,
        format: 'mp4',
        'format.codec': 'h264',
        codec: 'h264',
      },
    },
  };
}

export function textGraph(): Graph {
  return {
    '1': {
      class_type: 'StringConcatenate',
      inputs: { string_a: 'seed', string_b: String(randomInt(2 ** 40)), delimiter: ' ' },
    },
    '2': { class_type: 'PreviewAny', inputs: { source: ['1', 0] } },
  };
}

/** Validates, and fails when it runs: an audio of no length, or a file outside the output folder. */
export function failingGraph(has: Has): Graph {
  if (has('EmptyAudio', 'TrimAudioDuration', 'SaveAudio')) {
    return {
      '1': { class_type: 'EmptyAudio', inputs: { duration: 1, sample_rate: 44100, channels: 2 } },
      '2': { class_type: 'TrimAudioDuration', inputs: { audio: ['1', 0], start_index: 0, duration: 0 } },
      '3': { class_type: 'SaveAudio', inputs: { audio: ['2', 0], filename_prefix: `${folder}/never` } },
    };
  }
  return {
    '1': emptyImage(32),
    '2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: '../escape' } },
  };
}

/** Runs for seconds: `steps` nodes, each of which scales a large picture. An interrupt works between them. */
export function longGraph(steps = 40): Graph {
  const graph: Graph = { '1': emptyImage(512) };
  for (let step = 2; step <= steps + 1; step += 1) {
    const size = step % 2 === 0 ? 1536 + step : 512 + step;
    graph[String(step)] = {
      class_type: 'ImageScale',
      inputs: { image: [String(step - 1), 0], upscale_method: 'bicubic', width: size, height: size, crop: 'disabled' },
    };
  }
  graph.end = {
    class_type: 'PreviewImage',
    inputs: { images: [String(steps + 1), 0] },
  };
  return graph;
}

export function loadGraph(name: string): Graph {
  return {
    '1': { class_type: 'LoadImage', inputs: { image: name } },
    '2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: `${folder}/loaded` } },
  };
}

/** Text to image, 64 by 64, 2 steps. */
export function textToImageGraph(checkpoint: string): Graph {
  return {
    '3': {
      class_type: 'KSampler',
      inputs: {
        model: ['4', 0],
        seed: randomInt(2 ** 40),
        steps: 2,
        cfg: 8,
        sampler_name: 'euler',
        scheduler: 'normal',
        positive: ['6', 0],
        negative: ['7', 0],
        latent_image: ['5', 0],
        denoise: 1,
      },
    },
    '4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: checkpoint } },
    '5': { class_type: 'EmptyLatentImage', inputs: { width: 64, height: 64, batch_size: 1 } },
    '6': { class_type: 'CLIPTextEncode', inputs: { clip: ['4', 1], text: 'a lighthouse' } },
    '7': { class_type: 'CLIPTextEncode', inputs: { clip: ['4', 1], text: '' } },
    '8': { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['4', 2] } },
    '9': { class_type: 'SaveImage', inputs: { images: ['8', 0], filename_prefix: `${folder}/txt2img` } },
  };
}
