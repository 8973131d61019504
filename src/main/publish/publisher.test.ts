import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Asset } from '../../shared/asset.js';
import { sharp } from '../sharp.js';
import { manifestName } from './manifest.js';
import type { Publisher, PublishRequest } from './publisher.js';
import { asNobody, assetOf, createStudio, going, noise, plain, type Studio } from './testing.js';

let studio: Studio;
let publisher: Publisher;
let asset: Asset;
let original: Buffer;
beforeEach(async () => {
  studio = createStudio();
  publisher = studio.open();
  original = await noise(64, 48).png().toBuffer();
  asset = studio.cached('ComfyUI_00001_.png', original);
});
afterEach(() => studio.dispose());

const publish = (request: PublishRequest, of = asset) => publisher.publish(of, request, going);
const inGen = (name: string) => path.join(studio.project, 'public', 'gen', name);
const manifest = (): unknown => JSON.parse(readFileSync(inGen(manifestName), 'utf8'));

describe('a named file', () => {
  it('is the original when it has its format, and a WebP within the limit when that is asked for', async () => {
    expect(await publish({ target_filename: 'hero.png' })).toEqual({
      dest_url: '/gen/hero.png',
      dest_path: inGen('hero.png'),
      bytes_size: original.length,
      mime_type: 'image/png',
      width: 64,
      height: 48,
      compression_info: {
        compressed: false,
        original_size: original.length,
        final_size: original.length,
        quality: null,
        scale: 1,
        downscaled: false,
      },
    });
    expect(readFileSync(inGen('hero.png')).equals(original)).toBe(true);
    const small = await publish({ target_filename: 'hero.webp', web_optimize: true, max_bytes: 1500 });
    expect(small).toMatchObject({ mime_type: 'image/webp', compression_info: { compressed: true } });
    expect(small.bytes_size).toBeLessThanOrEqual(1500);
    expect(small.bytes_size).toBe(statSync(inGen('hero.webp')).size);
    const { format, width, height } = await sharp(inGen('hero.webp')).metadata();
    expect({ format, width, height }).toEqual({ format: 'webp', width: small.width, height: small.height });
    expect(studio.names('public/gen')).toEqual(['hero.png', 'hero.webp']);
  });

  it('replaces another one, unless that is not wanted', async () => {
    await publish({ target_filename: 'hero.jpg' });
    const before = readFileSync(inGen('hero.jpg'));
    const other = studio.cached('other.png', await plain(9, 9).png().toBuffer());
    await expect(publish({ target_filename: 'hero.jpg', overwrite: false }, other)).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      details: { exists: true },
    });
    expect(readFileSync(inGen('hero.jpg')).equals(before)).toBe(true);
    expect(await publish({ target_filename: 'hero.jpg' }, other)).toMatchObject({ width: 9 });
    expect(studio.names('public/gen')).toEqual(['hero.jpg']);
  });

  it('is made once when two come at the same moment that may not replace each other', async () => {
    const both = await Promise.allSettled([1, 2].map(() => publish({ target_filename: 'a.png', overwrite: false })));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('never goes through a link out of the folder, and never onto a folder', async () => {
    await publish({ target_filename: 'first.png' });
    const outside = path.join(studio.dir, 'outside.png');
    writeFileSync(outside, 'mine');
    symlinkSync(outside, inGen('hero.png'));
    symlinkSync(path.join(studio.dir, 'new.png'), inGen('new.png'));
    for (const target_filename of ['hero.png', 'new.png']) {
      await expect(publish({ target_filename })).rejects.toMatchObject({ code: 'PATH_TRAVERSAL_DETECTED' });
    }
    expect(readFileSync(outside, 'utf8')).toBe('mine');
    expect(existsSync(path.join(studio.dir, 'new.png'))).toBe(false);
    symlinkSync('first.png', inGen('again.png'));
    expect(await publish({ target_filename: 'again.png' })).toMatchObject({ dest_path: inGen('first.png') });
    mkdirSync(inGen('folder.png'));
    await expect(publish({ target_filename: 'folder.png' })).rejects.toMatchObject({ code: 'PUBLISH_FAILED' });
  });

  it('comes whole or not at all where the folder can not be written to', async () => {
    await publish({ target_filename: 'hero.png' });
    chmodSync(path.dirname(inGen('x')), 0o555);
    await asNobody(() =>
      expect(publish({ target_filename: 'hero.png' })).rejects.toMatchObject({
        code: 'PUBLISH_ROOT_NOT_WRITABLE',
        hint: expect.stringContaining('permissions'),
      }),
    );
    expect(readFileSync(inGen('hero.png')).equals(original)).toBe(true);
    expect(studio.names('public/gen')).toEqual(['hero.png']);
  });

  it('is never half: what a death left unfinished is swept away later, what is being written is not', async () => {
    await publish({ target_filename: 'hero.png' });
    const unfinished = (id: number) => inGen(`.hero.png.00000000-0000-4000-8000-00000000000${id}.tmp`);
    for (const id of [1, 2]) writeFileSync(unfinished(id), original.subarray(0, 20));
    utimesSync(unfinished(1), 1000, 1000);
    expect(readFileSync(inGen('hero.png')).equals(original)).toBe(true);
    await publish({ target_filename: 'other.png' });
    expect(studio.names('public/gen')).toEqual([path.basename(unfinished(2)), 'hero.png', 'other.png']);
  });
});

