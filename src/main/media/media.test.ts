import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.js';
import { assetOf, createStudio, inChunks, type Studio } from './testing.js';

let studio: Studio;
beforeEach(() => {
  studio = createStudio();
});
afterEach(() => studio.dispose());

function put(filename: string, size = 1000) {
  studio.files.set(filename, Buffer.alloc(size, filename));
  return assetOf(filename);
}

/** A fetch that waits to be told. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

const partsOf = (name: string) => {
  const dir = join(studio.dir, name, 'part');
  return existsSync(dir) ? readdirSync(dir) : [];
};

describe('an original', () => {
  it('is fetched once, whole, and stays after a restart', async () => {
    const asset = put('a.png', 10_000);
    const media = studio.open();
    const [first, second] = await Promise.all([media.original(asset), media.original(asset)]);
    expect(second).toEqual(first);
    expect(first).toMatchObject({ size: 10_000, mime_type: 'image/png' });
    expect(readFileSync(first.path)).toEqual(studio.files.get('a.png'));
    expect(first.path.startsWith(join(studio.dir, 'originals'))).toBe(true);
    studio.files.clear();
    expect(await studio.open().original(asset)).toEqual(first);
    expect(studio.fetched).toEqual(['a.png']);
  });

  it('that cannot be had is MEDIA_UNAVAILABLE, and asked for again the next time', async () => {
    const media = studio.open();
    await expect(media.original(assetOf('a.png'))).rejects.toMatchObject({
      code: 'MEDIA_UNAVAILABLE',
      details: { filename: 'a.png' },
    });
    expect((await media.original(put('a.png'))).size).toBe(1000);
  });

  it('fails with what the fetch said, when that is one of our errors', async () => {
    const media = studio.open({
      fetchOriginal: () => Promise.reject(new AppError('COMFYUI_UNREACHABLE', 'ComfyUI does not answer.')),
    });
    await expect(media.original(assetOf('a.png'))).rejects.toMatchObject({ code: 'COMFYUI_UNREACHABLE' });
  });

  it('that cannot be kept on this disk says so, not that ComfyUI failed', async () => {
    writeFileSync(join(studio.dir, 'originals'), 'a file where a folder should be');
    await expect(studio.open().original(put('a.png'))).rejects.toMatchObject({ code: 'DATA_DIR_UNWRITABLE' });
  });

  it('that breaks off, is cut short or is empty leaves nothing behind', async () => {
    async function* breaking() {
      yield Buffer.alloc(10);
      throw new Error('connection lost');
    }
    const bodies = [breaking(), inChunks(Buffer.alloc(10)), inChunks(Buffer.alloc(0))];
    for (const body of bodies) {
      const media = studio.open({ fetchOriginal: async () => ({ body, size: 11 }) });
      await expect(media.original(assetOf('a.png'))).rejects.toMatchObject({ code: 'MEDIA_UNAVAILABLE' });
    }
    const untold = studio.open({ fetchOriginal: async () => ({ body: inChunks(Buffer.alloc(0)), size: null }) });
    await expect(untold.original(assetOf('a.png'))).rejects.toMatchObject({ code: 'MEDIA_UNAVAILABLE' });
    expect(partsOf('originals')).toEqual([]);
    expect(readdirSync(join(studio.dir, 'originals'))).toEqual(['part']);
  });

  it('is given up when the last who wants it gives up, not before', async () => {
    let { open, opened } = gate();
    let aborted = false;
    const media = studio.open({
      async fetchOriginal(_asset, signal) {
        signal.addEventListener('abort', () => {
          aborted = true;
        });
        await opened;
        return { body: inChunks(Buffer.alloc(10)), size: 10 };
      },
    });
    const asset = assetOf('a.png');
    const [one, two] = [new AbortController(), new AbortController()];
    const first = media.original(asset, one.signal);
    const second = media.original(asset, two.signal);
    one.abort(new AppError('CANCELLED', 'gone'));
    await expect(first).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(aborted).toBe(false);
    open();
    expect((await second).size).toBe(10);

    ({ open, opened } = gate());
    const alone = new AbortController();
    const third = media.original(assetOf('b.png'), alone.signal);
    await new Promise((resolve) => setTimeout(resolve, 20));
    alone.abort(new AppError('CANCELLED', 'gone'));
    await expect(third).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(aborted).toBe(true);
    open();
    expect((await media.original(assetOf('b.png'))).size).toBe(10);
  });

  it('is not looked for outside the cache, whatever its id', async () => {
    const media = studio.open();
    for (const asset_id of ['../../etc/passwd', 'a/b', '', '.']) {
      await expect(media.original(assetOf('a.png', { asset_id }))).rejects.toMatchObject({ code: 'ASSET_NOT_FOUND' });
    }
    const odd = put('a.p%00ng/../x');
    expect((await media.original(odd)).path).toMatch(/\.bin$/);
    expect(studio.fetched).toEqual(['a.p%00ng/../x']);
  });

  it('unfinished at the last death is cleared away', async () => {
    mkdirSync(join(studio.dir, 'originals', 'part'), { recursive: true });
    writeFileSync(join(studio.dir, 'originals', 'part', 'left'), 'half');
    const media = studio.open();
    await media.original(put('a.png'));
    expect(partsOf('originals')).toEqual([]);
  });
});

describe('the cache', () => {
  it('evicts what was used longest ago, but nothing handed out a moment ago', async () => {
    let limit = 3000;
    const media = studio.open({ cacheLimitBytes: () => limit });
    const paths = new Map<string, string>();
    for (const name of ['a.bin', 'b.bin', 'c.bin']) {
      studio.clock.time += 1000;
      paths.set(name, (await media.original(put(name))).path);
    }
    const there = () => [...paths].filter(([, path]) => existsSync(path)).map(([name]) => name);
    limit = 2000;
    await media.trim();
    expect(there()).toEqual(['a.bin', 'b.bin', 'c.bin']);
    studio.clock.time += 120_000;
    await media.original(assetOf('a.bin'));
    await media.trim();
    expect(there()).toEqual(['a.bin', 'c.bin']);
    limit = 0;
    studio.clock.time += 120_000;
    await media.trim();
    expect(there()).toEqual([]);
    expect((await media.original(assetOf('a.bin'))).size).toBe(1000);
  });

  it('evicts by itself when a new file goes over the limit', async () => {
    const media = studio.open({ cacheLimitBytes: () => 2500 });
    const first = await media.original(put('a.bin'));
    await media.original(put('b.bin'));
    studio.clock.time += 120_000;
    await media.original(put('c.bin'));
    await media.trim();
    expect(existsSync(first.path)).toBe(false);
    expect(existsSync((await media.original(assetOf('b.bin'))).path)).toBe(true);
    expect(studio.fetched).toEqual(['a.bin', 'b.bin', 'c.bin']);
  });

  it('knows after a restart what it holds and what was used last', async () => {
    const first = studio.open();
    const names = ['a.bin', 'b.bin', 'c.bin'];
    for (const name of names) await first.original(put(name));
    studio.clock.time += 3_600_000;
    await first.original(assetOf('a.bin'));
    studio.clock.time += 3_600_000;
    const second = studio.open({ cacheLimitBytes: () => 1000 });
    await second.trim();
    studio.fetched.length = 0;
    for (const name of names) await second.original(assetOf(name));
    expect(studio.fetched).toEqual(['b.bin', 'c.bin']);
  });

  it('never evicts originals of the temp folder, which ComfyUI deletes', async () => {
    const media = studio.open({ cacheLimitBytes: () => 0 });
    studio.files.set(
      't.png',
      await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
        .png()
        .toBuffer(),
    );
    const asset = assetOf('t.png', { folder_type: 'temp' });
    expect(await media.adopt(asset)).toMatchObject({ width: 9, height: 9 });
    studio.clock.time += 120_000;
    await media.trim();
    studio.files.clear();
    const { path } = await media.original(asset);
    expect(path.startsWith(join(studio.dir, 'kept'))).toBe(true);
    expect(studio.fetched).toEqual(['t.png']);
  });

  it('gives up what is under way when it closes', async () => {
    const media = studio.open({
      fetchOriginal: (_asset, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
    });
    const pending = expect(media.original(assetOf('a.png'))).rejects.toMatchObject({ code: 'CANCELLED' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    await media.close();
    await pending;
  });
});

describe('a kept file', () => {
  it('is the original of any asset, is never evicted, and goes when its asset goes', async () => {
    let media = studio.open({ cacheLimitBytes: () => 0 });
    const asset = assetOf('from-a-backup.png');
    expect(await media.local(asset)).toBeUndefined();
    await media.keep(asset, inChunks(Buffer.from('the bytes')), 9);
    studio.clock.time += 3_600_000;
    await media.trim();
    media = studio.open({ cacheLimitBytes: () => 0 });
    const { path, size } = await media.original(asset);
    expect([readFileSync(path, 'utf8'), size]).toEqual(['the bytes', 9]);
    expect(await media.local(asset)).toEqual({ path, size });
    expect(await media.usage()).toMatchObject({ kept: 9, originals: 0 });
    expect(studio.fetched).toEqual([]);
    await media.forget(asset);
    expect(await media.local(asset)).toBeUndefined();
  });

  it('that breaks off leaves what was there', async () => {
    const media = studio.open();
    const asset = assetOf('from-a-backup.png');
    await media.keep(asset, inChunks(Buffer.from('the bytes')), 9);
    async function* broken() {
      yield Buffer.from('other');
      throw new Error('the stick was pulled out');
    }
    await expect(media.keep(asset, broken(), 9)).rejects.toThrow('pulled out');
    await expect(media.keep(asset, inChunks(Buffer.from('short')), 9)).rejects.toThrow('5 of 9');
    expect(readFileSync((await media.original(asset)).path, 'utf8')).toBe('the bytes');
    expect(partsOf('kept')).toEqual([]);
  });

  it('mends a picture that could not be read', async () => {
    const media = studio.open();
    const asset = put('damaged.png');
    await expect(media.thumbnail(asset, 256)).rejects.toMatchObject({ code: 'MEDIA_UNSUPPORTED' });
    const whole = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    await media.keep(asset, inChunks(whole), whole.byteLength);
    expect(await media.thumbnail(asset, 256)).toMatchObject({ mime_type: 'image/webp' });
  });
});

describe('a cache that is cleared by hand', () => {
  it('while pictures wait to be drawn costs another fetch, nothing else', async () => {
    const picture = (side: number) =>
      sharp({ create: { width: side, height: side, channels: 3, background: 'red' } })
        .png()
        .toBuffer();
    const large = await picture(3000);
    for (const name of ['a.png', 'b.png']) studio.files.set(name, large);
    studio.files.set('c.png', await picture(300));
    const media = studio.open();
    for (const name of ['a.png', 'b.png']) await media.original(assetOf(name));
    const { path } = await media.original(assetOf('c.png'));
    const drawn = ['a.png', 'b.png', 'c.png'].map((name) => media.thumbnail(assetOf(name), 256));
    // The first two hold both turns; the third knows its file by now and waits.
    await new Promise((resolve) => setTimeout(resolve, 5));
    rmSync(path);
    await Promise.all(drawn);
    expect(studio.fetched.length).toBeLessThanOrEqual(4);
  });
});

describe('adopting', () => {
  it('fetches the file and tells its facts, so that nothing more is fetched', async () => {
    studio.files.set(
      'a.png',
      await sharp({ create: { width: 900, height: 300, channels: 3, background: 'red' } })
        .png()
        .toBuffer(),
    );
    const media = studio.open();
    const asset = assetOf('a.png');
    expect(await media.adopt(asset)).toMatchObject({ width: 900, height: 300, animated: false });
    studio.files.clear();
    await media.thumbnail(asset, 256);
    expect(studio.fetched).toEqual(['a.png']);
  });

  it('fails when the file cannot be had', async () => {
    await expect(studio.open().adopt(assetOf('a.png'))).rejects.toMatchObject({ code: 'MEDIA_UNAVAILABLE' });
  });
});
