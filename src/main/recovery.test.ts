/** Whole cores that lose their library, their files or the room on their disk. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Core } from './core.js';
import { type CoreBench, callContext as context, createCoreBench, smallImage } from './core.testing.js';
import type { Logger } from './ports.js';
import { silentLogger, systemClock } from './system.js';

let bench: CoreBench;
beforeEach(() => {
  bench = createCoreBench();
});
afterEach(() => bench.dispose());

/** Whatever takes longer takes a moment. */
const hurried = (longestMs: number) => ({
  ...systemClock,
  sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms > longestMs ? 50 : ms, signal),
});
/** Hours pass in moments; an engine has the time it needs to answer. */
const quickClock = hurried(59_000);

const data = (...names: string[]) => path.join(bench.home, 'data', ...names);
const damage = () => writeFileSync(data('library.db'), 'not a database '.repeat(1000));
const told = (core: Core) => core.notices().find(({ message }) => message.includes('library file'));
const names = (folder: string) =>
  existsSync(data(folder)) ? readdirSync(data(folder), { recursive: true, encoding: 'utf8' }) : [];
const list = async ({ handlers }: Core) => (await handlers.list_assets({}, context())).assets;

/** Makes a few pictures and waits until their files are here. */
async function make(core: Core, count: number): Promise<string[]> {
  const { assets } = await core.handlers.run_workflow({ ...smallImage, count }, context());
  for (const { asset_id } of assets) await core.original(asset_id);
  return assets.map(({ asset_id }) => asset_id).sort();
}

describe('a damaged library', () => {
  it('comes back from its copy, from ComfyUI and from the cache, each asset once', async () => {
    const { args } = await bench.server();
    const first = await bench.open(args);
    const [starred = '', ...others] = await make(first, 3);
    await first.handlers.update_asset({ asset_id: starred, rating: 5 }, context());
    await first.stop();
    const second = await bench.open(args, { clock: quickClock });
    await expect.poll(() => names('copies').filter((name) => name.endsWith('.db'))).not.toEqual([]);
    await second.stop();
    const third = await bench.open(args);
    const late = await third.handlers.run_workflow(
      { ...smallImage, overrides: { ...smallImage.overrides, seed: 9 } },
      context(),
    );
    await third.original(late.asset_id ?? '');
    await third.stop();
    damage();

    const mended = await bench.open(args, { clock: quickClock });
    await expect.poll(() => told(mended), { timeout: 10_000 }).toBeDefined();
    const notice = told(mended);
    expect(notice?.message).toContain('The library file was damaged. It was kept as');
    expect(notice?.message).toContain('It was restored as of');
    expect(notice?.message).toContain('1 asset came from ComfyUI’s history.');
    expect(notice?.message).not.toContain('cache');
    expect(mended.notices().filter(({ message }) => message.includes('library file'))).toHaveLength(1);
    const assets = await list(mended);
    expect(assets).toHaveLength(4);
    expect(assets.map(({ asset_id }) => asset_id)).toEqual(expect.arrayContaining([starred, ...others]));
    expect(assets.find(({ asset_id }) => asset_id === starred)).toMatchObject({ rating: 5 });
    // Ours keeps the id agents know it by.
    expect(assets.map(({ prompt_id }) => prompt_id)).toContain(late.prompt_id);
    await mended.stop();
    expect(told(await bench.open(args))).toBeUndefined();
  });

  it('is rebuilt from the cache alone under the old ids, and keeps what is nowhere else', async () => {
    const { args, engine } = await bench.server();
    const first = await bench.open(args);
    const ids = await make(first, 2);
    await bench.close();
    await engine.stop();
    damage();
    const mended = await bench.open(args, { clock: hurried(100) });
    await expect.poll(() => told(mended), { timeout: 10_000 }).toBeDefined();
    expect(told(mended)?.message).toContain('There was no good copy of it');
    expect(told(mended)?.message).toContain('2 assets were found again in the cache');
    const assets = await list(mended);
    expect(assets.map(({ asset_id }) => asset_id).sort()).toEqual(ids);
    for (const id of ids) expect(readFileSync((await mended.original(id)).path).byteLength).toBeGreaterThan(0);
    expect(names('cache/originals').filter((name) => name.endsWith('.png'))).toEqual([]);
    expect(names('cache/kept').filter((name) => name.endsWith('.png'))).toHaveLength(2);
    await expect.poll(async () => (await list(mended)).every(({ width }) => width === 64)).toBe(true);
  });
});

describe('the history of ComfyUI', () => {
  it('is imported once, with what others made', async () => {
    const { args } = await bench.server();
    const first = await bench.open(args);
    const ids = await make(first, 2);
    await bench.close();
    for (const name of readdirSync(data())) if (name.startsWith('library')) rmSync(data(name));
    const { handlers } = await bench.open(args);
    const window = context({ door: 'ipc' });
    expect(await handlers.import_history({}, window)).toEqual({ jobs: 2, assets: 2 });
    expect(await handlers.import_history({}, window)).toEqual({ jobs: 0, assets: 0 });
    const { assets } = await handlers.list_assets({}, context());
    expect(assets).toHaveLength(ids.length);
    for (const { asset_id } of assets) await handlers.view_image({ asset_id }, context());
  });
});

