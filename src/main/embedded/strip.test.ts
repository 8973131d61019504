import { readdirSync } from 'node:fs';
import { copyFile, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from 'mediabunny';
import { describe, expect, it } from 'vitest';
import { sharp } from '../sharp.js';
import { readEmbedded } from './read.js';
import { stripMetadata } from './strip.js';
import {
  app1,
  exifBlock,
  fileOf,
  fixtures,
  jpegWith,
  keyed,
  picture,
  pngChunk,
  pngWith,
  tempFolder,
  userComment,
  webpWith,
} from './testing.js';

const secret = 'Steps: 1, Seed: 2, Model: secret';
const turned = { tag: 0x0112, type: 3, data: Buffer.of(0, 6) };
const pixelsOf = (file: string) => sharp(file, { animated: true }).raw().toBuffer();

async function stripped(source: string): Promise<string> {
  const target = path.join(await tempFolder(), 'copy');
  await stripMetadata(source, target);
  return target;
}

/** Bytes and times of every packet of every stream. */
async function packetsOf(file: string): Promise<unknown[]> {
  const input = new Input({ formats: ALL_FORMATS, source: new FilePathSource(file) });
  const found: unknown[] = [];
  for (const track of await input.getTracks()) {
    for await (const { data, timestamp } of new EncodedPacketSink(track).packets())
      found.push([track.type, timestamp.toFixed(3), Buffer.from(data).toString('base64')]);
  }
  input.dispose();
  return found;
}

describe('a copy without metadata', () => {
  const names = readdirSync(fixtures).filter((name) => !name.endsWith('.md'));

  it.each(names)('of %s tells nothing of how it was made', async (name) => {
    const copy = await stripped(path.join(fixtures, name));
    expect(await readEmbedded(copy)).toEqual({ problems: [] });
    const bytes = await readFile(copy);
    for (const word of ['class_type', 'KSampler', 'SaveImage', 'workflow', 'WORKFLOW', 'nodes'])
      expect(bytes.includes(word), word).toBe(false);
  });

  it.each(names.filter((name) => /\.(png|webp)$/.test(name)))('of %s has the same pixels', async (name) => {
    const source = path.join(fixtures, name);
    const copy = await stripped(source);
    expect(await pixelsOf(copy)).toEqual(await pixelsOf(source));
    const { pages, delay, loop } = await sharp(copy).metadata();
    expect({ pages, delay, loop }).toEqual(
      await sharp(source)
        .metadata()
        .then((was) => ({ pages: was.pages, delay: was.delay, loop: was.loop })),
    );
  });

  it.each(names.filter((name) => !/\.(png|webp)$/.test(name)))('of %s has the same packets', async (name) => {
    const source = path.join(fixtures, name);
    const packets = await packetsOf(await stripped(source));
    expect(packets.length).toBeGreaterThan(0);
    expect(packets).toEqual(await packetsOf(source));
  });
});

describe('pictures', () => {
  it('keep how they are turned, and nothing else of their EXIF', async () => {
    const block = exifBlock([turned, userComment(secret)]);
    for (const bytes of [
      await jpegWith(app1(block)),
      await webpWith(['EXIF', block]),
      await pngWith([pngChunk('eXIf', block)]),
    ]) {
      const source = await fileOf(bytes);
      expect((await readEmbedded(source)).parameters).toMatchObject({ model: 'secret' });
      const copy = await stripped(source);
      expect(await readEmbedded(copy)).toEqual({ problems: [] });
      expect((await sharp(copy).metadata()).orientation).toBe(6);
      expect(await pixelsOf(copy)).toEqual(await pixelsOf(source));
    }
  });

  it('that stand upright have no EXIF at all', async () => {
    const block = exifBlock([userComment(secret)]);
    for (const bytes of [
      await jpegWith(app1(block), [0xed, Buffer.from('Photoshop 3.0\0')], [0xfe, Buffer.from(secret)]),
      await webpWith(['XMP ', Buffer.from(`<dc:description>${secret}</dc:description>`)], ['EXIF', block]),
      await pngWith(
        [pngChunk('tIME', Buffer.alloc(7))],
        [pngChunk('prVt', Buffer.from(secret)), pngChunk('eXIf', block)],
      ),
    ]) {
      const copy = await stripped(await fileOf(bytes));
      const { exif, xmp, iptc, format } = await sharp(copy).metadata();
      expect({ exif, xmp, iptc }, format).toEqual({ exif: undefined, xmp: undefined, iptc: undefined });
      const left = await readFile(copy);
      expect(left.includes('secret')).toBe(false);
      if (format === 'webp') {
        expect(left.readUInt32LE(4)).toBe(left.length - 8);
        expect((left[20] ?? 0) & 0x0c).toBe(0);
      }
    }
  });

  it('keep their colour profile', async () => {
    const pipeline = () => picture().withIccProfile('p3');
    for (const bytes of [
      await pipeline().jpeg({ progressive: true }).toBuffer(),
      await pipeline().webp().toBuffer(),
      await pipeline().png().toBuffer(),
    ]) {
      const source = await fileOf(bytes);
      const copy = await stripped(source);
      expect((await sharp(copy).metadata()).icc).toEqual((await sharp(source).metadata()).icc);
      expect(await pixelsOf(copy)).toEqual(await pixelsOf(source));
    }
  });

  it('lose what hangs behind them', async () => {
    const jpeg = await jpegWith();
    const second = await jpegWith(app1(exifBlock([userComment(secret)])));
    expect(await readFile(await stripped(await fileOf(Buffer.concat([jpeg, second]))))).toEqual(jpeg);
    const png = await pngWith([]);
    expect(await readFile(await stripped(await fileOf(Buffer.concat([png, Buffer.from(secret)]))))).toEqual(png);
  });

  it('of GIF lose comments and keep turning round and round', async () => {
    const frames = await Promise.all(
      [1, 2].map((at) =>
        picture()
          .modulate({ hue: at * 90 })
          .png()
          .toBuffer(),
      ),
    );
    const gif = await sharp(frames, { join: { animated: true } })
      .gif({ loop: 0, delay: [100, 200] })
      .toBuffer();
    const note = Buffer.concat([Buffer.of(0x21, 0xfe, 6), Buffer.from('secret'), Buffer.of(0)]);
    const copy = await stripped(await fileOf(Buffer.concat([gif.subarray(0, -1), note, gif.subarray(-1)])));
    expect((await readFile(copy)).includes('secret')).toBe(false);
    expect(await sharp(copy).metadata()).toMatchObject({ pages: 2, loop: 0, delay: [100, 200] });
  });
});

describe('where it ends', () => {
  it('damaged files and unknown kinds leave nothing behind', async () => {
    const folder = await tempFolder();
    const target = path.join(folder, 'copy');
    const png = await pngWith([pngChunk('tEXt', keyed('prompt', '{}'))]);
    await expect(stripMetadata(await fileOf(png.subarray(0, -20)), target)).rejects.toMatchObject({
      code: 'MEDIA_UNSUPPORTED',
    });
    const mp4 = await readFile(path.join(fixtures, 'comfyui.mp4'));
    await expect(stripMetadata(await fileOf(mp4.subarray(0, 100)), target)).rejects.toMatchObject({
      code: 'MEDIA_UNSUPPORTED',
    });
    await expect(stripMetadata(await fileOf(Buffer.from('hello')), target)).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
    });
    const avif = await fileOf(await picture().avif({ effort: 0 }).toBuffer());
    await expect(stripMetadata(avif, target)).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    const reason = new Error('enough');
    const aborted = { signal: AbortSignal.abort(reason) };
    await expect(stripMetadata(path.join(fixtures, 'comfyui.mp4'), target, aborted)).rejects.toBe(reason);
    expect(await readdir(folder)).toEqual([]);
  });

  it('a file can take the place of itself', async () => {
    for (const name of ['comfyui.png', 'comfyui.mp4']) {
      const file = path.join(await tempFolder(), name);
      await copyFile(path.join(fixtures, name), file);
      await stripMetadata(file, file);
      expect(await readEmbedded(file)).toEqual({ problems: [] });
      expect(await readdir(path.dirname(file))).toEqual([name]);
    }
  });

  it('a target that was there stays when it fails', async () => {
    const target = await fileOf(Buffer.from('precious'));
    const broken = await fileOf((await jpegWith()).subarray(0, 40));
    await expect(stripMetadata(broken, target)).rejects.toMatchObject({ code: 'MEDIA_UNSUPPORTED' });
    expect(await readFile(target, 'utf8')).toBe('precious');
  });
});
