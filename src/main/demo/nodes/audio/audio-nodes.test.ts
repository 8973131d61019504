import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEMO_NOTE } from '../metadata.js';
import { createTestBench, type TestBench } from '../test-context.js';
import { Sound } from '../values.js';
import { readFlac } from './flac-reader.js';
import { createPlan } from './plan.js';

let bench: TestBench;
beforeEach(async () => {
  bench = await createTestBench({ prompt: { '1': { class_type: 'X' } }, extraPnginfo: { workflow: { a: 1 } } });
});
afterEach(() => bench.dispose());

function sound(value: unknown): Sound {
  if (!(value instanceof Sound)) throw new Error('not a sound');
  return value;
}

const silence = (duration = 0.5) => bench.first('EmptyAudio', { duration, sample_rate: 44100, channels: 2 });

async function tune(tags: string, { seed = 1, seconds = 4, lyrics = '', batch = 1 } = {}): Promise<Sound> {
  const [model, clip, vae] = (await bench.run('CheckpointLoaderSimple', { ckpt_name: 'ace_step_v1_3.5b.safetensors' }))
    .outputs;
  const positive = await bench.first('TextEncodeAceStepAudio', { clip, tags, lyrics, lyrics_strength: 1 });
  const samples = await bench.first('KSampler', {
    model: await bench.first('ModelSamplingSD3', { model, shift: 5 }),
    positive,
    negative: await bench.first('ConditioningZeroOut', { conditioning: positive }),
    latent_image: await bench.first('EmptyAceStepLatentAudio', { seconds, batch_size: batch }),
    seed,
    steps: 3,
    cfg: 5,
    sampler_name: 'euler',
    scheduler: 'simple',
    denoise: 1,
  });
  return sound(await bench.first('VAEDecodeAudio', { samples, vae }));
}

describe('EmptyAudio and TrimAudioDuration', () => {
  it('make and cut', async () => {
    const audio = sound(await silence(1));
    expect([audio.sampleRate, audio.batch[0]?.length, audio.batch[0]?.[0]?.length]).toEqual([44100, 2, 44100]);
    const cut = async (start: number, duration: number) =>
      sound(await bench.first('TrimAudioDuration', { audio, start_index: start, duration })).batch[0]?.[0]?.length;
    expect(await cut(0.25, 0.5)).toBe(22050);
    expect(await cut(-0.25, 60)).toBe(11025);
  });

  it('cutting nothing is a ValueError', async () => {
    const failing = bench.run('TrimAudioDuration', { audio: await silence(), start_index: 0, duration: 0 });
    await expect(failing).rejects.toMatchObject({
      exceptionType: 'ValueError',
      message: 'AudioTrim: Start time must be less than end time and be within the audio length.',
    });
  });
});

