import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expandPrefix } from './files.js';
import { DEMO_NOTE } from './metadata.js';
import { demoMark } from './picture/mark.js';
import { pngTexts, readPng } from './png.js';
import { createTestBench, type TestBench } from './test-context.js';

let bench: TestBench;
const prompt = { '1': { class_type: 'EmptyImage', inputs: { text: 'Grün (a:1) "q"' } } };
beforeEach(async () => {
  bench = await createTestBench({ prompt, extraPnginfo: { workflow: { nodes: [] } } });
});
afterEach(() => bench.dispose());

const plain = (count = 1) => bench.first('EmptyImage', { width: 24, height: 16, batch_size: count, color: 255 });

async function noisy(count: number): Promise<unknown> {
  return bench.first('ImageAddNoise', { image: await plain(count), seed: 3, strength: 0.4 });
}

async function saved(name: string, inputs: Record<string, unknown>) {
  const { ui } = await bench.run(name, inputs);
  return ui;
}

describe('names', () => {
  it('count up from the highest file of the prefix', async () => {
    await writeFile(join(bench.folders.output, 'pic_00041_.png'), '');
    await writeFile(join(bench.folders.output, 'picture_00099_.png'), '');
    await writeFile(join(bench.folders.output, 'pic_nonumber.png'), '');
    const ui = await saved('SaveImage', { images: await plain(2), filename_prefix: 'pic' });
    expect(ui).toEqual({
      images: [
        { filename: 'pic_00042_.png', subfolder: '', type: 'output' },
        { filename: 'pic_00043_.png', subfolder: '', type: 'output' },
      ],
    });
  });

  it('make folders, expand the size and number the batch', async () => {
    const ui = await saved('SaveImage', {
      images: await plain(2),
      filename_prefix: 'a/b/%width%x%height%_%batch_num%',
    });
    expect(ui?.images).toEqual([
      { filename: '24x16_0_00001_.png', subfolder: join('a', 'b'), type: 'output' },
      { filename: '24x16_1_00002_.png', subfolder: join('a', 'b'), type: 'output' },
    ]);
    expect(await readdir(join(bench.folders.output, 'a', 'b'))).toEqual(['24x16_0_00001_.png', '24x16_1_00002_.png']);
  });

  it('expand the date', () => {
    const now = new Date(2026, 0, 2, 3, 4, 5);
    expect(expandPrefix('%year%-%month%-%day%_%hour%%minute%%second%_%other%', 0, 0, now)).toBe(
      '2026-01-02_030405_%other%',
    );
  });

  it.each(['../escape', '/abs/escape', 'a/../../escape'])('%s may not leave the output folder', async (prefix) => {
    const failing = bench.run('SaveImage', { images: await plain(), filename_prefix: prefix });
    await expect(failing).rejects.toMatchObject({ exceptionType: 'Exception' });
    await expect(failing).rejects.toThrow('**** ERROR: Saving image outside the output folder is not allowed.');
  });

  it('report a folder that cannot be made', async () => {
    await writeFile(join(bench.folders.output, 'file'), '');
    const failing = bench.run('SaveImage', { images: await plain(), filename_prefix: 'file/x' });
    await expect(failing).rejects.toMatchObject({ name: 'NodeError' });
  });

  it('leave nothing behind but the file', async () => {
    await saved('SaveImage', { images: await plain(), filename_prefix: 'only' });
    expect(await readdir(bench.folders.output)).toEqual(['only_00001_.png']);
  });
});

describe('stills', () => {
  it('carry the graph, the workflow and the note', async () => {
    await saved('SaveImage', { images: await plain(), filename_prefix: 'p' });
    const file = await readFile(join(bench.folders.output, 'p_00001_.png'));
    const texts = pngTexts(file);
    expect(Object.keys(texts)).toEqual(['prompt', 'workflow', 'demo']);
    expect(texts.prompt).toContain('Gr\\u00fcn');
    expect(JSON.parse(texts.prompt ?? '')).toEqual(prompt);
    expect(texts.demo).toBe(DEMO_NOTE);
    const { width, height, channels } = await sharp(file).metadata();
    expect([width, height, channels]).toEqual([24, 16, 3]);
  });

  it('of PreviewImage go to the temp folder under a prefix of their own', async () => {
    const ui = await saved('PreviewImage', { images: await plain(2) });
    expect(ui?.images).toHaveLength(2);
    expect(ui?.images?.[1]).toMatchObject({
      filename: expect.stringMatching(/^ComfyUI_temp_[a-z]{5}_00002_\.png$/),
      type: 'temp',
    });
  });
});

