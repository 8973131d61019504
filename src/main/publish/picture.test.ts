import { expect, it } from 'vitest';
import { sharp } from '../sharp.js';
import { convert, optimize, qualities, readPicture, scales } from './picture.js';
import { noise, plain } from './testing.js';

const facts = async (bytes: Uint8Array) => sharp(Buffer.from(bytes)).metadata();

it('copies byte for byte what has the format already', async () => {
  const bytes = await plain(40, 30).png().toBuffer();
  const source = await readPicture(bytes);
  const copy = await convert(source, 'png');
  expect(copy).toMatchObject({ mime_type: 'image/png', width: 40, height: 30, compressed: false, quality: null });
  expect(Buffer.from(copy.bytes).equals(bytes)).toBe(true);
  const jpeg = await readPicture(await plain(8, 8).jpeg().toBuffer());
  expect((await convert(jpeg, 'jpeg')).compressed).toBe(false);
  expect((await convert(jpeg, 'jpg')).compressed).toBe(false);
});

it.each([
  ['webp', 'webp'],
  ['png', 'png'],
  ['jpg', 'jpeg'],
] as const)('converts to %s without metadata, turned upright', async (ending, format) => {
  const made = await plain(40, 30)
    .withMetadata({ orientation: 6 })
    .withExif({ IFD0: { ImageDescription: 'a secret' } })
    .tiff()
    .toBuffer();
  const source = await readPicture(made);
  expect(source).toMatchObject({ format: 'tiff', width: 30, height: 40 });
  const { bytes, ...rest } = await convert(source, ending);
  expect(rest).toMatchObject({ mime_type: `image/${format}`, width: 30, height: 40, compressed: true, scale: 1 });
  const told = await facts(bytes);
  expect(told).toMatchObject({ format, width: 30, height: 40 });
  expect(told.exif).toBeUndefined();
  expect(told.orientation).toBeUndefined();
  expect(Buffer.from(bytes).includes('a secret')).toBe(false);
});

it('keeps what is see-through in WebP and PNG, and puts it on white in JPEG', async () => {
  const clear = await sharp({ create: { width: 8, height: 8, channels: 4, background: '#00000000' } })
    .webp()
    .toBuffer();
  const source = await readPicture(clear);
  expect((await facts((await convert(source, 'png')).bytes)).hasAlpha).toBe(true);
  const { bytes } = await convert(source, 'jpg');
  const [red] = await sharp(Buffer.from(bytes)).raw().toBuffer();
  expect(red).toBeGreaterThan(250);
});

it('takes the first rung of the ladder that fits: every quality before a smaller size', async () => {
  const source = await readPicture(await noise(240, 180).png().toBuffer());
  const rungs = [];
  for (const scale of scales) {
    for (const quality of qualities) {
      const [width, height] = [Math.floor(240 * scale), Math.floor(180 * scale)];
      const small = noise(240, 180).resize({ width, height, fit: 'fill' });
      const raw = await small.raw().toBuffer({ resolveWithObject: true });
      const bytes = await sharp(raw.data, { raw: raw.info }).webp({ quality }).toBuffer();
      rungs.push({ scale, quality, width, height, size: bytes.byteLength });
    }
  }
  for (const limit of [600_000, ...rungs.map(({ size }) => size)]) {
    const { bytes, ...made } = await optimize(source, limit);
    const { size, ...rung } = rungs.find((one) => one.size <= limit) ?? { size: Number.NaN };
    expect(made).toEqual({ ...rung, mime_type: 'image/webp', compressed: true });
    expect(bytes.byteLength).toBe(size);
    expect(await facts(bytes)).toMatchObject({ format: 'webp', width: made.width, height: made.height });
  }
  const smallest = Math.min(...rungs.map(({ size }) => size));
  await expect(optimize(source, smallest - 1)).rejects.toMatchObject({
    code: 'VALIDATION_ERROR',
    hint: `Give max_bytes of at least ${smallest}.`,
    details: { max_bytes: smallest - 1, smallest_bytes: smallest },
  });
});

it('drops the workflow in a picture when it optimises, also of a WebP', async () => {
  const secret = { IFD0: { ImageDescription: 'the workflow' } };
  for (const format of ['webp', 'jpeg'] as const) {
    const bytes = await plain(40, 30).withExif(secret).withMetadata({ orientation: 8 })[format]().toBuffer();
    const source = await readPicture(bytes);
    const made = await optimize(source, 600_000);
    expect(made).toMatchObject({ width: 30, height: 40, quality: 85 });
    expect((await facts(made.bytes)).exif).toBeUndefined();
  }
});

it('keeps an animation moving as a WebP, and takes its first frame elsewhere', async () => {
  const frames = sharp(await noise(20, 40).raw().toBuffer(), {
    raw: { width: 20, height: 40, channels: 3, pageHeight: 20 },
  });
  const source = await readPicture(await frames.gif({ delay: [80, 80] }).toBuffer());
  expect(source).toMatchObject({ animated: true, width: 20, height: 20 });
  const small = await optimize(source, 600_000);
  expect(small).toMatchObject({ width: 20, height: 20 });
  expect(await facts(small.bytes)).toMatchObject({ format: 'webp', pages: 2 });
  expect(await facts((await convert(source, 'webp')).bytes)).toMatchObject({ pages: 2 });
  expect(await facts((await convert(source, 'png')).bytes)).toMatchObject({ format: 'png', width: 20, height: 20 });
});

it('refuses what is no picture, is damaged, or could hold a script', async () => {
  const png = await noise(64, 64).png().toBuffer();
  const svg = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
  );
  for (const bytes of [Buffer.from('words'), Buffer.alloc(0), svg]) {
    await expect(readPicture(bytes)).rejects.toMatchObject({ code: 'PUBLISH_FAILED' });
  }
  const half = await readPicture(png.subarray(0, png.length / 2));
  await expect(convert(half, 'webp')).rejects.toMatchObject({ code: 'PUBLISH_FAILED' });
  await expect(optimize(half, 600_000)).rejects.toMatchObject({ code: 'PUBLISH_FAILED' });
});