describe('a file of the manifest', () => {
  it('gets a name of its own and an entry; other entries stay as they are', async () => {
    mkdirSync(path.dirname(inGen('x')), { recursive: true });
    writeFileSync(inGen(manifestName), '\uFEFF{"old": "old.png", "nested": {"kept": [1, 2]}}');
    expect(await publish({ manifest_key: 'hero', web_optimize: true })).toMatchObject({
      dest_url: '/gen/asset_3f2504e0.webp',
      manifest_key: 'hero',
    });
    await publish({ manifest_key: 'icon', target_filename: 'icon.jpg' });
    const entries = { old: 'old.png', nested: { kept: [1, 2] }, hero: 'asset_3f2504e0.webp', icon: 'icon.jpg' };
    expect(manifest()).toEqual(entries);
    await publish({ manifest_key: 'hero' });
    expect(manifest()).toEqual({ ...entries, hero: 'asset_3f2504e0.png' });
  });

  it.each(['{"half": ', '[1]', 'null', '"text"'])(
    'leaves a manifest that is %s alone, and publishes nothing',
    async (text) => {
      mkdirSync(path.dirname(inGen('x')), { recursive: true });
      writeFileSync(inGen(manifestName), text);
      await expect(publish({ manifest_key: 'hero' })).rejects.toMatchObject({
        code: 'PUBLISH_FAILED',
        message: expect.stringContaining(manifestName),
      });
      expect(readFileSync(inGen(manifestName), 'utf8')).toBe(text);
      expect(studio.names('public/gen')).toEqual([manifestName]);
      // Who does not ask for an entry is not held up by it.
      await publish({ target_filename: 'hero.png' });
    },
  );

  it('never goes into a manifest outside', async () => {
    mkdirSync(path.dirname(inGen('x')), { recursive: true });
    writeFileSync(path.join(studio.dir, 'other.json'), '{}');
    symlinkSync(path.join(studio.dir, 'other.json'), inGen(manifestName));
    await expect(publish({ manifest_key: 'hero' })).rejects.toMatchObject({ code: 'PATH_TRAVERSAL_DETECTED' });
    expect(readFileSync(path.join(studio.dir, 'other.json'), 'utf8')).toBe('{}');
  });

  it('is not lost when many come at once, from several programs', async () => {
    const programs = [publisher, studio.open(), studio.open()];
    const keys = Array.from({ length: 24 }, (_, at) => `key-${at}`);
    await Promise.all(
      keys.map((manifest_key, at) =>
        programs[at % programs.length]?.publish(asset, { manifest_key, target_filename: `${manifest_key}.png` }, going),
      ),
    );
    expect(manifest()).toEqual(Object.fromEntries(keys.map((key) => [key, `${key}.png`])));
    expect(studio.names('public/gen')).toHaveLength(keys.length + 1);
  });
});

describe('the bytes', () => {
  it('come from ComfyUI’s folder when neither the cache nor ComfyUI has them', async () => {
    mkdirSync(path.join(studio.comfy, 'sub'));
    writeFileSync(path.join(studio.comfy, 'sub', 'b.png'), original);
    const away = studio.uncached('b.png', 'sub');
    await expect(publish({ target_filename: 'b.png' }, away)).rejects.toMatchObject({
      code: 'COMFYUI_OUTPUT_ROOT_NOT_FOUND',
      hint: expect.stringContaining('set_comfyui_output_root'),
    });
    expect(existsSync(inGen(''))).toBe(false);
    publisher = studio.open({
      outputPlace: async () => ({ configured: studio.comfy, argv: [], local: true, home: studio.dir }),
    });
    await publish({ target_filename: 'b.png' }, away);
    expect(readFileSync(inGen('b.png')).equals(original)).toBe(true);
    const other = { ...away, bytes_size: 5 };
    await expect(publish({ target_filename: 'b.png' }, other)).rejects.toMatchObject({ code: 'PUBLISH_FAILED' });
    symlinkSync(path.join(studio.dir, 'cache', asset.filename), path.join(studio.comfy, 'link.png'));
    await expect(publish({ target_filename: 'b.png' }, studio.uncached('link.png'))).rejects.toMatchObject({
      code: 'SOURCE_PATH_OUTSIDE_ROOT',
    });
  });

  it('of a file that may be another one by now are not taken from there', async () => {
    writeFileSync(path.join(studio.comfy, 'b.png'), original);
    publisher = studio.open({
      fileOf: () => undefined,
      outputPlace: async () => ({ configured: studio.comfy, argv: [], local: true, home: studio.dir }),
    });
    await expect(publish({ target_filename: 'b.png' }, studio.uncached('b.png'))).rejects.toMatchObject({
      code: 'PUBLISH_FAILED',
      details: { code: 'COMFYUI_UNREACHABLE' },
    });
  });

  it('must be a picture: sound, film and damaged files are refused in words', async () => {
    for (const name of ['a.mp4', 'b.flac', 'c.txt']) {
      await expect(publish({ target_filename: 'a.png' }, assetOf(name))).rejects.toMatchObject({
        code: 'VALIDATION_ERROR',
        message: expect.stringContaining('only pictures'),
      });
    }
    const damaged = studio.cached('damaged.png', Buffer.from('no picture'));
    await expect(publish({ target_filename: 'a.png' }, damaged)).rejects.toMatchObject({ code: 'PUBLISH_FAILED' });
  });

  it('have a place to go to, or nothing happens', async () => {
    publisher = studio.open({
      projectPlace: () => ({ configured: undefined, cwd: '/', home: studio.dir, program: 'headless', own: studio.dir }),
    });
    await expect(publish({ target_filename: 'a.png' })).rejects.toMatchObject({ code: 'PUBLISH_ROOT_NOT_WRITABLE' });
  });
});