describe('the mark of the demo engine', () => {
  const side = 96;
  const grey = 128;
  /** What differs from the plain grey that was saved: in the mark's box, and outside of it. */
  async function changed(file: string, frame = 0) {
    const { data, info } = await sharp(file, { page: frame }).raw().toBuffer({ resolveWithObject: true });
    const { left, top } = demoMark(side, side);
    const differs = (x: number, y: number) => data[(y * side + x) * info.channels] !== grey;
    const all = Array.from({ length: side * side }, (_, at) => [at % side, Math.floor(at / side)] as const);
    const inside = all.filter(([x, y]) => x >= left && y >= top);
    const outside = all.filter(([x, y]) => x < left || y < top);
    return [inside, outside].map((points) => points.filter(([x, y]) => differs(x, y)).length);
  }

  it.each([
    ['SaveImage', 'output', {}],
    ['PreviewImage', 'temp', {}],
    ['SaveAnimatedWEBP', 'output', { fps: 8, lossless: true, quality: 90, method: 'fastest' }],
    ['SaveAnimatedPNG', 'output', { fps: 8, compress_level: 1 }],
  ] as const)('is on what %s writes, whatever made it', async (node, folder, more) => {
    const large = await bench.first('EmptyImage', { width: 2 * side, height: side, batch_size: 2, color: 0x808080 });
    const images = await bench.first('ImageCrop', { image: large, width: side, height: side, x: 0, y: 0 });
    const { images: files = [] } = (await saved(node, { images, filename_prefix: 'm', ...more })) ?? {};
    const [{ filename } = { filename: '' }] = files as { filename: string }[];
    const [inside, outside] = await changed(join(bench.folders[folder], filename));
    expect(inside).toBeGreaterThan(100);
    expect(outside).toBe(0);
  });
});

describe('animations', () => {
  it('SaveAnimatedWEBP keeps frames, speed and metadata', async () => {
    const ui = await saved('SaveAnimatedWEBP', {
      images: await noisy(4),
      filename_prefix: 'an',
      fps: 8,
      lossless: false,
      quality: 80,
      method: 'default',
    });
    expect(ui).toEqual({ images: [{ filename: 'an_00001_.webp', subfolder: '', type: 'output' }], animated: [true] });
    const file = await readFile(join(bench.folders.output, 'an_00001_.webp'));
    const facts = await sharp(file, { animated: true }).metadata();
    expect([facts.pages, facts.width, facts.pageHeight, facts.delay?.[0], facts.loop]).toEqual([4, 24, 16, 125, 0]);
    const exif = facts.exif?.toString('latin1') ?? '';
    expect(exif).toContain('prompt:{"1": {"class_type"');
    expect(exif).toContain('workflow:{"nodes": []}');
    expect(exif).toContain(DEMO_NOTE);
  });

  it.each([true, false])('a single frame is a still WebP (lossless %s)', async (lossless) => {
    const ui = await saved('SaveAnimatedWEBP', {
      images: await noisy(1),
      fps: 6,
      lossless,
      quality: 80,
      method: 'fastest',
    });
    expect(ui?.animated).toEqual([false]);
    const file = await readFile(join(bench.folders.output, 'ComfyUI_00001_.webp'));
    const facts = await sharp(file).metadata();
    expect([facts.width, facts.height]).toEqual([24, 16]);
    expect(facts.exif?.toString('latin1')).toContain('prompt:{');
    expect((await sharp(file).raw().toBuffer()).length).toBe(24 * 16 * 3);
  });

  it('SaveAnimatedPNG is a PNG with frames, and the texts behind the pixels', async () => {
    const ui = await saved('SaveAnimatedPNG', {
      images: await noisy(3),
      filename_prefix: 'an',
      fps: 10,
      compress_level: 4,
    });
    expect(ui?.animated).toEqual([true]);
    const file = await readFile(join(bench.folders.output, 'an_00001_.png'));
    const chunks = readPng(file);
    const types = chunks.map(({ type }) => type);
    expect(types.filter((type) => type === 'fcTL')).toHaveLength(3);
    expect(types.filter((type) => type === 'fdAT').length).toBeGreaterThanOrEqual(2);
    expect(types.indexOf('comf')).toBeGreaterThan(types.lastIndexOf('fdAT'));
    expect(Buffer.from(chunks.find(({ type }) => type === 'comf')?.data ?? []).toString('latin1')).toMatch(
      /^prompt\0\{/,
    );
    const sequence = chunks
      .filter(({ type }) => type === 'fcTL' || type === 'fdAT')
      .map(({ data }) => Buffer.from(data).readUInt32BE(0));
    expect(sequence).toEqual(sequence.map((_, index) => index));
    expect((await sharp(file).raw().toBuffer()).length).toBe(24 * 16 * 3);
  });
});

it('an existing folder in the way of nothing is used', async () => {
  await mkdir(join(bench.folders.output, 'there'));
  const ui = await saved('SaveImage', { images: await plain(), filename_prefix: 'there/x' });
  expect(ui?.images).toEqual([{ filename: 'x_00001_.png', subfolder: 'there', type: 'output' }]);
});
