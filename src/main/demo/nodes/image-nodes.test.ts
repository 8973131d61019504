import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NodeError } from '../node.js';
import { createTestBench, type TestBench } from './test-context.js';
import { Mask, Picture } from './values.js';

let bench: TestBench;
beforeEach(async () => {
  bench = await createTestBench();
});
afterEach(() => bench.dispose());

const red = (width = 8, height = 4, count = 1) =>
  bench.first('EmptyImage', { width, height, batch_size: count, color: 0xff0000 });

function picture(value: unknown): Picture {
  if (!(value instanceof Picture)) throw new Error('not a picture');
  return value;
}

function pixel({ frames, width, channels }: Picture, x: number, y: number, frame = 0): number[] {
  const at = (y * width + x) * channels;
  return [...(frames[frame]?.subarray(at, at + channels) ?? [])];
}

describe('making', () => {
  it('EmptyImage has the size, number and colour', async () => {
    const made = picture(await red(8, 4, 3));
    expect([made.width, made.height, made.frames.length]).toEqual([8, 4, 3]);
    expect(pixel(made, 7, 3, 2)).toEqual([255, 0, 0]);
  });

  it('refuses what would not fit into memory, as a device does', async () => {
    const huge = bench.run('EmptyImage', { width: 16384, height: 16384, batch_size: 4096, color: 0 });
    await expect(huge).rejects.toMatchObject({ exceptionType: 'torch.OutOfMemoryError' });
  });

  it('ImageAddNoise depends on the seed alone', async () => {
    const image = await red(32, 32);
    const noisy = async (seed: number | bigint) =>
      picture(await bench.first('ImageAddNoise', { image, seed, strength: 0.5 }));
    const [one, same, other] = [await noisy(7), await noisy(7), await noisy(18446744073709551615n)];
    expect(one.frames[0]).toEqual(same.frames[0]);
    expect(one.frames[0]).not.toEqual(other.frames[0]);
    expect(picture(image).frames[0]?.[0]).toBe(255);
  });

  it('ImageInvert and masks turn around', async () => {
    const image = await red();
    expect(pixel(picture(await bench.first('ImageInvert', { image })), 0, 0)).toEqual([0, 255, 255]);
    const mask = await bench.first('ImageToMask', { image, channel: 'red' });
    const inverted = await bench.first('InvertMask', { mask });
    if (!(inverted instanceof Mask)) throw new Error('not a mask');
    expect([...new Set(inverted.frames[0])]).toEqual([0]);
    const solid = await bench.first('SolidMask', { value: 0.5, width: 4, height: 4 });
    expect(pixel(picture(await bench.first('MaskToImage', { mask: solid })), 1, 1)).toEqual([128, 128, 128]);
  });
});