describe('a file that ComfyUI no longer has', () => {
  it('is marked, and no longer when it is there again', async () => {
    const { args } = await bench.server();
    const core = await bench.open(args);
    const [id = ''] = await make(core, 1);
    const cached = (await core.original(id)).path;
    const [asset] = (await core.handlers.get_assets({ asset_ids: [id] }, context({ door: 'ipc' }))).assets;
    const file = path.join(bench.home, 'server-0', 'output', asset?.subfolder ?? '', asset?.filename ?? '');
    const bytes = readFileSync(file);
    rmSync(cached);
    rmSync(file);
    await expect(core.original(id)).rejects.toMatchObject({ code: 'MEDIA_UNAVAILABLE' });
    const missing = async () =>
      (await core.handlers.get_assets({ asset_ids: [id] }, context({ door: 'ipc' }))).assets[0]?.missing;
    expect(await missing()).toBe(true);
    expect(bench.events).toContainEqual(
      expect.objectContaining({ type: 'asset.updated', asset: expect.objectContaining({ missing: true }) }),
    );
    writeFileSync(file, bytes);
    await core.original(id);
    expect(await missing()).toBe(false);
  });

  it('is not marked while ComfyUI is away', async () => {
    const { args, engine } = await bench.server();
    const core = await bench.open(args);
    const [id = ''] = await make(core, 1);
    rmSync((await core.original(id)).path);
    await engine.stop();
    await expect(core.original(id)).rejects.toBeDefined();
    const { assets } = await core.handlers.get_assets({ asset_ids: [id] }, context({ door: 'ipc' }));
    expect(assets).toMatchObject([{ missing: false }]);
  });
});

/** A small disk of its own for the data directory, where the tests may mount one. */
function mounted(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  mkdirSync(data(), { recursive: true });
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', data()]).status === 0;
}

/** Writes until nothing more goes. */
function fillDisk(): void {
  for (const size of [1 << 20, 1 << 16, 1 << 12, 1]) {
    try {
      for (;;) appendFileSync(data('ballast'), Buffer.alloc(size));
    } catch {
      // Full for pieces of this size.
    }
  }
}

describe('a full disk', () => {
  afterEach(async () => {
    await bench.close();
    spawnSync('umount', [data()]);
  });

  it('keeps no result: the job goes on until it can be stored', async ({ skip }) => {
    if (!mounted()) return skip('needs the right to mount a small disk');
    const { args } = await bench.server({ stepDelayMs: 150 });
    let tries = 0;
    const warn = (message: string) => {
      if (message.startsWith('the end of a job could not be stored')) tries += 1;
    };
    const logger: Logger = { ...silentLogger, warn, child: () => logger };
    const core = await bench.open(args, { logger });
    const { handlers } = core;
    const { prompt_id } = await handlers.run_workflow({ ...smallImage, wait_seconds: 0 }, context());
    fillDisk();
    const full = () => core.notices().filter(({ message }) => message.includes('the disk is full'));
    await expect.poll(full, { timeout: 10_000 }).toHaveLength(1);
    expect(full()[0]).toMatchObject({ level: 'error', hint: expect.stringContaining('taken in by itself') });
    // More often than other failures are borne.
    await expect.poll(() => tries, { timeout: 15_000 }).toBeGreaterThan(5);
    expect((await handlers.get_job({ prompt_id }, context())).status).not.toMatch(/completed|error|lost/);
    await expect(handlers.run_workflow(smallImage, context())).rejects.toMatchObject({ code: 'DATA_DIR_UNWRITABLE' });
    expect(full()).toHaveLength(1);

    rmSync(data('ballast'));
    const job = await handlers.get_job({ prompt_id, wait_seconds: 20 }, context());
    expect(job).toMatchObject({ status: 'completed', assets: [{ filename: expect.any(String) }] });
    await expect.poll(async () => (await list(core))[0]?.width, { timeout: 10_000 }).toBe(64);
    expect(core.notices()).toContainEqual(
      expect.objectContaining({ level: 'info', message: 'The data directory can be written again.' }),
    );
  });

  it('costs no picture whose file came meanwhile', async ({ skip }) => {
    if (!mounted()) return skip('needs the right to mount a small disk');
    const { args } = await bench.server();
    const core = await bench.open(args);
    const [id = ''] = await make(core, 1);
    // Nothing is under way any more when its thumbnail is there.
    await expect.poll(() => names('cache/thumbnails').filter((name) => name.endsWith('.webp'))).toHaveLength(1);
    rmSync((await core.original(id)).path);
    fillDisk();
    await expect(core.original(id)).rejects.toMatchObject({
      code: 'DATA_DIR_UNWRITABLE',
      hint: expect.stringContaining('free space'),
    });
    rmSync(data('ballast'));
    await core.original(id);
  });
});
