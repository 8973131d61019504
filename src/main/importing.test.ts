/** Importing folders on whole cores: real files of ComfyUI, copies, changes, losses, pauses, restarts, and what is watched. */
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Asset } from '../shared/asset.js';
import type { Handlers } from '../shared/contract.js';
import type { ImportStatus } from '../shared/library.js';
import type { Core } from './core.js';
import { type CoreBench, callContext, createCoreBench, smallImage } from './core.testing.js';

const fixtures = path.join(import.meta.dirname, 'embedded', 'fixtures');
const asWindow = callContext({ door: 'ipc', sessionId: 'window' });
/** The beginning of 2024: files that were written just now are waited for. */
const longAgo = new Date(Date.UTC(2024, 0, 1));

let bench: CoreBench;
let core: Core;
let folder: string;
beforeEach(async () => {
  bench = createCoreBench();
  folder = path.join(bench.home, 'pictures');
  mkdirSync(folder);
  core = await bench.open(['--demo'], { program: 'desktop' });
});
afterEach(() => bench.dispose());

const call = <K extends keyof Handlers>(name: K, input: Parameters<Handlers[K]>[0]) =>
  core.handlers[name](input as never, asWindow) as ReturnType<Handlers[K]>;
const assets = async (): Promise<Asset[]> => {
  const { asset_ids } = await call('get_gallery_index', {});
  return (await call('get_assets', { asset_ids })).assets;
};
const names = async () => (await assets()).map(({ subfolder, filename }) => path.join(subfolder, filename)).sort();
const status = async (): Promise<ImportStatus> => (await call('get_import', {})).import;
const idle = () => vi.waitFor(async () => expect((await status()).state).toBe('idle'), { timeout: 20_000 });
const importAll = async (what = folder, watch = false) => {
  const { folder: source } = await call('import_folder', { path: what, watch });
  await idle();
  return source;
};
const put = (name: string, from: string, time = longAgo) => {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  copyFileSync(path.join(fixtures, from), file);
  utimesSync(file, time, time);
  return file;
};
const picture = async (name: string, colour: string, side = 8, time = longAgo) => {
  const file = path.join(folder, name);
  await sharp({ create: { width: side, height: side, channels: 3, background: colour } })
    .png()
    .toFile(file);
  utimesSync(file, time, time);
  return file;
};

