import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { base64Length, ladder } from './pictures.js';
import type { Media } from './ports.js';
import { assetOf, createStudio, type Studio } from './testing.js';

let studio: Studio;
let media: Media;
beforeEach(() => {
  studio = createStudio();
  media = studio.open();
});
afterEach(() => studio.dispose());

/** Noise can't be compressed well, so budgets bite. */
function noise(width: number, height: number) {
  return sharp(randomBytes(width * height * 3), { raw: { width, height, channels: 3 } });
}

function plain(width: number, height: number, background = 'teal') {
  return sharp({ create: { width, height, channels: 3, background } });
}

async function put(filename: string, bytes: Uint8Array | Promise<Uint8Array>) {
  studio.files.set(filename, await bytes);
  return assetOf(filename);
}

async function animation() {
  const frames = await Promise.all(['red', 'green', 'blue'].map((colour) => plain(60, 40, colour).png().toBuffer()));
  return sharp(frames, { join: { animated: true } });
}

describe('thumbnails', () => {
  it('are WebP that fit the size, of every format ComfyUI writes', async () => {
    const assets = await Promise.all([
      put('a.png', noise(640, 320).png().toBuffer()),
      put('a.jpg', noise(640, 320).jpeg().toBuffer()),
      put('a.webp', noise(640, 320).webp().toBuffer()),
      put('a.gif', noise(640, 320).gif().toBuffer()),
      put('a.avif', plain(640, 320).avif({ effort: 0 }).toBuffer()),
      put('a.tiff', noise(640, 320).tiff().toBuffer()),
    ]);
    for (const asset of assets) {
      const { path, mime_type } = await media.thumbnail(asset, 256);
      expect(mime_type).toBe('image/webp');
      expect(await sharp(path).metadata()).toMatchObject({ format: 'webp', width: 256, height: 128 });
    }
    const { path } = await media.thumbnail(assetOf('a.png'), 768);
    expect(await sharp(path).metadata()).toMatchObject({ width: 640, height: 320 });
  });

  it('are never larger than the picture, turned as it asks, and keep transparency', async () => {
    const small = await media.thumbnail(await put('small.png', plain(40, 20).png().toBuffer()), 256);
    expect(await sharp(small.path).metadata()).toMatchObject({ width: 40, height: 20 });
    const turned = await put('turned.jpg', plain(400, 200).withMetadata({ orientation: 6 }).jpeg().toBuffer());
    expect(await sharp((await media.thumbnail(turned, 256)).path).metadata()).toMatchObject({
      width: 128,
      height: 256,
    });
    const clear = sharp({ create: { width: 50, height: 50, channels: 4, background: '#00000000' } });
    const seen = await media.thumbnail(await put('clear.png', clear.png().toBuffer()), 256);
    expect(await sharp(seen.path).metadata()).toMatchObject({ hasAlpha: true });
  });

  it('of an animation are its first frame', async () => {
    const asset = await put('a.webp', (await animation()).webp({ lossless: true }).toBuffer());
    const { path } = await media.thumbnail(asset, 256);
    expect((await sharp(path).metadata()).pages ?? 1).toBe(1);
    expect((await sharp(path).stats()).dominant).toMatchObject({ g: 8, b: 8 });
  });

  it('are made once, whoever asks', async () => {
    const asset = await put('a.png', noise(300, 300).png().toBuffer());
    const [first, second] = await Promise.all([media.thumbnail(asset, 256), media.thumbnail(asset, 256)]);
    expect(second).toEqual(first);
    studio.files.clear();
    const reopened = studio.open();
    expect(await reopened.thumbnail(asset, 256)).toEqual(first);
    expect(studio.fetched).toEqual(['a.png']);
  });

  it('are refused for what is no readable picture, without a crash and without fetching sound', async () => {
    const whole = await noise(400, 400).png().toBuffer();
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>';
    const hugeHeader = Buffer.from(await plain(8, 8).png().toBuffer());
    hugeHeader.writeUInt32BE(200_000, 16);
    hugeHeader.writeUInt32BE(200_000, 20);
    const broken = await Promise.all([
      put('cut.png', whole.subarray(0, whole.length >> 1)),
      put('script.svg', Buffer.from(svg)),
      put('script.png', Buffer.from(svg)),
      put('page.png', Buffer.from('<html>not found</html>')),
      put('huge.png', hugeHeader),
      put('one.png', Buffer.from([0x89])),
    ]);
    for (const asset of broken) {
      await expect(media.thumbnail(asset, 256), asset.filename).rejects.toMatchObject({ code: 'MEDIA_UNSUPPORTED' });
    }
    studio.fetched.length = 0;
    await expect(media.thumbnail(assetOf('song.mp3'), 256)).rejects.toMatchObject({ code: 'MEDIA_UNSUPPORTED' });
    await expect(media.preview(assetOf('clip.mp4'), { maxDim: 512, maxB64Chars: 1e5 })).rejects.toMatchObject({
      code: 'MEDIA_UNSUPPORTED',
    });
    expect(studio.fetched).toEqual([]);
  });

  it('of a picture of more pixels than the limit are refused', async () => {
    const asset = await put('bomb.png', plain(12_000, 12_000).png({ compressionLevel: 1 }).toBuffer());
    await expect(media.thumbnail(asset, 256)).rejects.toMatchObject({ code: 'MEDIA_UNSUPPORTED' });
  });

  it('are made of a picture under a wrong name', async () => {
    const asset = await put('really-a-jpeg.png', noise(64, 64).jpeg().toBuffer());
    expect(await sharp((await media.thumbnail(asset, 256)).path).metadata()).toMatchObject({ width: 64 });
  });
});

