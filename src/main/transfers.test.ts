/** Exports, backups and restores between real libraries. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseJson } from '../shared/exact-json.js';
import type { AssetManifest } from '../shared/manifest.js';
import { completed, newJob, output } from './registry/testing.js';
import { realDisk } from './transfer/disk.js';
import {
  assetsOf,
  createTransferBench,
  fill,
  hugeSeed,
  type Library,
  type TransferBench,
} from './transfers.testing.js';

let bench: TransferBench;
beforeEach(() => {
  bench = createTransferBench();
});
afterEach(() => bench.dispose());

const zip = (name = 'backup.zip') => path.join(bench.dir, name);
/** Whatever an export left in the folder of exports. */
const left = () => readdirSync(bench.dir).filter((name) => !name.startsWith('library-'));

describe('a backup', () => {
  it('comes back whole in a fresh library: every record and every byte', async () => {
    const library = bench.library();
    await fill(library);
    const made = await library.transfer.backUp(zip());
    const before = assetsOf(library);
    expect(made).toMatchObject({ path: zip(), files: before.length - 1, left_out_count: 1, jobs: 8 });
    expect(made.left_out).toEqual([
      { asset_id: expect.any(String), filename: 'gone.png', reason: expect.stringContaining('it is not there') },
    ]);
    expect(left()).toEqual(['backup.zip']);

    const fresh = bench.library();
    const restored = await fresh.transfer.restore(zip());
    expect(restored).toMatchObject({ assets: before.length, jobs: 8, known: 0, problems_count: 0, problems: [] });
    // The text lies in its record, the bytes of one are gone.
    expect(restored.files).toBe(before.length - 2);
    expect(fresh.records()).toEqual(library.records());
    for (const asset of before.filter(({ filename }) => filename !== 'gone.png' && filename !== 'words.txt')) {
      expect(await fresh.bytesOf(asset), asset.filename).toEqual(await library.bytesOf(asset));
    }
    expect(fresh.registry.jobs.graph('one')).toEqual(library.registry.jobs.graph('one'));
    expect(fresh.registry.jobs.graph('one')?.['3']?.inputs.seed).toBe(hugeSeed);
    expect(fresh.registry.jobs.history('one')).toEqual(library.registry.jobs.history('one'));
    // Found by words, tags and families as before; the folder is not the person's own until they add it.
    for (const query of ['fox tag:sea', 'line two', 'old']) {
      const found = (one: Library) => one.registry.assets.list({ query, limit: 10, include_expired: true }).assets;
      expect(found(fresh).length, query).toBeGreaterThan(0);
      expect(found(fresh), query).toEqual(found(library));
    }
    expect(fresh.registry.sources.folders()).toEqual([]);
    expect(fresh.registry.collections.albums()).toEqual(library.registry.collections.albums());
  });

  it('is one JSON document with a record on each line', async () => {
    const library = bench.library();
    await fill(library);
    const ids = assetsOf(library).map(({ asset_id }) => asset_id);
    const { path: folder } = await library.transfer.exportAssets(ids, { to: 'folder', path: bench.dir }, 'keep');
    const text = readFileSync(path.join(folder, 'manifest.json'), 'utf8');
    const document = parseJson(text) as { records: AssetManifest[] };
    expect(document).toMatchObject({ format: 'comfyui-mcp-library', version: 1, program: '1.2.3', scope: 'selection' });
    expect(text.trimEnd().split('\n')).toHaveLength(document.records.length + 2);
    expect(text).toContain(String(hugeSeed));
    for (const { file, sha256 } of document.records.filter((record) => typeof record.file === 'string')) {
      const bytes = readFileSync(path.join(folder, file ?? ''));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
    }
  });

  it('again brings nothing new, and of two decisions the later one wins', async () => {
    const library = bench.library();
    await fill(library);
    const [fox, , kept] = assetsOf(library);
    await library.transfer.backUp(zip());
    // Decided after the backup: stays. Never decided about: stays as it is.
    library.registry.curation.curate(fox?.asset_id ?? '', { rating: 1, tags: ['later'], albums: [] });
    library.registry.curation.remove([kept?.asset_id ?? '']);
    const before = library.records();
    const again = await library.transfer.restore(zip());
    expect(again).toMatchObject({ assets: 0, jobs: 0, known: assetsOf(library).length, updated: 0, files: 0 });
    expect(library.records()).toEqual(before);
    // What this machine has no copy of any more is kept from now on, once.
    rmSync(path.join(library.dir, 'cache', 'originals'), { recursive: true });
    expect((await library.transfer.restore(zip())).files).toBeGreaterThan(3);
    expect(await library.transfer.restore(zip())).toMatchObject({ files: 0, bytes: 0 });

    const older = bench.library();
    await older.transfer.restore(zip());
    await library.transfer.backUp(zip('newer.zip'));
    older.events.length = 0;
    const newer = await older.transfer.restore(zip('newer.zip'));
    expect(older.events.map(({ type }) => type).sort()).toEqual([
      'asset.removed',
      'asset.updated',
      'collections.changed',
      'library.changed',
    ]);
    expect(newer).toMatchObject({ assets: 0, updated: 2 });
    expect(assetsOf(older)[0]).toMatchObject({ rating: 1, tags: ['later'], albums: [] });
    expect(older.records()).toEqual(before);
  });

  it('brings back what was deleted for good', async () => {
    const library = bench.library();
    await fill(library);
    const before = library.records();
    await library.transfer.backUp(zip());
    const ids = assetsOf(library).map(({ asset_id }) => asset_id);
    library.registry.curation.remove(ids);
    expect(library.registry.bin.purge(ids)).toBe(ids.length);
    expect(await library.transfer.restore(zip())).toMatchObject({ assets: ids.length, jobs: 0, problems_count: 0 });
    expect(library.records()).toEqual(before);
  });

  it('makes lost ones of jobs that had not ended', async () => {
    const library = bench.library();
    library.registry.jobs.insert(newJob('waiting'));
    await library.transfer.backUp(zip());
    const fresh = bench.library();
    await fresh.transfer.restore(zip());
    expect(fresh.registry.jobs.unfinished('demo')).toEqual([]);
    expect(fresh.registry.jobs.get('waiting')).toMatchObject({
      status: 'lost',
      error: { code: 'JOB_LOST', hint: expect.stringContaining('generate it again') },
    });
    // In the library that still follows it, it goes on.
    await library.transfer.restore(zip());
    expect(library.registry.jobs.get('waiting')).toMatchObject({ status: 'queued' });
  });

  it('stands beside another file of the same name, with its own bytes', async () => {
    const library = bench.library();
    library.files.set('x.png', Buffer.from('the first'));
    library.registry.jobs.insert(newJob('first'));
    library.registry.jobs.finish('first', completed([output('x.png')]));
    await library.transfer.backUp(zip());
    const other = bench.library();
    other.files.set('x.png', Buffer.from('another'));
    other.registry.jobs.insert(newJob('second'));
    other.registry.jobs.finish('second', completed([output('x.png')]));
    await other.transfer.restore(zip());
    const texts = await Promise.all(assetsOf(other).map(async (asset) => String(await other.bytesOf(asset))));
    expect(texts).toEqual(['another', 'the first']);
    expect(assetsOf(other).map(({ superseded_ms }) => superseded_ms === null)).toEqual([true, false]);
  });
});

