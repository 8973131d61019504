/** The stand-in for sampling: a picture that comes out of noise step by step, seen through previews. */
import type { NodeContext } from '../node.js';
import { type Conditioning, type DrawFrame, Latent, type Model } from './model-values.js';
import { type Brief, createBrief } from './picture/brief.js';
import { paint } from './picture/paint.js';
import { createPreviews } from './picture/preview.js';
import { restyle } from './picture/restyle.js';
import { sourceFrame } from './pixels.js';

export interface SampleOptions {
  model: Model;
  positive: Conditioning;
  negative: Conditioning;
  latent: Latent;
  seed: string;
  cfg: number;
  sampler: string;
  scheduler: string;
  /** Steps of the whole schedule. */
  steps: number;
  /** The part of the schedule that is run; default all of it. */
  from?: number;
  to?: number;
  /** 0…1: how much of the input picture is replaced. */
  denoise: number;
}

/** Runs the steps with progress and previews, and returns the latent that VAEDecode will draw. */
export async function sample(options: SampleOptions, context: NodeContext): Promise<Latent> {
  const { model, positive, negative, latent, seed, steps } = options;
  const first = Math.min(options.from ?? 0, steps);
  const last = Math.max(first, Math.min(options.to ?? steps, steps));
  const count = last - first;
  const denoise = Math.min(options.denoise, 1 - first / steps);
  const { kind } = latent;
  if (kind.media === 'audio') {
    for (let step = 1; step <= count; step++) await context.step(step, count);
    const lyrics = positive.extra.lyrics ?? '';
    return new Latent(kind, { tune: { tags: positive.text, lyrics, seed } });
  }
  if (count === 0 || denoise <= 0) return latent;
  const briefs = Array.from({ length: kind.batch }, (_, index): Brief => {
    return createBrief({
      positive: positive.text,
      negative: negative.text,
      // Each picture of a batch has noise of its own.
      seed: index === 0 ? seed : `${seed}+${index}`,
      steps,
      cfg: positive.extra.guidance ?? options.cfg,
      sampler: options.sampler,
      scheduler: options.scheduler,
      model: model.name,
      loras: model.loras,
    });
  });
  const draw = frameDrawer(latent, briefs, denoise);
  const previews = createPreviews({ draw, width: kind.width, height: kind.height, seed });
  const frames = latent.frameCount / kind.batch;
  for (let step = 1; step <= count; step++) {
    const progress = (first + step) / steps;
    // A video's preview walks through its frames.
    const frame = Math.floor(((step - 1) / Math.max(1, count)) * frames);
    await context.step(step, count, () => previews.at(progress, frame));
  }
  return new Latent(kind, { draw });
}

/** Draws the frames of a sampled latent, over the picture it started from when there is one and denoise is below 1. */
function frameDrawer(latent: Latent, briefs: readonly Brief[], denoise: number): DrawFrame {
  const { kind, content } = latent;
  const frames = kind.media === 'video' ? kind.length : 1;
  const { source, draw: before } = content;
  const base: DrawFrame | undefined =
    before ?? (source ? (index, width, height) => sourceFrame(source, index, width, height) : undefined);
  return async (index, width, height) => {
    const brief = briefs[Math.floor(index / frames)] ?? briefs[0];
    if (!brief) throw new Error('a batch has at least one picture');
    const time = frames > 1 ? (index % frames) / (frames - 1) : 0;
    const options = { width, height, time, texture: frames === 1 };
    if (!base || denoise >= 1) return paint(brief, options);
    return restyle(await base(index, width, height), await paint(brief, options), brief, { width, height, denoise });
  };
}
