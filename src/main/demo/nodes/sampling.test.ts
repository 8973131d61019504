import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestBench, generate, samplerInputs, type TestBench } from './test-context.js';
import { Picture } from './values.js';

let bench: TestBench;
beforeEach(async () => {
  bench = await createTestBench();
});
afterEach(() => bench.dispose());

function picture(value: unknown): Picture {
  if (!(value instanceof Picture)) throw new Error('not a picture');
  return value;
}

function distance(one: Uint8Array | undefined, other: Uint8Array | undefined): number {
  if (!one || !other || one.length !== other.length) throw new Error('not alike in size');
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += Math.abs((one[i] ?? 0) - (other[i] ?? 0));
  return sum / one.length;
}

describe('KSampler', () => {
  it('honours size and batch, and gives the same bytes for the same seed', async () => {
    const request = { positive: 'a vase', width: 96, height: 64, batch: 2, seed: 9 };
    const one = picture(await generate(bench, request));
    const two = picture(await generate(bench, request));
    expect([one.width, one.height, one.frames.length]).toEqual([96, 64, 2]);
    expect(one.frames).toEqual(two.frames);
    expect(one.frames[0]).not.toEqual(one.frames[1]);
    const other = picture(await generate(bench, { ...request, seed: 18446744073709551615n }));
    expect(other.frames[0]).not.toEqual(one.frames[0]);
  });

  it('shows one preview a step, JPEG with a longer side of 512, closer and closer to the picture', async () => {
    const final = picture(await generate(bench, { positive: 'mountains', width: 128, height: 64, steps: 5 }));
    expect(bench.steps.map(({ value, max }) => [value, max])).toEqual([1, 2, 3, 4, 5].map((step) => [step, 5]));
    const seen: number[] = [];
    for (const { preview } of bench.steps) {
      const facts = await sharp(preview).metadata();
      expect([facts.format, facts.width, facts.height]).toEqual(['jpeg', 512, 256]);
      seen.push(distance(await sharp(preview).resize(128, 64).raw().toBuffer(), final.frames[0]));
    }
    expect(seen[4]).toBeLessThan(seen[0] ?? 0);
    expect(seen[4]).toBeLessThan(12);
  });

  it('stops between steps when asked to', async () => {
    bench.interrupt();
    await expect(generate(bench, { positive: 'x', steps: 4 })).rejects.toThrow('interrupted');
    expect(bench.steps).toHaveLength(1);
  });

  it('leaves a picture that is only encoded and decoded as it was', async () => {
    const plain = await bench.first('EmptyImage', { width: 64, height: 64, batch_size: 1, color: 0x808080 });
    const vae = (await samplerInputs(bench, { positive: '' })).vae;
    const latent = await bench.first('VAEEncode', { pixels: plain, vae });
    const back = picture(await bench.first('VAEDecode', { samples: latent, vae }));
    expect(new Set(back.frames[0])).toEqual(new Set([128]));
  });

  it('has one cell of a latent for eight pixels: what is over is lost', async () => {
    const { width, height } = picture(await generate(bench, { positive: 'x', width: 139, height: 64 }));
    expect([width, height]).toEqual([136, 64]);
  });

  it('keeps more of the input picture the lower denoise is', async () => {
    const { vae } = await samplerInputs(bench, { positive: '' });
    const start = picture(await generate(bench, { positive: 'still life, vase', seed: 3 }));
    const latent = await bench.first('VAEEncode', { pixels: start, vae });
    const apart = async (denoise: number) =>
      distance(
        picture(await generate(bench, { positive: 'blue sea', latent, denoise, seed: 4 })).frames[0],
        start.frames[0],
      );
    const [none, little, most] = [await apart(0), await apart(0.3), await apart(0.9)];
    expect(none).toBe(0);
    expect(little).toBeGreaterThan(0);
    expect(most).toBeGreaterThan(little);
  });

  it('draws eight pictures of 1024 × 1024 in reasonable memory', async () => {
    const before = process.memoryUsage().rss;
    const { frames } = picture(
      await generate(bench, { positive: 'sea', width: 1024, height: 1024, batch: 8, steps: 1 }),
    );
    expect(frames).toHaveLength(8);
    expect(frames.every((frame) => frame.length === 1024 * 1024 * 3)).toBe(true);
    // 24 MB of result; the rest is the renderer's room.
    expect(process.memoryUsage().rss - before).toBeLessThan(700 * 1024 * 1024);
  });

  it('refuses literals in place of links', async () => {
    const failing = bench.run('KSampler', { model: 'x', seed: 1, steps: 1, cfg: 1 });
    await expect(failing).rejects.toMatchObject({ exceptionType: 'AttributeError' });
    await expect(bench.run('CLIPTextEncode', { text: 'x', clip: null })).rejects.toMatchObject({
      exceptionType: 'RuntimeError',
      message: expect.stringContaining('clip input is invalid: None'),
    });
  });
});

