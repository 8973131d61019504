import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewAsset, NewJob } from '../ports.js';
import type { Registry } from './registry.js';
import { type Bench, completed, createBench, newJob, output } from './testing.js';

let bench: Bench;
let registry: Registry;
beforeEach(() => {
  bench = createBench();
  registry = bench.open();
});
afterEach(() => bench.dispose());

function run(id: string, outputs: NewAsset[], more: Partial<NewJob> = {}) {
  registry.jobs.insert(newJob(id, more));
  bench.clock.time += 1000;
  return registry.jobs.finish(id, completed(outputs, { finished_ms: bench.clock.time }))?.assets ?? [];
}

const added = () => bench.events.filter(({ type }) => type === 'asset.added').length;

describe('an output', () => {
  it('becomes an asset with the provenance of its job', () => {
    const [asset] = run('p1', [output('a.mp4', { subfolder: 'x', animated: true })], { parent_asset_id: 'parent' });
    expect(asset).toMatchObject({
      filename: 'a.mp4',
      subfolder: 'x',
      folder_type: 'output',
      prompt_id: 'p1',
      workflow_id: 'generate_image',
      tool: 'generate_image',
      media_kind: 'video',
      mime_type: 'video/mp4',
      animated: true,
      width: null,
      session_id: 's1',
      client_name: 'agent',
      parent_asset_id: 'parent',
      demo: true,
      parameters: newJob('p1').parameters,
      elapsed_ms: 1000,
      created_at: '2025-01-01T00:00:01.000Z',
      expires_at: '2025-01-02T00:00:01.000Z',
    });
    expect(asset?.asset_id).toMatch(/^[0-9a-f-]{36}$/);
    expect(bench.events.map(({ type }) => type)).toEqual(['job.changed', 'asset.added', 'job.changed']);
  });

  it('from the cache is the asset it was', () => {
    const first = run('p1', [output('a.png'), output('b.png')]);
    const second = run('p2', [output('b.png', { cached: true }), output('c.png')]);
    // It stays for as long as a new one would.
    expect(second[0]).toEqual({ ...first[1], expires_at: '2025-01-02T00:00:02.000Z' });
    expect(bench.events).toContainEqual({ type: 'asset.updated', asset: second[0] });
    expect(second[0]?.prompt_id).toBe('p1');
    expect(registry.jobs.get('p2')?.asset_ids).toEqual(second.map(({ asset_id }) => asset_id));
    expect(registry.assets.count({})).toBe(3);
    expect(added()).toBe(3);
  });

  it('that ComfyUI does not tell again is what the same graph made last', () => {
    const first = run('p1', [output('a.png'), output('b.png')]);
    run('p2', [output('c.png')], { graph: { '3': { class_type: 'Other', inputs: {} } } });
    const again = run('p3', []);
    expect(again).toEqual(first.map((asset) => ({ ...asset, expires_at: '2025-01-02T00:00:03.000Z' })));
    expect(bench.events.filter(({ type }) => type === 'asset.updated')).toHaveLength(2);
    expect(registry.assets.count({})).toBe(3);
    expect(run('p4', [], { backend: 'elsewhere' })).toEqual([]);
    expect(run('p5', [], { workflow_id: null })).toEqual([]);
  });

  it('from the cache that nobody knows is new', () => {
    const [asset] = run('p1', [output('unknown.png', { cached: true })]);
    expect(asset?.prompt_id).toBe('p1');
    expect(added()).toBe(1);
  });

  it('under a known name that was written anew supersedes the older asset, which keeps its record', () => {
    const [older] = run('p1', [output('a.png')]);
    const [newer] = run('p2', [output('a.png')]);
    if (older === undefined || newer === undefined) throw new Error('not registered');
    expect(newer.asset_id).not.toBe(older.asset_id);
    expect(registry.assets.get(older.asset_id)).toEqual(older);
    expect(registry.assets.location(older.asset_id)).toMatchObject({ superseded: true, backend: 'demo' });
    expect(registry.assets.location(newer.asset_id)).toMatchObject({ superseded: false });
    const [repeated] = run('p3', [output('a.png', { cached: true })]);
    expect(repeated?.asset_id).toBe(newer.asset_id);
  });

  it('in words is kept here, and is the same asset when the cache repeats it', () => {
    const words = (text: string, cached = false) =>
      output(`text_${text.length}.txt`, { folder_type: 'temp', text, cached });
    const [asset] = run('p1', [words('a red fox')]);
    expect(asset).toMatchObject({ media_kind: 'text', mime_type: 'text/plain' });
    expect(registry.assets.text(asset?.asset_id ?? '')).toBe('a red fox');
    expect(run('p2', [words('a red fox', true)])[0]?.asset_id).toBe(asset?.asset_id);
    expect(registry.assets.list({ limit: 9, query: 'red' }).assets.map(({ asset_id }) => asset_id)).toEqual([
      asset?.asset_id,
    ]);
    const [file] = run('p3', [output('a.txt')]);
    expect(registry.assets.text(file?.asset_id ?? '')).toBeUndefined();
    expect(registry.assets.text('unknown')).toBeUndefined();
  });

  it('is told apart by engine, folder and subfolder', () => {
    run('p1', [output('a.png'), output('a.png', { folder_type: 'temp' }), output('a.png', { subfolder: 's' })]);
    run('p2', [output('a.png', { cached: true })], { backend: 'http://other:8188' });
    expect(registry.assets.count({})).toBe(4);
  });

  it('named twice in one history is one asset', () => {
    const assets = run('p1', [output('a.png'), output('a.png', { node_id: '12' }), output('b.png')]);
    expect(assets.map(({ filename }) => filename)).toEqual(['a.png', 'b.png']);
    const repeated = run('p2', [output('b.png', { cached: true }), output('b.png', { cached: true })]);
    expect(repeated).toHaveLength(1);
  });

  it('of a job that is told late, out of the history, stands behind the file that replaced it', () => {
    const [newer] = run('p2', [output('a.png')]);
    const first = { finished_ms: bench.clock.time - 5000 };
    registry.jobs.insert(newJob('p1', { created_ms: bench.clock.time - 9000 }));
    const older = registry.jobs.finish('p1', completed([output('a.png')], first))?.assets[0];
    expect(registry.assets.location(older?.asset_id ?? '')).toMatchObject({ superseded: true });
    expect(registry.assets.location(newer?.asset_id ?? '')).toMatchObject({ superseded: false });
  });

  it('of a job that ends after its cached repeat is the asset the repeat brought', () => {
    registry.jobs.insert(newJob('p1'));
    const [early] = run('p2', [output('a.png', { cached: true })]);
    const late = registry.jobs.finish('p1', completed([output('a.png')]));
    expect(late?.assets.map(({ asset_id }) => asset_id)).toEqual([early?.asset_id]);
    expect(added()).toBe(1);
  });
});