describe('saving', () => {
  it('SaveAudio writes FLAC with the graph', async () => {
    const { ui } = await bench.run('SaveAudio', { audio: await silence(), filename_prefix: 'audio/c' });
    expect(ui).toEqual({ audio: [{ filename: 'c_00001_.flac', subfolder: 'audio', type: 'output' }] });
    const file = readFlac(await readFile(join(bench.folders.output, 'audio', 'c_00001_.flac')));
    expect(file.channels[0]).toHaveLength(22050);
    expect(file.comments).toEqual({ prompt: '{"1": {"class_type": "X"}}', workflow: '{"a": 1}', demo: DEMO_NOTE });
  });

  it('SaveAudioMP3 and PreviewAudio name their files as the real ones', async () => {
    const audio = await silence();
    await bench.run('SaveAudio', { audio, filename_prefix: 'audio/c' });
    const mp3 = await bench.run('SaveAudioMP3', { audio, filename_prefix: 'audio/c', quality: '128k' });
    expect(mp3.ui).toEqual({ audio: [{ filename: 'c_00002_.mp3', subfolder: 'audio', type: 'output' }] });
    const file = await readFile(join(bench.folders.output, 'audio', 'c_00002_.mp3'));
    expect(file.toString('latin1')).toContain(DEMO_NOTE);
    const preview = await bench.run('PreviewAudio', { audio });
    expect(preview.ui?.audio?.[0]).toMatchObject({
      filename: expect.stringMatching(/^ComfyUI_temp_[a-z]{5}_00001_\.flac$/),
      subfolder: '',
      type: 'temp',
    });
  });

  it('LoadAudio reads back what was saved', async () => {
    const audio = await tune('piano', { seconds: 2 });
    await bench.run('SaveAudio', { audio, filename_prefix: 'a' });
    await copyFile(join(bench.folders.output, 'a_00001_.flac'), join(bench.folders.input, 'a.flac'));
    const loaded = sound(await bench.first('LoadAudio', { audio: 'a.flac' }));
    expect(loaded.batch[0]?.[0]).toHaveLength(88200);
    const node = bench.node('LoadAudio');
    expect(await node.validate?.({ audio: 'b.flac' }, bench.folders)).toBe('Invalid audio file: b.flac');
    await expect(bench.run('LoadAudio', { audio: 'b.flac' })).rejects.toMatchObject({
      exceptionType: 'FileNotFoundError',
    });
  });

  it('stops when interrupted', async () => {
    const audio = await silence(30);
    bench.interrupt();
    await expect(bench.run('SaveAudio', { audio, filename_prefix: 'a' })).rejects.toThrow('interrupted');
  });

  it('refuses a literal', async () => {
    await expect(bench.run('SaveAudio', { audio: 'x', filename_prefix: 'a' })).rejects.toMatchObject({
      name: 'NodeError',
    });
  });
});

describe('music', () => {
  it('is stereo of the asked length, neither silent nor clipped, with the sting alone at first', async () => {
    const { sampleRate, batch } = await tune('house, energetic', { seconds: 6 });
    const [left = new Float32Array(0), right = new Float32Array(0)] = batch[0] ?? [];
    expect([sampleRate, left.length, right.length]).toEqual([44100, 264600, 264600]);
    const power = (from: number, to: number) =>
      Math.sqrt(
        left.subarray(from * 44100, to * 44100).reduce((sum, value) => sum + value * value, 0) / ((to - from) * 44100),
      );
    const peak = left.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(peak).toBeGreaterThan(0.3);
    expect(peak).toBeLessThan(0.9);
    expect(power(0.05, 0.5)).toBeGreaterThan(0.01);
    expect(power(2, 3)).toBeGreaterThan(0.05);
    expect(power(5.9, 6)).toBeLessThan(power(2, 3) / 4);
    expect(left).not.toEqual(right);
    expect(bench.steps.map(({ value, preview }) => [value, preview])).toEqual(
      [1, 2, 3].map((step) => [step, undefined]),
    );
  });

  it('depends on tags, lyrics and seed alone', async () => {
    const first = (piece: Sound) => piece.batch[0]?.[0];
    const one = first(await tune('jazz'));
    expect(first(await tune('jazz'))).toEqual(one);
    expect(first(await tune('jazz', { seed: 2 }))).not.toEqual(one);
    expect(first(await tune('folk'))).not.toEqual(one);
    expect(first(await tune('jazz', { lyrics: 'la la la' }))).not.toEqual(one);
    const both = await tune('jazz', { batch: 2 });
    expect(both.batch).toHaveLength(2);
    expect(both.batch[0]?.[0]).toEqual(one);
    expect(both.batch[1]?.[0]).not.toEqual(one);
  });

  it('reads tempo, key, instruments and drums from the tags', () => {
    const plan = createPlan('solo piano, D minor, 90 bpm', '', '1');
    expect(plan).toMatchObject({ bpm: 90, root: 62, lead: 'piano', drums: 'none' });
    expect(plan.scale[2]).toBe(3);
    expect(createPlan('techno', '', '1').drums).toBe('four');
    expect(createPlan('techno, no drums', '', '1').drums).toBe('none');
    expect(createPlan('folk', '[verse]\nHello my world\nAnother day', '1')).toMatchObject({
      lead: 'voice',
      phrases: [4, 4],
    });
  });
});
