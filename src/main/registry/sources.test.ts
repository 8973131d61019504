/** Folders of this machine: files that become assets, are found again, replaced, moved and lost. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packDocument } from './documents.js';
import type { Registry } from './registry.js';
import type { FoundFile } from './sources.js';
import { type Bench, completed, createBench, newJob, output } from './testing.js';

let bench: Bench;
let registry: Registry;
let folder: number;
beforeEach(() => {
  bench = createBench();
  registry = bench.open();
  folder = registry.sources.add('/pictures', true).id;
});
afterEach(() => bench.dispose());

const graph = { '1': { class_type: 'KSampler', inputs: { seed: 5 } } };
const found = (path: string, more: Partial<FoundFile> = {}): FoundFile => ({
  path,
  bytes_size: 100,
  modified_ms: 1000,
  sample_hash: `hash of ${path}`,
  width: 8,
  height: 8,
  duration_seconds: null,
  animated: false,
  parameters: { prompt: 'a lake', model: 'flux', seed: 5 },
  graph: { packed: packDocument(graph), hash: 'g1' },
  workflow: packDocument({ nodes: [] }),
  same_as: null,
  ...more,
});
const register = (...files: FoundFile[]) => registry.sources.register(folder, files, { tell: true });
const all = () => registry.assets.list({ limit: 100 }).assets;
const only = () => {
  const [asset, ...more] = all();
  if (asset === undefined || more.length > 0) throw new Error('not one asset');
  return asset;
};

it('makes assets that are found by what is written in them and never expire', async () => {
  expect(register(found('a/b.png'), found('c.mp4', { graph: null, parameters: {}, workflow: null }))).toEqual({
    added: 2,
    joined: 0,
    replaced: 0,
  });
  const [asset] = (await registry.reader.ask('list', { limit: 9, query: 'lake model:flux seed:5' })).assets;
  expect(asset).toMatchObject({
    filename: 'b.png',
    subfolder: 'a',
    imported: true,
    missing: false,
    expires_at: null,
    created_at: '1970-01-01T00:00:01.000Z',
    parameters: { prompt: 'a lake' },
    bytes_size: 100,
  });
  expect(registry.jobs.graph(asset?.prompt_id ?? '')).toEqual(graph);
  expect(registry.sources.filesOf(asset?.asset_id ?? '')).toEqual([{ path: '/pictures/a/b.png', bytes_size: 100 }]);
  expect(bench.events.filter(({ type }) => type === 'asset.added')).toHaveLength(2);
  // They stand in no queue, and files of one graph share its record.
  register(found('again.png'));
  expect(registry.jobs.recent(10)).toEqual([]);
  expect(registry.jobs.counts().completed).toBe(0);
  expect(new Set(all().map(({ prompt_id }) => prompt_id)).size).toBe(2);
});

it('knows a file again under a new time, and takes another content as another asset', () => {
  register(found('a.png'));
  const before = only();
  expect(register(found('a.png', { modified_ms: 2000 }))).toEqual({ added: 0, joined: 0, replaced: 0 });
  expect(only().asset_id).toBe(before.asset_id);
  expect(registry.sources.known(folder, ['a.png', 'b.png'])).toEqual(
    new Map([
      ['a.png', { path: 'a.png', bytes_size: 100, modified_ms: 2000, asset_id: before.asset_id, missing: false }],
    ]),
  );
  expect(register(found('a.png', { sample_hash: 'new', modified_ms: 3000 })).replaced).toBe(1);
  expect(all()).toHaveLength(2);
  expect(registry.assets.get(before.asset_id)?.missing).toBe(true);
});

it('joins copies, and loses an asset only with its last file', () => {
  register(found('a.png'));
  const { asset_id } = only();
  expect(registry.sources.candidates(100, 'hash of a.png')).toMatchObject([{ asset_id, sampled: true }]);
  expect(register(found('copy.png', { sample_hash: 'hash of a.png', same_as: asset_id })).joined).toBe(1);
  expect(registry.sources.lose(folder, ['a.png'])).toBe(1);
  expect(only().missing).toBe(false);
  registry.sources.lose(folder, ['copy.png']);
  expect(only().missing).toBe(true);
  expect(registry.sources.filesOf(asset_id)).toEqual([]);
  register(found('moved/a.png', { sample_hash: 'hash of a.png', same_as: asset_id }));
  expect(only()).toMatchObject({ asset_id, missing: false });
});

it('loses an asset whose only file became a copy of another one, and gives its name to what comes next', () => {
  register(found('a.png'), found('b.png'));
  const idOf = (name: string) => all().find(({ filename }) => filename === name)?.asset_id ?? '';
  const [a, b] = [idOf('a.png'), idOf('b.png')];
  expect(register(found('a.png', { sample_hash: 'hash of b.png', same_as: b })).joined).toBe(1);
  expect(registry.assets.get(a)?.missing).toBe(true);
  expect(registry.sources.filesOf(b)).toHaveLength(2);
  registry.curation.remove([b]);
  registry.bin.purge([b]);
  expect(register(found('a.png', { sample_hash: 'third' })).added).toBe(1);
  expect(all().map(({ filename, missing }) => [filename, missing])).toEqual(
    expect.arrayContaining([
      ['a.png', true],
      ['a.png', false],
    ]),
  );
});

it('does not bring back what was deleted for good, until the folder is imported again', () => {
  register(found('a.png'));
  const { asset_id } = only();
  registry.curation.remove([asset_id]);
  registry.bin.purge([asset_id]);
  expect(registry.sources.known(folder, ['a.png']).get('a.png')?.asset_id).toBeNull();
  registry.sources.add('/pictures', true);
  expect(registry.sources.known(folder, ['a.png']).size).toBe(0);
});

it('moves the assets of a folder that is taken out into the bin, unless another folder has them', () => {
  register(found('a.png'), found('b.png'));
  const [b] = all().filter(({ filename }) => filename === 'b.png');
  const other = registry.sources.add('/other', false).id;
  registry.sources.register(other, [found('b.png', { same_as: b?.asset_id ?? '' })], { tell: false });
  expect(registry.sources.remove(folder)).toBe(true);
  expect(registry.sources.remove(folder)).toBe(false);
  expect(all().map(({ filename }) => filename)).toEqual(['b.png']);
  expect(registry.sources.folders().map(({ path }) => path)).toEqual(['/other']);
});

describe('a file that its watched folder showed before its job had ended', () => {
  it('becomes the asset of the job, with what people decided meanwhile', async () => {
    register(found('x.png', { sample_hash: 's', graph: null }));
    const seen = only();
    registry.curation.curate(seen.asset_id, { rating: 4, tags: ['dawn'], albums: ['Best'] });
    registry.jobs.insert(newJob('p1'));
    const made = registry.jobs.finish('p1', completed([output('x.png')]))?.assets[0];
    bench.events.length = 0;
    registry.sources.absorb(made?.asset_id ?? '', 's');
    expect(only()).toMatchObject({
      asset_id: made?.asset_id,
      rating: 4,
      tags: ['dawn'],
      albums: ['Best'],
      imported: false,
    });
    expect(bench.events.map(({ type }) => type)).toEqual(['asset.removed', 'asset.updated']);
    expect(registry.sources.filesOf(made?.asset_id ?? '')).toEqual([{ path: '/pictures/x.png', bytes_size: 100 }]);
    expect((await registry.reader.ask('list', { limit: 9, query: 'dawn' })).assets).toHaveLength(1);
    expect((await registry.reader.ask('list', { limit: 9, query: 'lake' })).assets).toHaveLength(0);
    // Nothing like it: nothing happens.
    registry.sources.absorb(made?.asset_id ?? '', 's');
    expect(all()).toHaveLength(1);
  });

  it('is that asset also when the job ends between looking for it and registering', () => {
    registry.jobs.insert(newJob('p1'));
    const made = registry.jobs.finish('p1', completed([output('x.png')]))?.assets[0];
    registry.sources.absorb(made?.asset_id ?? '', 's');
    expect(register(found('deep/x.png', { sample_hash: 's', same_as: null })).joined).toBe(1);
    expect(only().asset_id).toBe(made?.asset_id);
  });

  it('has what the file told, although the program ended before it had noted that itself', () => {
    // Deleted at once, in one order or the other: what lies in the bin is not read at the next start.
    registry.jobs.insert(newJob('p1'));
    const [first] = registry.jobs.finish('p1', completed([output('x.png')]))?.assets ?? [];
    registry.curation.remove([first?.asset_id ?? '']);
    registry.sources.absorb(first?.asset_id ?? '', 's');
    register(found('x.png', { sample_hash: 's' }));
    registry.curation.restore([first?.asset_id ?? '']);
    expect(only()).toMatchObject({ asset_id: first?.asset_id, bytes_size: 100 });

    register(found('y.png', { sample_hash: 't' }));
    registry.jobs.insert(newJob('p2'));
    const [second] = registry.jobs.finish('p2', completed([output('y.png')]))?.assets ?? [];
    registry.curation.remove([second?.asset_id ?? '']);
    registry.sources.absorb(second?.asset_id ?? '', 't');
    registry.curation.restore([second?.asset_id ?? '']);
    expect(registry.assets.get(second?.asset_id ?? '')).toMatchObject({ bytes_size: 100 });
  });
});

it('tells its folders with what they hold, over a restart', () => {
  register(found('a.png'), found('b.png'));
  registry.sources.lose(folder, ['b.png']);
  registry.sources.scanned(folder);
  registry.sources.watch(folder, false);
  expect(bench.open().sources.folders()).toEqual([
    { id: folder, path: '/pictures', watched: false, files: 1, scanned_at: '2025-01-01T00:00:00.000Z' },
  ]);
});
