import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mediaKinds } from '../../shared/asset.js';
import type { NewJob } from '../ports.js';
import type { Registry } from './registry.js';
import { type Bench, completed, createBench, newJob, output } from './testing.js';

let bench: Bench;
let registry: Registry;
beforeEach(() => {
  bench = createBench();
  registry = bench.open();
});
afterEach(() => bench.dispose());

let runs = 0;
function make(filenames: string[], more: Partial<NewJob> = {}) {
  runs += 1;
  const id = `p${runs}`;
  registry.jobs.insert(newJob(id, more));
  const outputs = filenames.map((filename) => output(filename));
  return registry.jobs.finish(id, completed(outputs, { finished_ms: bench.clock.time }))?.assets ?? [];
}

function pages(limit: number, between: () => void = () => {}) {
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const page = registry.assets.list({ limit, ...(cursor === undefined ? {} : { cursor }) });
    names.push(...page.assets.map(({ filename }) => filename));
    cursor = page.next_cursor;
    between();
  } while (cursor !== undefined);
  return names;
}

describe('lists', () => {
  it('go newest first through pages, whatever is added meanwhile', () => {
    // Two share each millisecond, so that the cursor has to tell them apart.
    for (const [number, name] of ['a', 'b', 'c', 'd', 'e', 'f'].entries()) {
      bench.clock.time += number % 2 === 0 ? 1000 : 0;
      make([`${name}.png`]);
    }
    const newestFirst = ['f', 'e', 'd', 'c', 'b', 'a'].map((name) => `${name}.png`);
    expect(pages(4)).toEqual(newestFirst);
    expect(pages(3)).toEqual(newestFirst);
    let number = 0;
    const addOne = () => {
      bench.clock.time += 1000;
      make([`new-${number++}.png`]);
    };
    expect(pages(2, addOne)).toEqual(newestFirst);
  });

  it('end without a cursor on the last page', () => {
    make(['a.png', 'b.png']);
    expect(registry.assets.list({ limit: 2 })).not.toHaveProperty('next_cursor');
    expect(registry.assets.list({ limit: 1 })).toHaveProperty('next_cursor');
  });

  it('refuse a cursor that is none of ours', () => {
    for (const cursor of ['', 'x', '1.2', Buffer.from('1.x').toString('base64url')]) {
      expect(() => registry.assets.list({ limit: 1, cursor })).toThrow(/cursor/);
    }
  });

  it('are filtered, and counted alike', () => {
    const [parent] = make(['a.png'], { workflow_id: 'one', session_id: 'mine' });
    make(['b.mp3', 'c.png'], { workflow_id: 'two', session_id: 'mine' });
    make(['d.png'], { workflow_id: 'two', session_id: null, parent_asset_id: parent?.asset_id ?? '' });
    const names = (filter: Parameters<typeof registry.assets.count>[0]) => {
      const { assets } = registry.assets.list({ limit: 10, ...filter });
      expect(registry.assets.count(filter)).toBe(assets.length);
      return assets.map(({ filename }) => filename).sort();
    };
    expect(names({})).toEqual(['a.png', 'b.mp3', 'c.png', 'd.png']);
    expect(names({ workflow_id: 'two' })).toEqual(['b.mp3', 'c.png', 'd.png']);
    expect(names({ session_id: 'mine', media_kind: 'image' })).toEqual(['a.png', 'c.png']);
    expect(names({ parent_asset_id: parent?.asset_id ?? '' })).toEqual(['d.png']);
    expect(names({ workflow_id: "'; DROP TABLE asset; --" })).toEqual([]);
  });
});

describe('a query', () => {
  const found = (query: string, more: object = {}) => {
    const filter = { query, ...more };
    const { assets } = registry.assets.list({ limit: 10, ...filter });
    expect(registry.assets.count(filter)).toBe(assets.length);
    return assets.map(({ filename }) => filename);
  };

  beforeEach(() => {
    const of = (filename: string, parameters: NewJob['parameters'], workflow_id = 'w') => {
      bench.clock.time += 1000;
      make([filename], { parameters, workflow_id });
    };
    of('one.png', { prompt: 'a red fox in the snow', negative_prompt: 'blurry', model: 'sd_xl_base_1.0.safetensors' });
    of('two.png', { prompt: 'a Füchsin, "quick" & brown', model: 'flux1-dev.safetensors' }, 'portrait_flux');
    of('three.mp3', { tags: 'snow, piano', lyrics: 'a fox sings', steps: 20 });
    of('четыре.png', { prompt: 'снежная лиса 雪狐' });
  });

  it.each([
    ['fox', ['three.mp3', 'one.png']],
    ['FOX snow', ['three.mp3', 'one.png']],
    ['fox -piano', ['one.png']],
    ['-fox', ['четыре.png', 'two.png']],
    ['"red fox"', ['one.png']],
    ['"fox red"', []],
    ['fuchs', ['two.png']],
    ['blur', ['one.png']],
    ['sd_xl_base_1.0', ['one.png']],
    ['flux', ['two.png']],
    ['portrait', ['two.png']],
    ['three.mp3', ['three.mp3']],
    ['лис', ['четыре.png']],
    ['雪', ['четыре.png']],
    ['20', []],
    ['', ['четыре.png', 'three.mp3', 'two.png', 'one.png']],
    ['") OR 1; DROP TABLE asset --', []],
    ['prompt:fox', ['three.mp3', 'one.png']],
    ['file:fox', []],
    ['fox*', ['three.mp3', 'one.png']],
  ])('%s', (query, names) => expect(found(query)).toEqual(names));

  it('goes together with other filters and pages', () => {
    expect(found('fox', { media_kind: 'audio' })).toEqual(['three.mp3']);
    const first = registry.assets.list({ limit: 1, query: 'snow' });
    expect(first.assets.map(({ filename }) => filename)).toEqual(['three.mp3']);
    const next = registry.assets.list({ limit: 1, query: 'snow', cursor: first.next_cursor ?? '' });
    expect(next.assets.map(({ filename }) => filename)).toEqual(['one.png']);
    expect(next.next_cursor).toBeUndefined();
  });
});

