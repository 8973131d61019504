import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { barCount, peaksSchema } from '../../shared/peaks.js';
import { createLoudnessMeter } from './loudness.js';
import { inlineMediaReader, type MediaReader } from './reader.js';
import { readPeaks } from './sound.js';
import { assetOf, createStudio, type Studio } from './testing.js';
import { flac, mp3, wave, webm } from './testing-files.js';

/** Two seconds of a tone whose every second begins loud and ends at a quarter of it, in the formats ComfyUI writes. */
const tone = (ending: string) => join(import.meta.dirname, 'testing-sounds', `tone.${ending}`);

/** The middle of each half second. */
const middles = (bars: readonly number[]) =>
  [1, 3, 5, 7].map((eighth) => bars[Math.floor((eighth * barCount) / 8)] ?? 0);

describe('peaks of a sound', () => {
  it.each(['flac', 'mp3', 'opus', 'webm', 'ogg'])('are those of the decoded sound: %s', async (ending) => {
    const { bars, duration } = await readPeaks(tone(ending));
    expect(bars).toHaveLength(barCount);
    expect(Math.max(...bars)).toBe(1);
    const [loud = 0, quiet = 0, again = 0, last = 0] = middles(bars);
    for (const height of [loud, again]) expect(height).toBeGreaterThan(0.75);
    for (const height of [quiet, last]) expect(Math.abs(height - 0.24)).toBeLessThan(0.06);
    expect(Math.abs(duration - 2)).toBeLessThan(0.1);
  });

  it('are left to the window for AAC, and refused for what is no sound', async () => {
    await expect(readPeaks(tone('m4a'))).rejects.toMatchObject({ details: { fault: 'no_decoder' } });
    const dir = mkdtempSync(join(tmpdir(), 'sound-'));
    try {
      const broken = {
        'page.mp3': Buffer.from('<html>'),
        'film.webm': await webm(),
        'none.flac': flac(7),
        'one.mp3': mp3(0),
      };
      for (const [name, bytes] of Object.entries(broken)) {
        writeFileSync(join(dir, name), bytes);
        await expect(readPeaks(join(dir, name)), name).rejects.toMatchObject({
          code: 'MEDIA_UNSUPPORTED',
          details: { fault: 'damaged' },
        });
      }
      for (const ending of ['flac', 'mp3']) {
        const whole = readFileSync(tone(ending));
        writeFileSync(join(dir, 'cut'), whole.subarray(0, whole.length >> 1));
        // What is there is drawn.
        expect((await readPeaks(join(dir, 'cut'))).bars, ending).toHaveLength(barCount);
      }
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});

describe('the loudness meter', () => {
  it('gives the root mean square of each slice against the loudest, over all channels', () => {
    const meter = createLoudnessMeter();
    meter.add([new Float32Array(64).fill(0.5), new Float32Array(64).fill(-0.5)]);
    meter.add([new Float32Array(64).fill(1), new Float32Array(64).fill(1)]);
    expect(meter.bars(2)).toEqual([0.5, 1]);
    expect(meter.samples).toBe(128);
  });

  it('holds hours in the same few buckets', () => {
    const meter = createLoudnessMeter();
    const loud = [new Float32Array(44_100).fill(0.8)];
    const quiet = [new Float32Array(44_100).fill(0.2)];
    for (let second = 0; second < 600; second += 1) meter.add(second < 300 ? loud : quiet);
    const bars = meter.bars(4);
    expect(bars.map((bar) => Math.round(bar * 100) / 100)).toEqual([1, 1, 0.25, 0.25]);
    expect(meter.samples).toBe(600 * 44_100);
  });

  it('leaves silence silent and copes with less than a slice', () => {
    const silent = createLoudnessMeter();
    silent.add([new Float32Array(4096)]);
    expect(silent.bars(4)).toEqual([0, 0, 0, 0]);
    const short = createLoudnessMeter();
    short.add([new Float32Array([1])]);
    expect(short.bars(3)).toEqual([1, 1, 1]);
    expect(createLoudnessMeter().bars(2)).toEqual([0, 0]);
  });
});

describe('the waveform of an asset', () => {
  let studio: Studio;
  beforeEach(() => {
    studio = createStudio();
  });
  afterEach(() => studio.dispose());

  const sine = (time: number) => Math.sin(time * 700) * 0.7;

  it('is read once, kept on the disk, and goes with the asset', async () => {
    studio.files.set('a.wav', wave(1, 8000, sine));
    const media = studio.open();
    const asset = assetOf('a.wav');
    const [first, second] = await Promise.all([media.peaks(asset), media.peaks(asset)]);
    expect(second).toEqual(first);
    expect(first.mime_type).toBe('application/json');
    expect(peaksSchema.parse(JSON.parse(readFileSync(first.path, 'utf8')))).toMatchObject({ duration: 1 });
    studio.files.clear();
    expect(await studio.open().peaks(asset)).toEqual(first);
    expect(studio.fetched).toEqual(['a.wav']);
    await media.forget(asset);
    await expect(media.peaks(asset)).rejects.toMatchObject({ code: 'MEDIA_UNAVAILABLE' });
  });

  it('is remembered as unreadable, and comes from the reader that is given', async () => {
    studio.files.set('a.wav', Buffer.from('nothing to hear'));
    const asked: string[] = [];
    const reader: MediaReader = {
      ...inlineMediaReader,
      async peaks(path) {
        asked.push(path);
        return readPeaks(path);
      },
    };
    const media = studio.open({ reader });
    for (let time = 0; time < 2; time += 1) {
      await expect(media.peaks(assetOf('a.wav'))).rejects.toMatchObject({ code: 'MEDIA_UNSUPPORTED' });
    }
    expect(asked).toHaveLength(1);
    await expect(media.peaks(assetOf('a.png'))).rejects.toMatchObject({ code: 'MEDIA_UNSUPPORTED' });
  });
});

describe('the still of a film', () => {
  let studio: Studio;
  beforeEach(() => {
    studio = createStudio();
  });
  afterEach(() => studio.dispose());

  it('is drawn once for all sizes and for previews, by whoever can', async () => {
    studio.files.set('a.webm', await webm());
    const { sharp } = await import('../sharp.js');
    const still = await sharp({ create: { width: 640, height: 320, channels: 3, background: 'teal' } })
      .png()
      .toBuffer();
    const drawn: string[] = [];
    const posters = {
      async draw({ mime_type }: { mime_type: string }) {
        drawn.push(mime_type);
        return still;
      },
      async close() {},
    };
    const asset = assetOf('a.webm');
    await expect(studio.open().thumbnail(asset, 256)).rejects.toMatchObject({ code: 'MEDIA_UNSUPPORTED' });
    expect(studio.fetched).toEqual([]);
    const media = studio.open({ posters });
    const [small, large] = await Promise.all([media.thumbnail(asset, 256), media.thumbnail(asset, 768)]);
    expect(await sharp(small.path).metadata()).toMatchObject({ format: 'webp', width: 256, height: 128 });
    expect(await sharp(large.path).metadata()).toMatchObject({ width: 640, height: 320 });
    expect(await media.preview(asset, { maxDim: 512, maxB64Chars: 1e5 })).toMatchObject({ width: 512, height: 256 });
    expect(drawn).toEqual(['video/webm']);
    // The program without a window shows what the other one drew.
    expect(await studio.open().thumbnail(asset, 256)).toEqual(small);
  });

  it('is not trusted to be a picture, and not asked for again when there is none', async () => {
    studio.files.set('a.webm', await webm());
    let asked = 0;
    const posters = {
      async draw() {
        asked += 1;
        return Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>');
      },
      async close() {},
    };
    const media = studio.open({ posters });
    for (let time = 0; time < 2; time += 1) {
      await expect(media.thumbnail(assetOf('a.webm'), 256)).rejects.toMatchObject({ code: 'MEDIA_UNSUPPORTED' });
    }
    expect(asked).toBe(1);
  });
});

describe('peaks that somebody else has read', () => {
  let studio: Studio;
  beforeEach(() => {
    studio = createStudio();
    for (const ending of ['m4a', 'flac']) studio.files.set(`tone.${ending}`, readFileSync(tone(ending)));
    studio.files.set('broken.mp3', Buffer.alloc(5000, 7));
  });
  afterEach(() => studio.dispose());
  const told = { bars: Array.from({ length: barCount }, (_, bar) => (bar === 3 ? 1 : 0.5)), duration: 2 };
  const kept = async (path: string) => peaksSchema.parse(JSON.parse(readFileSync(path, 'utf8')));

  it('are kept of a sound without a decoder here, over a restart, until it is forgotten', async () => {
    const asset = assetOf('tone.m4a');
    const media = studio.open();
    await expect(media.peaks(asset)).rejects.toMatchObject({ details: { fault: 'no_decoder' } });
    await media.keepPeaks(asset, told);
    expect(await kept((await media.peaks(asset)).path)).toEqual(told);
    await media.keepPeaks(asset, { ...told, duration: 9 });
    const again = studio.open();
    expect(await kept((await again.peaks(asset)).path)).toEqual(told);
    await again.forget(asset);
    await expect(again.peaks(asset)).rejects.toMatchObject({ code: 'MEDIA_UNSUPPORTED' });
  });

  it('are not kept of what can be read here, is damaged, or is no sound', async () => {
    const media = studio.open();
    const flacAsset = assetOf('tone.flac');
    await media.keepPeaks(flacAsset, told);
    expect(await kept((await media.peaks(flacAsset)).path)).not.toEqual(told);
    for (const name of ['broken.mp3', 'picture.png', 'gone.m4a']) {
      await expect(media.keepPeaks(assetOf(name), told), name).rejects.toBeInstanceOf(Error);
      await expect(media.peaks(assetOf(name)), name).rejects.toBeInstanceOf(Error);
    }
  });
});
