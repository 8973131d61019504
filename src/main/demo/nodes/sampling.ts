/** The stand-in for sampling: a picture that comes out of noise step by step, seen through previews. */
import type { NodeContext } from '../node.js';
import { maskFrame, throughMask } from './inpaint.js';
import { type Conditioning, type DrawFrame, Latent, type Model } from './model-values.js';
import { type Brief, createBrief } from './picture/brief.js';
import { paint } from './picture/paint.js';
import { createPreviews } from './picture/preview.js';
import { restyle } from './picture/restyle.js';
import { extractRegion, sourceFrame } from './pixels.js';
import type { Picture } from './values.js';

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

/**
 * Draws the frames of a sampled latent: over the picture it started from when there is one and denoise is below 1, only
 * inside the mask when there is one, and away from the first frame when the film has one.
 */
function frameDrawer(latent: Latent, briefs: readonly Brief[], denoise: number): DrawFrame {
  const { kind, content } = latent;
  const frames = kind.media === 'video' ? kind.length : 1;
  const { source, mask, start, draw: before } = content;
  const base: DrawFrame | undefined =
    before ?? (source ? (index, width, height) => sourceFrame(source, index, width, height) : undefined);
  return async (index, width, height) => {
    const brief = briefs[Math.floor(index / frames)] ?? briefs[0];
    if (!brief) throw new Error('a batch has at least one picture');
    const time = frames > 1 ? (index % frames) / (frames - 1) : 0;
    const size = { width, height };
    if (start) return time === 0 ? sourceFrame(start, 0, width, height) : drift(start, brief, { ...size, time });
    const options = { ...size, time, texture: frames === 1 };
    if (!base) return paint(brief, options);
    const drawn = await paint(brief, options);
    if (denoise >= 1 && !mask) return drawn;
    const under = await base(index, width, height);
    const changed = denoise >= 1 ? drawn : await restyle(under, drawn, brief, { ...size, denoise });
    return mask ? throughMask(under, changed, await maskFrame(mask, width, height)) : changed;
  };
}

/** A film that begins with a picture: the view draws nearer while the prompt's light comes up. */
async function drift(
  start: Picture,
  brief: Brief,
  { width, height, time }: { width: number; height: number; time: number },
): Promise<Uint8Array> {
  const near = 1 - 0.14 * time;
  const [wide, high] = [Math.max(1, Math.round(start.width * near)), Math.max(1, Math.round(start.height * near))];
  const [left, top] = [(start.width - wide) >> 1, (start.height - high) >> 1];
  const view = await sourceFrame(await extractRegion(start, left, top, wide, high), 0, width, height);
  // Up to 0.35 only tones change, so nothing of what is drawn is asked for.
  return restyle(view, view, brief, { width, height, denoise: 0.35 * time });
}
