import { describe, expect, it } from 'vitest';
import type { Job } from '../../shared/job.js';
import type { GalleryIndex } from '../store/gallery-index.js';
import { jobFixture } from '../store/test-data.js';
import { startOfDay } from '../ui/format.js';
import { stacked, unstacked } from './stacks.js';
import { assetsAt, buildView, days, entryOf, jobKey, placeOfEntry, placesOfJobs, waitingTiles } from './view.js';

const noon = new Date(2025, 10, 23, 12).getTime();
const hour = 3_600_000;

const index: GalleryIndex = {
  ids: ['a', 'b', 'song', 'c'],
  times: [noon, noon - hour, noon - 2 * hour, noon - 30 * hour],
  kinds: [0, 0, 2, 0],
  jobs: [1, 2, 3, 4],
};

const job = (promptId: string, values: Partial<Job>): Job =>
  jobFixture({ prompt_id: promptId, created_at: new Date(noon).toISOString(), ...values });

function view(jobs: Job[], more: Partial<Parameters<typeof buildView>[0]> = {}) {
  return buildView({
    index,
    shown: unstacked(more.index ?? index),
    all: true,
    byDay: true,
    jobs: new Map(jobs.map((one) => [one.prompt_id, one])),
    dismissed: new Set(),
    failuresSince: noon - 24 * hour,
    now: startOfDay(noon),
    ...more,
  });
}

describe('buildView', () => {
  it('groups what was made by local day', () => {
    expect(view([])).toMatchObject({
      keys: ['a', 'b', 'song', 'c'],
      days: [
        { day: new Date(2025, 10, 23).getTime(), count: 3, made: 3 },
        { day: new Date(2025, 10, 22).getTime(), count: 1, made: 1 },
      ],
      assets: 4,
    });
  });

  it('puts the job that ends next directly before the newest asset, so that its picture takes its place', () => {
    const running = job('run', { status: 'running' });
    const waiting = [job('w2', { position: 2 }), job('w1', { position: 1 })];
    const before = view([...waiting, running]);
    expect(before.keys.slice(0, 4)).toEqual([jobKey('w2'), jobKey('w1'), jobKey('run'), 'a']);
    expect(before.days[0]).toMatchObject({ count: 6, made: 3 });

    const after = view([...waiting, job('run', { status: 'completed', asset_ids: ['new'] })], {
      index: {
        ids: ['new', ...index.ids],
        times: [noon + 1, ...index.times],
        kinds: [0, ...index.kinds],
        jobs: [9, ...index.jobs],
      },
    });
    expect(after.keys.indexOf('new')).toBe(before.keys.indexOf(jobKey('run')));
    expect(after.keys.length).toBe(before.keys.length);
  });

  it('never shows a job and its picture side by side, whichever is told first', () => {
    const early = view([job('run', { status: 'running', asset_ids: ['a'] })]);
    expect(early.keys).toEqual(index.ids);
  });

  it('lets the end of a long line share one tile', () => {
    const waiting = Array.from({ length: 40 }, (_, at) => job(`w${at + 1}`, { position: at + 1 }));
    const { keys } = view(waiting);
    expect(entryOf(keys[0] ?? '')).toEqual({ kind: 'more', count: 40 - waitingTiles });
    expect(keys[waitingTiles]).toBe(jobKey('w1'));
    expect(keys[waitingTiles + 1]).toBe('a');
  });

  it('keeps a failure at its time until it is put away', () => {
    const failed = job('bad', { status: 'error', finished_at: new Date(noon - 90 * 60_000).toISOString() });
    expect(view([failed]).keys).toEqual(['a', 'b', jobKey('bad'), 'song', 'c']);
    expect(view([failed]).assets).toBe(4);
    expect(view([failed], { dismissed: new Set(['bad']) }).keys).toEqual(index.ids);
    expect(view([failed], { failuresSince: noon }).keys).toEqual(index.ids);
  });

  it('shows what was found without jobs, in one piece where the order is not of time', () => {
    const running = [job('run', { status: 'running' })];
    expect(view(running, { all: false })).toMatchObject({ keys: index.ids, assets: index.ids.length });
    expect(view(running, { all: false, byDay: false }).days).toEqual([{ day: null, count: 4, made: 4 }]);
  });

  it('counts what is in a closed stack, and finds its tile from any of it', () => {
    const batch = { ...index, jobs: [7, 7, 7, 4] };
    const running = [job('run', { status: 'running' })];
    const found = view(running, { index: batch, shown: stacked(batch, new Set()) });
    expect(found.keys).toEqual([jobKey('run'), 'a', 'c']);
    expect(found.days.map(({ count, made }) => [count, made])).toEqual([
      [2, 3],
      [1, 1],
    ]);
    expect(found.assets).toBe(4);
    expect(placeOfEntry(found, 'song')).toBe(1);
    expect(placeOfEntry(found, jobKey('run'))).toBe(0);
    expect(placeOfEntry(found, 'gone')).toBe(-1);
    expect(assetsAt(found, 1)).toEqual(['a', 'b', 'song']);
    expect(assetsAt(found, 0)).toEqual([]);
    expect(view([], { index: batch, shown: stacked(batch, new Set()) }).days[0]).toMatchObject({ count: 1, made: 3 });
  });

  it('opens a day for jobs when nothing was made yet', () => {
    const { days: found } = view([job('run', { status: 'running' })], {
      index: { ids: [], times: [], kinds: [], jobs: [] },
    });
    expect(found).toEqual([{ day: startOfDay(noon), count: 1, made: 0 }]);
  });
});

describe('placesOfJobs', () => {
  const places = (...jobs: Job[]) => placesOfJobs(new Map(jobs.map((one) => [one.prompt_id, one])));
  const progress = { node: '3', node_title: '', value: 1, max: 2, percent: 50, eta_seconds: null };

  it('stays while a job gets on, and changes when one moves, ends or fails', () => {
    const running = job('run', { status: 'running' });
    expect(places(job('run', { status: 'running', progress }))).toBe(places(running));
    expect(places(running, job('done', { status: 'completed' }))).toBe(places(running));
    const others = [job('run', { status: 'completed' }), job('run', { status: 'error' }), job('run', { position: 2 })];
    for (const other of others) expect(places(other)).not.toBe(places(running));
  });
});

describe('days', () => {
  it('counts 100,000 times without losing one', () => {
    const times = Array.from({ length: 100_000 }, (_, at) => noon - at * 9 * 60_000);
    const found = days(times);
    expect(found.reduce((sum, day) => sum + day.count, 0)).toBe(100_000);
    expect(new Set(found.map((day) => day.day)).size).toBe(found.length);
  });
});