describe('an export', () => {
  it('keeps names, gives none twice, and takes its jobs along', async () => {
    const library = bench.library();
    await fill(library);
    const chosen = assetsOf(library).filter(({ filename }) => /^(fox|con|a:b)/i.test(filename));
    const ids = chosen.map(({ asset_id }) => asset_id);
    const target = { to: 'folder', path: bench.dir } as const;
    const made = await library.transfer.exportAssets(ids, target, 'keep');
    expect(made).toMatchObject({ files: 4, jobs: 2, left_out: [] });
    expect(readdirSync(made.path).sort()).toEqual(['Fox (2).png', '_con.png', 'a_b_.png', 'fox.png', 'manifest.json']);
    const second = await library.transfer.exportAssets(ids, target, 'keep');
    expect(second.path).toBe(`${made.path} (2)`);
    const fresh = bench.library();
    expect(await fresh.transfer.restore(path.join(made.path, 'manifest.json'))).toMatchObject({ assets: 4, jobs: 2 });
    expect(assetsOf(fresh).map(({ outputs }) => outputs.map(({ prompt_id }) => prompt_id))).toEqual([
      ['one'],
      ['one'],
      ['two'],
      ['two'],
    ]);
  });

  it('without metadata has no manifest, and leaves out what can not be stripped', async () => {
    const library = bench.library();
    await fill(library);
    const room = library.room({
      strip: async (source, copy) => {
        const text = readFileSync(source, 'utf8');
        if (text.includes('con.png')) throw new Error('not this kind');
        writeFileSync(copy, text.replaceAll('bytes of', 'clean'));
      },
    });
    const ids = assetsOf(library)
      .filter(({ filename }) => ['fox.png', 'con.png', 'words.txt'].includes(filename))
      .map(({ asset_id }) => asset_id);
    const made = await room.exportAssets(ids, { to: 'folder', path: bench.dir }, 'strip');
    expect(made).toMatchObject({ files: 2, left_out: [{ filename: 'con.png', reason: 'not this kind' }] });
    expect(readdirSync(made.path).sort()).toEqual(['fox.png', 'words.txt']);
    expect(readFileSync(path.join(made.path, 'fox.png'), 'utf8')).toMatch(/^clean fox/);
    await expect(library.transfer.exportAssets(ids, { to: 'zip', path: zip() }, 'strip')).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
    });
  });

  it.each(['zip', 'folder'] as const)('that is cancelled leaves nothing behind: %s', async (to) => {
    const library = bench.library();
    await fill(library);
    const ids = assetsOf(library).map(({ asset_id }) => asset_id);
    let asked = 0;
    const room = library.room({
      bytes: {
        original: async (assetId) => {
          asked += 1;
          if (asked === 3) room.cancel();
          const asset = library.registry.transfer.asset(assetId);
          if (asset === undefined) throw new Error('unknown');
          return library.media.original(asset);
        },
        has: async () => false,
        keep: async () => {},
      },
    });
    writeFileSync(zip(), 'an older one');
    const target = { to, path: to === 'zip' ? zip() : bench.dir };
    await expect(room.exportAssets(ids, target, 'keep')).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(left()).toEqual(['backup.zip']);
    expect(readFileSync(zip(), 'utf8')).toBe('an older one');
    expect(room.status.task).toBeNull();
    expect(room.cancel()).toBe(false);
  });

  it.each(['zip', 'folder'] as const)('tells a full disk and leaves nothing behind: %s', async (to) => {
    const library = bench.library();
    await fill(library);
    let writes = 0;
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const room = library.room({
      disk: {
        ...realDisk,
        async create(file) {
          const handle = await realDisk.create(file);
          const write = handle.writeFile.bind(handle);
          handle.writeFile = async (data) => {
            writes += 1;
            if (writes > 3) throw full;
            await write(data);
          };
          return handle;
        },
      },
    });
    const ids = assetsOf(library).map(({ asset_id }) => asset_id);
    const target = { to, path: to === 'zip' ? zip() : bench.dir };
    await expect(room.exportAssets(ids, target, 'keep')).rejects.toMatchObject({
      code: 'TARGET_UNWRITABLE',
      message: expect.stringContaining('the disk is full'),
      hint: expect.stringContaining('Free some space'),
    });
    expect(left()).toEqual([]);
  });

  it('begins only where there is room, and where there is a folder', async () => {
    const library = bench.library();
    await fill(library);
    const [fox] = assetsOf(library);
    const ids = [fox?.asset_id ?? ''];
    const room = library.room({ disk: { ...realDisk, free: async () => 1000 } });
    await expect(room.exportAssets(ids, { to: 'zip', path: zip() }, 'keep')).rejects.toMatchObject({
      code: 'TARGET_UNWRITABLE',
      details: { free_bytes: 1000 },
    });
    for (const place of [path.join(bench.dir, 'nowhere', 'x.zip'), bench.dir]) {
      await expect(library.transfer.backUp(place)).rejects.toMatchObject({ code: 'TARGET_UNWRITABLE' });
    }
    expect(left()).toEqual([]);
  });

  it('runs alone, and tells how far it is', async () => {
    const library = bench.library();
    await fill(library);
    const running = library.transfer.backUp(zip());
    expect(library.transfer.status).toMatchObject({ task: 'backup' });
    await expect(library.transfer.restore(zip())).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
    await running;
    expect(library.told[0]).toMatchObject({ task: 'backup', total: 8 + assetsOf(library).length });
    // The clock of this library stands still, so nothing but the beginning and the end was told.
    expect(library.told).toHaveLength(2);
    expect(library.told.at(-1)).toMatchObject({ task: null });
  });
});
