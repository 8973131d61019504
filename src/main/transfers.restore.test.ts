/** Restores of what is broken, or breaks off. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { realDisk } from './transfer/disk.js';
import { assetsOf, createTransferBench, fill, type Library, type TransferBench } from './transfers.testing.js';

let bench: TransferBench;
beforeEach(() => {
  bench = createTransferBench();
});
afterEach(() => bench.dispose());

const zip = () => path.join(bench.dir, 'backup.zip');

describe('a restore', () => {
  async function exported(): Promise<{ folder: string; library: Library; lines: string[] }> {
    const library = bench.library();
    await fill(library);
    const ids = assetsOf(library).map(({ asset_id }) => asset_id);
    const { path: folder } = await library.transfer.exportAssets(ids, { to: 'folder', path: bench.dir }, 'keep');
    return { folder, library, lines: readFileSync(path.join(folder, 'manifest.json'), 'utf8').split('\n') };
  }
  const rewrite = (folder: string, lines: string[]) =>
    writeFileSync(path.join(folder, 'manifest.json'), lines.join('\n'));

  it('lists broken records and takes in the rest', async () => {
    const { folder, lines, library } = await exported();
    const asset = lines.findIndex((line) => line.includes('"fox.png"'));
    const other = lines.findIndex((line) => line.includes('"con.png"'));
    lines[asset] = lines[asset]?.replace('"rating":5', '"rating":50') ?? '';
    lines[other] = lines[other]?.slice(0, 100) ?? '';
    // Twice the same, and a date beyond all dates, which no list could show.
    const last = lines.findIndex((line) => line.includes('"words.txt"'));
    const twice = lines[last] ?? '';
    lines.splice(last, 0, twice, twice.replace(/"created_ms":\d+/, '"created_ms":9e15'));
    rewrite(folder, lines);
    const fresh = bench.library();
    const restored = await fresh.transfer.restore(folder);
    expect(restored).toMatchObject({ assets: assetsOf(library).length - 2, known: 1, problems_count: 3 });
    expect(restored.problems).toEqual([
      { what: expect.stringMatching(/^asset /), reason: expect.stringContaining('rating') },
      { what: expect.stringMatching(/^line \d+ of manifest\.json$/), reason: 'it is not JSON' },
      { what: expect.stringMatching(/^asset /), reason: expect.stringContaining('created_ms') },
    ]);
  });

  it('tells files that are missing, changed, or not in the export at all', async () => {
    const { folder, lines } = await exported();
    writeFileSync(path.join(folder, 'fox.png'), 'changed');
    writeFileSync(path.join(bench.dir, 'secret'), 'not yours');
    const at = lines.findIndex((line) => line.includes('"_con.png"'));
    lines[at] = lines[at]?.replace('"_con.png"', '"../secret"') ?? '';
    rewrite(folder, lines);
    const fresh = bench.library();
    const restored = await fresh.transfer.restore(folder);
    expect(restored.problems).toEqual([
      { what: 'fox.png', reason: expect.stringContaining('damaged') },
      { what: 'con.png', reason: 'its file is not in the backup' },
    ]);
    // Their records are there all the same, and point at nothing.
    const fox = assetsOf(fresh).find(({ filename }) => filename === 'fox.png');
    await expect(fresh.bytesOf(fox ?? { asset_id: '' })).rejects.toMatchObject({ code: 'MEDIA_UNAVAILABLE' });
  });

  it('that is cancelled is whole as far as it came, and goes on', async () => {
    const { folder, library } = await exported();
    const fresh = bench.library();
    let kept = 0;
    const room = fresh.room({
      bytes: {
        original: () => Promise.reject(new Error('not asked')),
        has: async () => false,
        async keep(asset, body, size) {
          kept += 1;
          if (kept === 3) room.cancel();
          await fresh.media.keep(asset, body, size);
        },
      },
    });
    await expect(room.restore(folder)).rejects.toMatchObject({ code: 'CANCELLED' });
    for (const asset of assetsOf(fresh)) await fresh.bytesOf(asset);
    await fresh.transfer.restore(folder);
    expect(assetsOf(fresh)).toHaveLength(assetsOf(library).length);
  });

  it('stops at a full disk, with nothing half', async () => {
    const { folder } = await exported();
    const fresh = bench.library();
    const room = fresh.room({ disk: { ...realDisk, free: async () => 10 } });
    await expect(room.restore(folder)).rejects.toMatchObject({ code: 'TARGET_UNWRITABLE' });
    expect(assetsOf(fresh)).toEqual([]);
  });

  it('refuses what is no export', async () => {
    const { transfer } = bench.library();
    mkdirSync(path.join(bench.dir, 'empty'));
    writeFileSync(zip(), 'no zip at all');
    writeFileSync(path.join(bench.dir, 'manifest.json'), '{"something":"else"}');
    for (const place of ['empty', 'backup.zip', 'manifest.json', 'nowhere']) {
      await expect(transfer.restore(path.join(bench.dir, place)), place).rejects.toMatchObject({
        code: 'BACKUP_INVALID',
        hint: expect.any(String),
      });
    }
    expect(existsSync(zip())).toBe(true);
  });
});