describe('a conversation', () => {
  it('has what it got from the cache, though another made it', () => {
    const [asset] = make(['a.png'], { session_id: 'first' });
    make(['b.png'], { session_id: 'second' });
    registry.jobs.insert(newJob('repeat', { session_id: 'second' }));
    registry.jobs.finish('repeat', completed([output('a.png', { cached: true })]));
    const names = (session_id: string) =>
      registry.assets.list({ limit: 9, session_id }).assets.map(({ filename }) => filename);
    expect(names('second')).toEqual(['b.png', 'a.png']);
    expect(registry.assets.count({ session_id: 'second' })).toBe(2);
    expect(names('first')).toEqual(['a.png']);
    expect(registry.assets.get(asset?.asset_id ?? '')?.session_id).toBe('first');
  });
});

describe('expiry', () => {
  it('hides from lists after the time that held when the asset was made', () => {
    const [asset] = make(['a.png']);
    if (asset === undefined) throw new Error('not registered');
    bench.clock.time += 24 * 3_600_000 - 1;
    expect(registry.assets.isExpired(asset)).toBe(false);
    expect(registry.assets.count({})).toBe(1);
    bench.clock.time += 1;
    expect(registry.assets.isExpired(asset)).toBe(true);
    expect(registry.assets.list({ limit: 10 }).assets).toEqual([]);
    expect(registry.assets.count({})).toBe(0);
    expect(registry.assets.list({ limit: 10, include_expired: true }).assets).toEqual([asset]);
    expect(registry.assets.get(asset.asset_id)).toEqual(asset);
  });

  it('never comes with 0 hours', () => {
    registry = bench.open({ assetTtlHours: () => 0 });
    const [asset] = make(['a.png']);
    bench.clock.time += 1e12;
    expect(asset?.expires_at).toBeNull();
    expect(registry.assets.count({})).toBe(1);
  });

  it('of a job that ended long ago counts from its registration', () => {
    registry.jobs.insert(newJob('late'));
    const finished_ms = bench.clock.time;
    bench.clock.time += 48 * 3_600_000;
    const [asset] = registry.jobs.finish('late', completed([output('a.png')], { finished_ms }))?.assets ?? [];
    expect(asset?.created_at).toBe('2025-01-01T00:00:00.000Z');
    expect(registry.assets.count({})).toBe(1);
  });
});

describe('facts', () => {
  it('are stored and told once', () => {
    const [asset] = make(['a.mp4']);
    const id = asset?.asset_id ?? '';
    bench.events.length = 0;
    const facts = { width: 320, height: 240, duration_seconds: 2.5, bytes_size: 9, animated: true };
    expect(registry.assets.setFacts(id, facts)).toMatchObject(facts);
    expect(bench.events).toEqual([{ type: 'asset.updated', asset: { ...asset, ...facts } }]);
    registry.assets.setFacts(id, facts);
    registry.assets.setFacts(id, { width: undefined });
    expect(bench.events).toHaveLength(1);
    expect(bench.open().assets.get(id)).toEqual({ ...asset, ...facts });
  });

  it('of nobody are undefined', () => {
    expect(registry.assets.setFacts('nobody', { width: 1 })).toBeUndefined();
    expect(bench.events).toEqual([]);
  });
});

describe('many at once', () => {
  it('come in the order asked for, without the unknown', () => {
    const [a, b] = make(['a.png', 'b.png']);
    const ids = [b?.asset_id ?? '', 'unknown', a?.asset_id ?? ''];
    expect(registry.assets.getMany(ids)).toEqual([b, a]);
    expect(registry.assets.get('unknown')).toBeUndefined();
    expect(registry.assets.location('unknown')).toBeUndefined();
  });

  it('are indexed as columns over several slices, newest first', async () => {
    expect(await registry.reader.ask('index', {})).toEqual({
      asset_ids: [],
      created_at: [],
      media_kinds: [],
      jobs: [],
      batches: [],
    });
    for (let batch = 0; batch < 4; batch += 1) {
      bench.clock.time += 1000;
      make(Array.from({ length: 8000 }, (_, number) => `${batch}-${number}.${number % 2 === 0 ? 'png' : 'mp3'}`));
    }
    const { asset_ids, created_at, media_kinds, jobs } = await registry.reader.ask('index', {});
    expect(new Set(asset_ids).size).toBe(32_000);
    expect(created_at).toHaveLength(32_000);
    expect(created_at).toEqual([...created_at].sort((a, b) => b - a));
    const page = registry.assets.list({ limit: 50 }).assets;
    expect(asset_ids.slice(0, 50)).toEqual(page.map(({ asset_id }) => asset_id));
    expect(media_kinds.slice(0, 50)).toEqual(page.map(({ media_kind }) => mediaKinds.indexOf(media_kind)));
    // What one job made has one number, and no other has it.
    expect(jobs.filter((number) => number === jobs[0])).toHaveLength(8000);
    expect(new Set(jobs).size).toBe(4);
    expect(jobs).not.toContain(0);
    const oldest = asset_ids.at(-1) ?? '';
    expect(registry.assets.get(oldest)?.filename).toBe('0-0.png');
  });
});
