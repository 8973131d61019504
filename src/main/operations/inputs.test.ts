/** Files as inputs, through the whole core: uploading, chaining by asset id, and everything that is refused. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { graphSeen } from '../bundled.testing.js';
import type { Core } from '../core.js';
import { type CoreBench, callContext, createCoreBench, type TestServer } from '../core.testing.js';
import { sharp } from '../sharp.js';

let bench: CoreBench;
let core: Core;
let server: TestServer;
let allowed: string;
let outside: string;
let picture: Buffer;

const agent = callContext();
const person = callContext({ door: 'ipc', client: undefined });

beforeAll(async () => {
  bench = createCoreBench();
  allowed = path.join(bench.home, 'allowed');
  outside = mkdtempSync(path.join(bench.home, 'outside-'));
  mkdirSync(path.join(allowed, 'sub'), { recursive: true });
  picture = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#2a6fb0' } })
    .png()
    .toBuffer();
  writeFileSync(path.join(allowed, 'boat.png'), picture);
  writeFileSync(path.join(allowed, 'sub', 'again.png'), picture);
  writeFileSync(path.join(outside, 'secret.png'), picture);
  server = await bench.server();
  core = await bench.open([...server.args, '--input-dir', allowed]);
});
afterAll(() => bench.dispose());

const upload = (input: Parameters<Core['handlers']['upload_image']>[0], context = agent) =>
  core.handlers.upload_image(input, context);
const onServer = () => readdirSync(path.join(bench.home, 'server-0', 'input', 'comfyui-mcp'));
const run = (workflow_id: string, overrides: Record<string, unknown>) =>
  core.handlers.run_workflow({ workflow_id, overrides }, agent);

describe('upload_image', () => {
  it('gives a file once, whatever it is called and wherever it comes from, and tells asset and name', async () => {
    const first = await upload({ path: path.join(allowed, 'boat.png') });
    expect(first).toEqual({
      asset_id: expect.any(String),
      name: expect.stringMatching(/^comfyui-mcp\/boat-[0-9a-f]{10}\.png$/),
      media_kind: 'image',
      already_there: false,
    });
    expect(await upload({ path: path.join(allowed, 'sub', 'again.png') })).toEqual({ ...first, already_there: true });
    expect(await upload({ base64: picture.toString('base64') })).toEqual({ ...first, already_there: true });
    const url = `data:image/png;base64,${picture.toString('base64url')}`;
    expect(await upload({ base64: url })).toEqual({ ...first, already_there: true });
    expect(await upload({ asset_id: first.asset_id })).toEqual({ ...first, already_there: true });
    expect(onServer()).toHaveLength(1);
    const asset = await core.handlers.get_asset_metadata({ asset_id: first.asset_id }, agent);
    expect(asset).toMatchObject({ folder_type: 'input', prompt_id: null, media_kind: 'image', client_name: 'test' });
  });

  it('uploads anew what was taken away from the engine, under the same asset', async () => {
    const first = await upload({ path: path.join(allowed, 'boat.png') });
    rmSync(path.join(bench.home, 'server-0', 'input', first.name));
    expect(await upload({ path: path.join(allowed, 'boat.png') })).toEqual({ ...first, already_there: false });
    expect(onServer()).toHaveLength(1);
  });

  it('brings back what was deleted', async () => {
    const { asset_id } = await upload({ path: path.join(allowed, 'boat.png') });
    await core.handlers.delete_assets({ asset_ids: [asset_id] }, agent);
    expect(await upload({ path: path.join(allowed, 'boat.png') })).toMatchObject({ asset_id });
    expect(await core.handlers.get_assets({ asset_ids: [asset_id] }, person)).toMatchObject({ assets: [{ asset_id }] });
  });

  it('is one upload when two ask at a time', async () => {
    const other = await sharp(picture).negate().png().toBuffer();
    const both = await Promise.all([1, 2].map(() => upload({ base64: other.toString('base64') })));
    expect(both[0]?.asset_id).toBe(both[1]?.asset_id);
    expect(both.map(({ already_there }) => already_there).sort()).toEqual([false, true]);
  });

  it('lets the person take any file, and agents only those of allowed folders', async () => {
    const file = path.join(outside, 'secret.png');
    await expect(upload({ path: file })).rejects.toMatchObject({ code: 'INVALID_PATH' });
    expect(await upload({ path: file }, person)).toMatchObject({ media_kind: 'image' });
  });

  it.each([
    ['../../../etc/passwd', 'upload-'],
    ['a/b\\c.png', 'c-'],
    ['na\u0000me\n"x".png', 'na_me_x-'],
    ['..', 'input-'],
    ['CON.png', 'CON-'],
    ['日本語 画像.webp', '日本語 画像-'],
    [`${'x'.repeat(250)}.png`, `${'x'.repeat(40)}-`],
  ])('makes a safe name of %j', async (filename, start) => {
    const own = await sharp({
      create: { width: 8, height: 8, channels: 3, background: { r: filename.length, g: 1, b: start.length } },
    })
      .png()
      .toBuffer();
    const { name } = await upload({ base64: own.toString('base64'), filename });
    const bare = name.slice('comfyui-mcp/'.length);
    expect(bare.replace(/^passwd-/, 'upload-').startsWith(start)).toBe(true);
    expect(bare).toMatch(/^[\p{L}\p{N}_ -]+-[0-9a-f]{10}\.png$/u);
    expect(onServer()).toContain(bare);
  });

  describe('refuses', () => {
    const huge = () => path.join(allowed, 'huge.png');
    beforeAll(async () => {
      symlinkSync(path.join(outside, 'secret.png'), path.join(allowed, 'link.png'));
      symlinkSync(outside, path.join(allowed, 'way-out'));
      writeFileSync(huge(), picture);
      truncateSync(huge(), 200 * 1024 ** 2);
      writeFileSync(path.join(allowed, 'page.png'), '<html>not a picture</html>');
      writeFileSync(path.join(allowed, 'cut.png'), picture.subarray(0, 20));
      writeFileSync(path.join(allowed, 'empty.png'), '');
      const bomb = Buffer.from(picture);
      bomb.writeUInt32BE(60_000, 16);
      bomb.writeUInt32BE(60_000, 20);
      writeFileSync(path.join(allowed, 'bomb.png'), bomb);
      execFileSync('mkfifo', [path.join(allowed, 'pipe.png')]);
    });

    it.each<[what: string, input: () => Parameters<Core['handlers']['upload_image']>[0], code: string, words: RegExp]>([
      ['nothing', () => ({}), 'VALIDATION_ERROR', /No file/],
      ['two sources', () => ({ path: '/x.png', base64: 'AAAA' }), 'VALIDATION_ERROR', /path and base64/],
      ['a path outside', () => ({ path: path.join(outside, 'secret.png') }), 'INVALID_PATH', /outside of the folders/],
      ['a path outside that is not there', () => ({ path: '/no/such/file' }), 'INVALID_PATH', /outside of the folders/],
      ['a way out by dots', () => ({ path: `${allowed}/../outside/x.png` }), 'INVALID_PATH', /outside of the folders/],
      [
        'a link that leads out',
        () => ({ path: path.join(allowed, 'link.png') }),
        'INVALID_PATH',
        /outside of the folders/,
      ],
      [
        'a folder that leads out',
        () => ({ path: path.join(allowed, 'way-out', 'secret.png') }),
        'INVALID_PATH',
        /outside of the folders/,
      ],
      ['a relative path', () => ({ path: 'boat.png' }), 'INVALID_PATH', /not a whole path/],
      ['a path with a zero', () => ({ path: `${allowed}/bo\0at.png` }), 'INVALID_PATH', /not a whole path/],
      ['a missing file', () => ({ path: path.join(allowed, 'none.png') }), 'NOT_FOUND', /no file/],
      ['a folder', () => ({ path: path.join(allowed, 'sub') }), 'INVALID_PATH', /is a folder/],
      ['a pipe', () => ({ path: path.join(allowed, 'pipe.png') }), 'INVALID_PATH', /is no file/],
      ['200 MB', () => ({ path: huge() }), 'VALIDATION_ERROR', /200 MB/],
      ['a page called a picture', () => ({ path: path.join(allowed, 'page.png') }), 'MEDIA_UNSUPPORTED', /no picture/],
      ['a picture that was cut off', () => ({ path: path.join(allowed, 'cut.png') }), 'MEDIA_UNSUPPORTED', /damaged/],
      ['an empty file', () => ({ path: path.join(allowed, 'empty.png') }), 'MEDIA_UNSUPPORTED', /no picture/],
      ['a bomb', () => ({ path: path.join(allowed, 'bomb.png') }), 'MEDIA_UNSUPPORTED', /60000 × 60000/],
      ['wrong base64', () => ({ base64: 'not base64!' }), 'VALIDATION_ERROR', /not readable/],
      ['base64 of nothing', () => ({ base64: 'data:image/png;base64,' }), 'VALIDATION_ERROR', /empty/],
      [
        'base64 of words',
        () => ({ base64: Buffer.from('hello there').toString('base64') }),
        'MEDIA_UNSUPPORTED',
        /no picture/,
      ],
      ['base64 of 20 MB', () => ({ base64: 'A'.repeat(28 * 1024 ** 2) }), 'VALIDATION_ERROR', /21 MB/],
      ['an unknown asset', () => ({ asset_id: 'nothing' }), 'ASSET_NOT_FOUND', /nothing/],
      [
        'an unknown parent',
        () => ({ base64: picture.toString('base64'), parent_asset_id: 'nothing' }),
        'ASSET_NOT_FOUND',
        /nothing/,
      ],
    ])('%s', async (_what, input, code, words) => {
      await expect(upload(input())).rejects.toMatchObject({ code, message: expect.stringMatching(words) });
    });
  });

  it('says how a folder is allowed where none is', async () => {
    const other = createCoreBench();
    try {
      const { handlers } = await other.open(server.args);
      await expect(handlers.upload_image({ path: path.join(allowed, 'boat.png') }, agent)).rejects.toMatchObject({
        code: 'INVALID_PATH',
        hint: expect.stringContaining('input_dirs'),
      });
    } finally {
      await other.dispose();
    }
  });
});

describe('chaining by asset id', () => {
  it('goes from an upload over image to image to an enlargement, and the lineage tells it', async () => {
    const { asset_id: first } = await upload({ path: path.join(allowed, 'boat.png') });
    const second = await run('image_to_image', { image: first, prompt: 'a boat at night', steps: 2 });
    expect(second).toMatchObject({ status: 'completed', width: 64, height: 48, parameters: { denoise: 0.6 } });
    const third = await run('upscale_image', { image: second.asset_id });
    expect(third).toMatchObject({ status: 'completed', width: 256, height: 192 });
    const told = await core.handlers.get_asset_metadata({ asset_id: third.asset_id ?? '' }, agent);
    expect(told.lineage).toMatchObject({
      parent_asset_id: second.asset_id,
      ancestors: [second.asset_id, first],
      inputs: { image: second.asset_id },
    });
  });

  it('keeps what a mask leaves black, pixel for pixel, and makes the white anew', async () => {
    const mask = await sharp({ create: { width: 64, height: 48, channels: 3, background: 'black' } })
      .composite([{ input: { create: { width: 32, height: 48, channels: 3, background: 'white' } }, left: 0, top: 0 }])
      .png()
      .toBuffer();
    const image = await upload({ path: path.join(allowed, 'boat.png') });
    const painted = await upload({ base64: mask.toString('base64'), parent_asset_id: image.asset_id });
    const made = await run('inpaint', {
      image: image.asset_id,
      mask: painted.asset_id,
      prompt: 'a red flower',
      steps: 2,
    });
    const { lineage } = await core.handlers.get_asset_metadata({ asset_id: made.asset_id ?? '' }, agent);
    expect(lineage).toMatchObject({
      parent_asset_id: image.asset_id,
      inputs: { image: image.asset_id, mask: painted.asset_id },
    });
    const pixels = async (assetId: string | undefined) =>
      sharp((await core.original(assetId ?? '')).path)
        .removeAlpha()
        .raw()
        .toBuffer();
    const [before, after] = [await pixels(image.asset_id), await pixels(made.asset_id)];
    const column = (bytes: Buffer, x: number) =>
      bytes.subarray((10 * 64 + x) * 3, (10 * 64 + x) * 3 + 3).toString('hex');
    expect(column(after, 50)).toBe(column(before, 50));
    expect(column(after, 10)).not.toBe(column(before, 10));
  });

  it('begins a film with the picture', async () => {
    const image = await upload({ path: path.join(allowed, 'boat.png') });
    const film = { prompt: 'it sails', width: 64, height: 64, steps: 1, duration: 1, fps: 4 };
    const made = await run('generate_video', { ...film, image: image.asset_id });
    expect(made).toMatchObject({ status: 'completed', mime_type: 'video/webm' });
    expect((await graphSeen(core, made.asset_id))['8']?.inputs).toMatchObject({ start_image: ['7', 0] });
  });

  it('makes again with another picture, and on an engine that lost the first', async () => {
    const image = await upload({ path: path.join(allowed, 'boat.png') });
    const made = await run('upscale_image', { image: image.asset_id });
    rmSync(path.join(bench.home, 'server-0', 'input', image.name));
    const again = await core.handlers.regenerate({ asset_id: made.asset_id ?? '' }, agent);
    expect(again).toMatchObject({ status: 'completed', width: 256 });
    const small = await sharp(picture).resize(16, 16).png().toBuffer();
    const other = await upload({ base64: small.toString('base64') });
    const changed = await core.handlers.regenerate(
      { asset_id: made.asset_id ?? '', param_overrides: { image: other.asset_id } },
      agent,
    );
    expect(changed).toMatchObject({ status: 'completed', width: 64, parent_asset_id: made.asset_id });
    const { lineage } = await core.handlers.get_asset_metadata({ asset_id: changed.asset_id ?? '' }, agent);
    expect(lineage.inputs).toEqual({ image: other.asset_id });
  });

  it('takes the name of an uploaded file as well, and knows which asset that is', async () => {
    const image = await upload({ path: path.join(allowed, 'boat.png') });
    const made = await run('upscale_image', { image: image.name });
    const { lineage } = await core.handlers.get_asset_metadata({ asset_id: made.asset_id ?? '' }, agent);
    expect(lineage).toMatchObject({ parent_asset_id: image.asset_id, inputs: { image: image.asset_id } });
  });

  it('refuses what is no asset, and an asset of another kind, naming the parameter', async () => {
    await expect(run('upscale_image', { image: '00000000-0000-4000-8000-000000000000' })).rejects.toMatchObject({
      code: 'ASSET_NOT_FOUND',
      message: expect.stringMatching(/^image: /),
    });
    const song = await run('generate_song', { tags: 'piano', lyrics: 'la', seconds: 1, steps: 1 });
    await expect(run('upscale_image', { image: song.asset_id })).rejects.toMatchObject({
      code: 'MEDIA_UNSUPPORTED',
      message: expect.stringMatching(/^image wants an image/),
    });
    await expect(run('upscale_image', {})).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
    await expect(run('upscale_image', { image: 'not-there.png' })).rejects.toMatchObject({ code: 'INVALID_VALUE' });
  });
});