describe('a folder', () => {
  it('comes with everything that ComfyUI wrote into its files, whatever their kind', async () => {
    for (const name of readdirSync(fixtures).filter((file) => file.startsWith('comfyui'))) put(`deep/er/${name}`, name);
    put('.hidden/x.png', 'comfyui.png');
    writeFileSync(path.join(folder, 'notes.txt'), 'not imported');
    const source = await importAll();
    const found = await assets();
    expect(found.length).toBe(readdirSync(path.join(folder, 'deep', 'er')).length);
    for (const asset of found) {
      expect(asset, asset.filename).toMatchObject({
        imported: true,
        subfolder: 'deep/er',
        created_at: longAgo.toISOString(),
      });
      const { graph } = await call('get_asset_document', { asset_id: asset.asset_id });
      expect(Object.keys(graph ?? {}).length, asset.filename).toBeGreaterThan(0);
      if (asset.media_kind !== 'audio') expect(asset.width, asset.filename).toBeGreaterThan(0);
      if (asset.media_kind !== 'image') expect(asset.duration_seconds, asset.filename).toBeGreaterThan(0);
    }
    expect(await status()).toMatchObject({ state: 'idle', added: found.length, done: found.length, failed: 0 });
    expect((await call('get_import', {})).folders).toMatchObject([
      { id: source.id, path: folder, watched: false, files: found.length },
    ]);
    // Their bytes are used where they lie.
    const [asset] = found;
    expect((await core.original(asset?.asset_id ?? '')).path).toBe(path.join(folder, 'deep/er', asset?.filename ?? ''));
    expect((await call('get_library_stats', {})).disk.originals).toBe(0);
  });

  it('is looked through a second time without reading anything twice', async () => {
    put('a.png', 'comfyui.png');
    await picture('b.png', 'red');
    await importAll();
    const before = await assets();
    await importAll();
    expect(await assets()).toEqual(before);
    expect(await status()).toMatchObject({ added: 0, joined: 0, done: 2, total: 2 });
  });

  it('has one asset for each picture, however many copies, large ones too', async () => {
    const large = await sharp(Buffer.from(Uint8Array.from({ length: 400 * 400 * 3 }, () => Math.random() * 256)), {
      raw: { width: 400, height: 400, channels: 3 },
    })
      .png()
      .toBuffer();
    const write = (name: string, bytes: Buffer) => {
      writeFileSync(path.join(folder, name), bytes);
      utimesSync(path.join(folder, name), longAgo, longAgo);
    };
    for (const name of ['1.png', '2.png', '3.png']) write(name, large);
    // Differs in one byte that no sample holds.
    const other = Buffer.from(large);
    other[100 * 1024] = (other[100 * 1024] ?? 0) ^ 1;
    write('4.png', other);
    put('5.png', 'comfyui.png');
    put('6.png', 'comfyui.png');
    await importAll();
    expect(await assets()).toHaveLength(3);
    expect(await status()).toMatchObject({ added: 3, joined: 3 });
    // The copy that is left still is the picture.
    rmSync(path.join(folder, '1.png'));
    rmSync(path.join(folder, '2.png'));
    await importAll();
    expect((await assets()).every(({ missing }) => !missing)).toBe(true);
  });

  it('tells what is gone and what moved', async () => {
    put('a.png', 'comfyui.png');
    await picture('b.png', 'blue');
    await importAll();
    const [b] = (await assets()).filter(({ filename }) => filename === 'b.png');
    rmSync(path.join(folder, 'a.png'));
    mkdirSync(path.join(folder, 'moved'));
    renameSync(path.join(folder, 'b.png'), path.join(folder, 'moved', 'c.png'));
    await importAll();
    const missing = (await assets()).filter((asset) => asset.missing).map(({ filename }) => filename);
    expect(missing).toEqual(['a.png']);
    expect((await core.original(b?.asset_id ?? '')).path).toBe(path.join(folder, 'moved', 'c.png'));
  });

  it('knows a large file again that was renamed, with its stars', async () => {
    const noise = Buffer.from(Uint8Array.from({ length: 400 * 400 * 3 }, () => Math.random() * 256));
    const before = path.join(folder, 'before.png');
    await sharp(noise, { raw: { width: 400, height: 400, channels: 3 } })
      .png()
      .toFile(before);
    utimesSync(before, longAgo, longAgo);
    await importAll();
    const [asset] = await assets();
    await call('update_asset', { asset_id: asset?.asset_id ?? '', rating: 5 });
    renameSync(before, path.join(folder, 'after.png'));
    await importAll();
    expect(await assets()).toMatchObject([{ asset_id: asset?.asset_id, rating: 5, missing: false }]);
  });

  it('that can not be read in parts is imported all the same, and the parts are told', async () => {
    put('good.png', 'comfyui.png');
    writeFileSync(path.join(folder, 'torn.png'), Buffer.from('\x89PNG\r\n\x1a\nand then nothing', 'latin1'));
    utimesSync(path.join(folder, 'torn.png'), longAgo, longAgo);
    await importAll();
    expect(await names()).toEqual(['good.png', 'torn.png']);
    await expect(
      core.assets.thumbnail((await assets()).find(({ filename }) => filename === 'torn.png')?.asset_id ?? '', 256),
    ).rejects.toMatchObject({ code: 'MEDIA_UNSUPPORTED' });
  });

  it('that is not there is told at once', async () => {
    await expect(call('import_folder', { path: path.join(folder, 'nothing') })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect((await call('get_import', {})).folders).toEqual([]);
  });

  it('inside of an imported one is a part of it; a single file brings no others', async () => {
    put('in/a.png', 'comfyui.png');
    await picture('b.png', 'green');
    await importAll(path.join(folder, 'b.png'));
    expect(await names()).toEqual(['b.png']);
    await importAll(path.join(folder, 'in'));
    expect(await names()).toEqual(['b.png', 'in/a.png']);
    expect((await call('get_import', {})).folders).toHaveLength(1);
  });
});

describe('an import', () => {
  const many = async (count: number) => {
    const bytes = await sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    for (let number = 0; number < count; number += 1) {
      // Different bytes after the end of the picture.
      writeFileSync(path.join(folder, `${number}.png`), Buffer.concat([bytes, Buffer.from(`${number}`)]));
      utimesSync(path.join(folder, `${number}.png`), longAgo, longAgo);
    }
  };
  const begun = () =>
    vi.waitFor(async () => expect((await status()).done).toBeGreaterThan(0), { interval: 1, timeout: 10_000 });

  it('pauses, goes on, and tells how far it is', async () => {
    await many(1000);
    await call('import_folder', { path: folder, watch: false });
    await begun();
    expect((await call('control_import', { action: 'pause' })).state).toBe('paused');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { done } = await status();
    expect(done).toBeLessThan(1000);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await status()).done).toBe(done);
    await call('control_import', { action: 'resume' });
    await idle();
    expect(await status()).toMatchObject({ done: 1000, total: 1000, added: 1000 });
    const told = bench.events.filter((event) => event.type === 'import.progress');
    expect(told.length).toBeGreaterThan(2);
    expect(bench.events.some((event) => event.type === 'library.changed')).toBe(true);
    expect(bench.events.some((event) => event.type === 'asset.added')).toBe(false);
  });

  it('that was stopped keeps what it had, and goes on at the next start', async () => {
    await many(600);
    await call('import_folder', { path: folder, watch: false });
    await begun();
    await call('control_import', { action: 'stop' });
    await idle();
    const had = (await assets()).length;
    expect(had).toBeLessThan(600);
    await bench.close();
    core = await bench.open(['--demo'], { program: 'desktop' });
    await vi.waitFor(async () => expect(await assets()).toHaveLength(600), { timeout: 20_000 });
  });
});