describe('shaping', () => {
  it('ImageScale takes both sizes, keeps proportions on one zero, does nothing on two', async () => {
    const image = await red(8, 4);
    const scaled = async (width: number, height: number, crop = 'disabled') => {
      const made = picture(await bench.first('ImageScale', { image, upscale_method: 'lanczos', width, height, crop }));
      return [made.width, made.height];
    };
    expect(await scaled(16, 16)).toEqual([16, 16]);
    expect(await scaled(16, 16, 'center')).toEqual([16, 16]);
    expect(await scaled(0, 8)).toEqual([16, 8]);
    expect(await scaled(4, 0)).toEqual([4, 2]);
    expect(await scaled(0, 0)).toEqual([8, 4]);
  });

  it('ImageScaleBy, ImageCrop and batches count right', async () => {
    const image = await red(8, 4, 2);
    const by = picture(await bench.first('ImageScaleBy', { image, upscale_method: 'area', scale_by: 0.5 }));
    expect([by.width, by.height, by.frames.length]).toEqual([4, 2, 2]);
    const cut = picture(await bench.first('ImageCrop', { image, width: 6, height: 6, x: 5, y: 1 }));
    expect([cut.width, cut.height]).toEqual([3, 3]);
    const more = picture(await bench.first('ImageBatch', { image1: image, image2: await red(16, 16) }));
    expect([more.width, more.height, more.frames.length]).toEqual([8, 4, 3]);
    const repeated = picture(await bench.first('RepeatImageBatch', { image: more, amount: 4 }));
    expect(repeated.frames).toHaveLength(12);
    const part = picture(await bench.first('ImageFromBatch', { image: repeated, batch_index: 11, length: 5 }));
    expect(part.frames).toHaveLength(1);
  });

  it('ImagePadForOutpaint gives a larger picture and a feathered mask', async () => {
    const { outputs } = await bench.run('ImagePadForOutpaint', {
      image: await red(64, 64),
      left: 16,
      top: 0,
      right: 0,
      bottom: 8,
      feathering: 10,
    });
    const [padded, mask] = outputs;
    expect([picture(padded).width, picture(padded).height]).toEqual([80, 72]);
    expect(pixel(picture(padded), 0, 0)).toEqual([128, 128, 128]);
    expect(pixel(picture(padded), 40, 30)).toEqual([255, 0, 0]);
    if (!(mask instanceof Mask)) throw new Error('not a mask');
    const at = (x: number, y: number) => mask.frames[0]?.[y * 80 + x];
    expect(at(3, 3)).toBe(255);
    expect(at(60, 20)).toBe(0);
    expect(at(20, 20)).toBeGreaterThan(at(24, 20) ?? 255);
  });

  it('ImageStitch joins with a coloured gap', async () => {
    const stitched = picture(
      await bench.first('ImageStitch', {
        image1: await red(8, 8),
        image2: await bench.first('EmptyImage', { width: 16, height: 16, batch_size: 1, color: 0x0000ff }),
        direction: 'right',
        match_image_size: true,
        spacing_width: 2,
        spacing_color: 'green',
      }),
    );
    expect([stitched.width, stitched.height]).toEqual([18, 8]);
    expect(pixel(stitched, 7, 4)).toEqual([255, 0, 0]);
    expect(pixel(stitched, 8, 4)).toEqual([0, 255, 0]);
    expect(pixel(stitched, 12, 4)).toEqual([0, 0, 255]);
  });

  it('GetImageSize tells the size as numbers and as text', async () => {
    const { outputs } = await bench.run('GetImageSize', { image: await red(64, 32, 4) });
    expect(outputs).toEqual([64, 32, 4]);
    expect(bench.texts).toEqual(['width: 64, height: 32\n batch size: 4']);
  });
});

describe('literals in place of links', () => {
  it.each([
    ['x', 'str'],
    [null, 'NoneType'],
    [5, 'int'],
    [{ a: 1 }, 'dict'],
  ])('%j fails as in Python', async (image, type) => {
    const failing = bench.run('ImageAddNoise', { image, seed: 1, strength: 0.5 });
    await expect(failing).rejects.toBeInstanceOf(NodeError);
    await expect(failing).rejects.toMatchObject({
      exceptionType: 'AttributeError',
      message: `'${type}' object has no attribute 'size'`,
    });
  });
});

describe('text', () => {
  it('joins strings and previews anything', async () => {
    expect(await bench.first('StringConcatenate', { string_a: 'a', string_b: 'b', delimiter: '-' })).toBe('a-b');
    const shown = async (source: unknown) => (await bench.run('PreviewAny', { source })).ui?.text?.[0];
    expect(await shown('text')).toBe('text');
    expect(await shown(64)).toBe('64');
    expect(await shown(true)).toBe('True');
    expect(await shown(null)).toBe('None');
    expect(await shown([1, 'a'])).toBe('[1, "a"]');
    expect(await shown(await red(8, 4, 2))).toContain('size=(2, 4, 8, 3)');
  });

  it('primitives pass their value on', async () => {
    expect(await bench.first('PrimitiveInt', { value: 7 })).toBe(7);
    expect(await bench.first('PrimitiveBoolean', { value: false })).toBe(false);
  });
});