describe('previews', () => {
  it('step down the ladder until they fit the budget', async () => {
    const asset = await put('a.png', noise(1024, 768).png().toBuffer());
    const sizes: number[] = [];
    for (const maxB64Chars of [400_000, 100_000, 40_000, 20_000]) {
      const { bytes, width, height } = await media.preview(asset, { maxDim: 512, maxB64Chars });
      const text = Buffer.from(bytes).toString('base64');
      expect(text.length).toBe(base64Length(bytes.byteLength));
      expect(text.length).toBeLessThanOrEqual(maxB64Chars);
      expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width, height });
      expect(height).toBe(Math.round((width * 3) / 4));
      sizes.push(width);
    }
    expect(sizes[0]).toBe(512);
    expect(sizes.at(-1)).toBe(256);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  });

  it('say what would fit when nothing does', async () => {
    const asset = await put('a.png', noise(512, 512).png().toBuffer());
    const failed = await media.preview(asset, { maxDim: 512, maxB64Chars: 1000 }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'VALIDATION_ERROR', details: { smallest_b64_chars: expect.any(Number) } });
  });

  it('come from memory the second time', async () => {
    const asset = await put('a.png', noise(64, 64).png().toBuffer());
    const limits = { maxDim: 512, maxB64Chars: 100_000 };
    expect(await media.preview(asset, limits)).toBe(await media.preview(asset, limits));
  });

  it('are made of grey, 16-bit, CMYK and transparent pictures', async () => {
    const assets = await Promise.all([
      put('grey.png', plain(64, 64).toColourspace('b-w').png().toBuffer()),
      put('deep.png', plain(64, 64).toColourspace('rgb16').png().toBuffer()),
      put('print.jpg', plain(64, 64).toColourspace('cmyk').jpeg().toBuffer()),
      put('clear.png', plain(64, 64).ensureAlpha(0.5).png().toBuffer()),
    ]);
    for (const asset of assets) {
      const { bytes } = await media.preview(asset, { maxDim: 512, maxB64Chars: 100_000 });
      expect(await sharp(bytes).metadata(), asset.filename).toMatchObject({ format: 'webp', width: 64, space: 'srgb' });
    }
  });

  it('have the rungs of the ladder', () => {
    const full = [70, 55, 40];
    expect(ladder(512)).toEqual([
      { side: 512, qualities: full },
      { side: 384, qualities: full },
      { side: 256, qualities: [...full, 35] },
    ]);
    expect(ladder(300).map(({ side }) => side)).toEqual([300, 256]);
    expect(ladder(100)).toEqual([{ side: 100, qualities: [...full, 35] }]);
  });
});

describe('facts of pictures', () => {
  it('come from the header', async () => {
    const bytes = await noise(300, 200).png().toBuffer();
    expect(await media.probe(await put('a.png', bytes))).toEqual({
      width: 300,
      height: 200,
      duration_seconds: null,
      bytes_size: bytes.length,
      animated: false,
    });
    const turned = await put('turned.jpg', plain(400, 200).withMetadata({ orientation: 6 }).jpeg().toBuffer());
    expect(await media.probe(turned)).toMatchObject({ width: 200, height: 400 });
  });

  it('of animations tell how long one round takes', async () => {
    const delay = [100, 200, 300];
    const webp = await put('a.webp', (await animation()).webp({ delay }).toBuffer());
    const gif = await put('a.gif', (await animation()).gif({ delay }).toBuffer());
    for (const asset of [webp, gif]) {
      expect(await media.probe(asset)).toMatchObject({ width: 60, height: 40, animated: true, duration_seconds: 0.6 });
    }
  });

  it('of a damaged picture are refused, but adopting it keeps its size', async () => {
    const asset = await put('bad.png', Buffer.from('no picture'));
    await expect(media.probe(asset)).rejects.toMatchObject({ code: 'MEDIA_UNSUPPORTED' });
    expect(await media.adopt(asset)).toMatchObject({ width: null, height: null, bytes_size: 10 });
  });
});