describe('a watched folder', () => {
  it('takes in new files and folders as they come, also while the program was away', async () => {
    put('a.png', 'comfyui.png');
    await importAll(folder, true);
    mkdirSync(path.join(folder, 'new'));
    await picture('new/b.png', 'yellow', 8, new Date());
    await vi.waitFor(async () => expect(await names()).toEqual(['a.png', 'new/b.png']), { timeout: 15_000 });
    expect(bench.events.some((event) => event.type === 'asset.added')).toBe(true);
    rmSync(path.join(folder, 'new', 'b.png'));
    const lost = async () => (await assets()).filter(({ missing }) => missing).map(({ filename }) => filename);
    await vi.waitFor(async () => expect(await lost()).toEqual(['b.png']), { timeout: 15_000 });
    await bench.close();
    await picture('c.png', 'pink', 8);
    core = await bench.open(['--demo'], { program: 'desktop' });
    await vi.waitFor(async () => expect(await names()).toContain('c.png'), { timeout: 15_000 });
    await call('update_import_folder', { id: (await call('get_import', {})).folders[0]?.id ?? 0, watched: false });
  });

  it('is watched behind links as well, which are looked behind', async () => {
    const elsewhere = path.join(bench.home, 'elsewhere');
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, path.join(folder, 'linked'));
    put('a.png', 'comfyui.png');
    await importAll(folder, true);
    await picture('linked/b.png', 'pink', 8, new Date());
    await vi.waitFor(async () => expect(await names()).toEqual(['a.png', 'linked/b.png']), { timeout: 15_000 });
  });

  it('given at the start is not imported anew at each: what was deleted for good stays so', async () => {
    await bench.close();
    const open = async () => {
      core = await bench.open(['--demo', '--import-dir', folder], { program: 'desktop' });
      await vi.waitFor(async () => expect((await call('get_import', {})).folders).toMatchObject([{ watched: true }]));
      await idle();
    };
    put('a.png', 'comfyui.png');
    await open();
    await vi.waitFor(async () => expect(await names()).toEqual(['a.png']), { timeout: 15_000 });
    await call('delete_assets', { asset_ids: (await assets()).map(({ asset_id }) => asset_id) });
    await call('empty_bin', {});
    await bench.close();
    await picture('b.png', 'pink');
    await open();
    await vi.waitFor(async () => expect(await names()).toEqual(['b.png']), { timeout: 15_000 });
    // Whoever chooses it in the window wants what is in it.
    await importAll(folder, true);
    expect(await names()).toEqual(['a.png', 'b.png']);
  });

  it('knows the pictures that the program itself made there', async () => {
    const made = await core.handlers.run_workflow(smallImage, callContext());
    const output = path.join(bench.home, 'data', 'demo', 'output');
    await expect(call('import_folder', { path: output })).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
    const [asset] = await assets();
    copyFileSync(path.join(output, asset?.filename ?? ''), path.join(folder, asset?.filename ?? ''));
    utimesSync(path.join(folder, asset?.filename ?? ''), longAgo, longAgo);
    await importAll();
    expect(await assets()).toMatchObject([
      { asset_id: made.status === 'completed' ? made.asset_id : '', imported: false },
    ]);
    expect(await status()).toMatchObject({ added: 0, joined: 1 });
  });
});

it('a folder that is taken out leaves the gallery, and its files stay', async () => {
  put('a.png', 'comfyui.png');
  const { id } = await importAll();
  await call('remove_import_folder', { id });
  expect(await assets()).toEqual([]);
  expect(readdirSync(folder)).toEqual(['a.png']);
  await expect(call('remove_import_folder', { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(call('update_import_folder', { id, watched: true })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
