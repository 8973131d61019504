import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { currentInfo } from './index.js';
import { createTestBench, type TestBench } from './test-context.js';
import { Mask, Picture } from './values.js';

let bench: TestBench;
beforeEach(async () => {
  bench = await createTestBench();
});
afterEach(() => bench.dispose());

const put = (name: string, bytes: Uint8Array | string) => writeFile(join(bench.folders.input, name), bytes);
const png = (alpha: number | undefined) =>
  sharp({
    create: {
      width: 20,
      height: 10,
      channels: alpha === undefined ? 3 : 4,
      background: { r: 10, g: 20, b: 30, alpha: alpha ?? 1 },
    },
  })
    .png()
    .toBuffer();

describe('LoadImage', () => {
  it('reads pixels, and an empty mask without alpha', async () => {
    await put('a.png', await png(undefined));
    const [image, mask] = (await bench.run('LoadImage', { image: 'a.png' })).outputs;
    if (!(image instanceof Picture) || !(mask instanceof Mask)) throw new Error('not a picture and a mask');
    expect([image.width, image.height, image.channels, ...(image.frames[0]?.subarray(0, 3) ?? [])]).toEqual([
      20, 10, 3, 10, 20, 30,
    ]);
    expect([mask.width, mask.height, mask.frames[0]?.[0]]).toEqual([64, 64, 0]);
  });

  it('makes the mask of what is transparent', async () => {
    await put('a.png', await png(0.2));
    const [image, mask] = (await bench.run('LoadImage', { image: 'a.png [input]' })).outputs;
    if (!(image instanceof Picture) || !(mask instanceof Mask)) throw new Error('not a picture and a mask');
    expect([image.channels, mask.width, mask.height, mask.frames[0]?.[0]]).toEqual([3, 20, 10, 204]);
    const own = await bench.first('LoadImageMask', { image: 'a.png', channel: 'alpha' });
    expect(own).toEqual(mask);
    const blue = await bench.first('LoadImageMask', { image: 'a.png', channel: 'blue' });
    expect(blue instanceof Mask && blue.frames[0]?.[0]).toBe(30);
  });

  it('turns a photo upright', async () => {
    const photo = await sharp({ create: { width: 20, height: 10, channels: 3, background: 'red' } })
      .withExif({ IFD0: { Orientation: '6' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    await put('p.jpg', photo);
    const image = await bench.first('LoadImage', { image: 'p.jpg' });
    expect(image instanceof Picture && [image.width, image.height]).toEqual([10, 20]);
  });

  it('refuses what is no picture, is cut short or claims to be enormous', async () => {
    await put('broken.png', 'not a picture');
    await put('drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg" width="5" height="5"/>');
    for (const image of ['broken.png', 'drawing.svg']) {
      await expect(bench.run('LoadImage', { image })).rejects.toMatchObject({
        exceptionType: 'PIL.UnidentifiedImageError',
        message: expect.stringMatching(/^cannot identify image file '.*'$/),
      });
    }
    const noise = await sharp(Buffer.from(Array.from({ length: 30000 }, (_, index) => (index * 7919) % 251)), {
      raw: { width: 100, height: 100, channels: 3 },
    })
      .png()
      .toBuffer();
    await put('short.png', noise.subarray(0, noise.length / 2));
    await expect(bench.run('LoadImage', { image: 'short.png' })).rejects.toMatchObject({ exceptionType: 'OSError' });
    const bomb = Buffer.from(await png(undefined));
    // The header claims 60,000 × 60,000 pixels; its checksum is left wrong on purpose.
    bomb.writeUInt32BE(60000, 16);
    bomb.writeUInt32BE(60000, 20);
    await put('bomb.png', bomb);
    await expect(bench.run('LoadImage', { image: 'bomb.png' })).rejects.toMatchObject({ name: 'NodeError' });
    await expect(bench.run('LoadImage', { image: 'gone.png' })).rejects.toMatchObject({
      exceptionType: 'FileNotFoundError',
    });
  });

  it('validates names and hashes content', async () => {
    const node = bench.node('LoadImage');
    const bytes = await png(undefined);
    await put('a b&c.png', bytes);
    const check = (image: string) => node.validate?.({ image }, bench.folders);
    expect(await check('a b&c.png')).toBeUndefined();
    expect(await check('nope.png')).toBe('Invalid image file: nope.png');
    expect(await check('../x.png')).toBe('Invalid image file: ../x.png');
    expect(await check('s/t/none.png')).toBe('Invalid image file: s/t/none.png');
    const hash = createHash('sha256').update(bytes).digest('hex');
    expect(await node.fingerprint?.({ image: 'a b&c.png' }, bench.folders)).toBe(hash);
  });

  it('lists the input folder in its specification', async () => {
    await put('b.png', '');
    await put('a.jpg', '');
    await put('song.mp3', '');
    const list = async (name: string) =>
      Object.values((await currentInfo(bench.node(name).info, bench.folders)).input.required ?? {})[0]?.[0];
    expect(await list('LoadImage')).toEqual(['a.jpg', 'b.png']);
    expect(await list('LoadImageMask')).toEqual(['a.jpg', 'b.png', 'song.mp3']);
    expect(await list('LoadAudio')).toEqual(['song.mp3']);
  });
});