describe('the other samplers', () => {
  it('KSamplerAdvanced runs its part of the schedule', async () => {
    const { model, positive, negative } = await samplerInputs(bench, { positive: 'city' });
    const latent = await bench.first('EmptyLatentImage', { width: 64, height: 64, batch_size: 1 });
    await bench.run('KSamplerAdvanced', {
      model,
      positive,
      negative,
      latent_image: latent,
      add_noise: 'enable',
      noise_seed: 1,
      steps: 10,
      cfg: 7,
      sampler_name: 'euler',
      scheduler: 'karras',
      start_at_step: 2,
      end_at_step: 6,
      return_with_leftover_noise: 'enable',
    });
    expect(bench.steps.map(({ value, max }) => `${value}/${max}`)).toEqual(['1/4', '2/4', '3/4', '4/4']);
  });

  it('a Flux graph of single parts makes a picture', async () => {
    const model = await bench.first('UNETLoader', { unet_name: 'flux1-dev-fp8.safetensors', weight_dtype: 'default' });
    const clip = await bench.first('DualCLIPLoader', {
      clip_name1: 'clip_l.safetensors',
      clip_name2: 't5xxl_fp16.safetensors',
      type: 'flux',
    });
    const vae = await bench.first('VAELoader', { vae_name: 'ae.safetensors' });
    const text = await bench.first('CLIPTextEncode', { text: 'a rose', clip });
    const conditioning = await bench.first('FluxGuidance', { conditioning: text, guidance: 3.5 });
    const samples = await bench.first('SamplerCustomAdvanced', {
      noise: await bench.first('RandomNoise', { noise_seed: 5 }),
      guider: await bench.first('BasicGuider', { model, conditioning }),
      sampler: await bench.first('KSamplerSelect', { sampler_name: 'euler' }),
      sigmas: await bench.first('BasicScheduler', { model, scheduler: 'simple', steps: 3, denoise: 1 }),
      latent_image: await bench.first('EmptySD3LatentImage', { width: 96, height: 96, batch_size: 1 }),
    });
    expect(bench.steps).toHaveLength(3);
    expect(picture(await bench.first('VAEDecode', { samples, vae })).frames).toHaveLength(1);
  });

  it('a video is frames of one scene that moves', async () => {
    const { model, positive, negative, vae } = await samplerInputs(bench, {
      positive: 'sea at sunset',
      checkpoint: 'ltx-video-2b-v0.9.5.safetensors',
    });
    const latent = await bench.first('EmptyLTXVLatentVideo', { width: 96, height: 64, length: 9, batch_size: 1 });
    const samples = await bench.first('KSampler', {
      model,
      positive,
      negative,
      latent_image: latent,
      seed: 1,
      steps: 3,
      cfg: 3,
      sampler_name: 'euler',
      scheduler: 'normal',
      denoise: 1,
    });
    const images = picture(await bench.first('VAEDecode', { samples, vae }));
    expect([images.width, images.height, images.frames.length]).toEqual([96, 64, 9]);
    const near = distance(images.frames[0], images.frames[1]);
    expect(near).toBeGreaterThan(0);
    expect(distance(images.frames[0], images.frames[8])).toBeGreaterThan(near);
    const { ui } = await bench.run('SaveAnimatedWEBP', {
      images,
      fps: 8,
      lossless: false,
      quality: 80,
      method: 'default',
    });
    expect(ui?.animated).toEqual([true]);
  });
});

it('a model that is not in its folder is missed when a link brings it', async () => {
  await expect(bench.run('CheckpointLoaderSimple', { ckpt_name: 'none.ckpt' })).rejects.toMatchObject({
    exceptionType: 'FileNotFoundError',
  });
});
