import { describe, expect, it } from 'vitest';
import type { AppEvent } from '../../shared/events.js';
import { idleTransfer } from '../../shared/transfer.js';
import { type FollowedState, initialFollowed, reduce, reduceAll, unfinishedJobs } from './state.js';
import { assetFixture, jobFixture } from './test-data.js';

const progress = { node: '3', node_title: 'KSampler', value: 14, max: 28, percent: 52, eta_seconds: 6 };

function withJobs(...jobs: ReturnType<typeof jobFixture>[]): FollowedState {
  return { ...initialFollowed, jobs: new Map(jobs.map((job) => [job.prompt_id, job])) };
}

describe('reduce', () => {
  it('adds an asset once, however often it is told', () => {
    const event = { type: 'asset.added' as const, seq: 1, asset: assetFixture({ asset_id: 'a' }) };
    const once = reduce(initialFollowed, event);
    expect(once.index.ids).toEqual(['a']);
    expect(reduce(once, event)).toBe(once);
  });

  it('takes a removed asset out', () => {
    const filled = reduce(initialFollowed, { type: 'asset.added', seq: 1, asset: assetFixture({ asset_id: 'a' }) });
    expect(reduce(filled, { type: 'asset.removed', seq: 2, asset_id: 'a' }).index.ids).toEqual([]);
  });

  it('lets progress show that a job runs', () => {
    const state = withJobs(jobFixture({ prompt_id: 'p', position: 1 }));
    const job = reduce(state, { type: 'job.progress', seq: 1, prompt_id: 'p', progress }).jobs.get('p');
    expect(job).toMatchObject({ status: 'running', position: null, progress });
  });

  it('follows how far an export, a backup or a restore is', () => {
    const transfer = { ...idleTransfer, task: 'backup' as const, total: 3 };
    const running = reduce(initialFollowed, { type: 'transfer.progress', seq: 1, transfer });
    expect(running.transfer).toEqual(transfer);
    const ended = reduce(running, { type: 'transfer.progress', seq: 2, transfer: idleTransfer });
    expect(ended.transfer.task).toBeNull();
  });

  it('ignores progress of a job that has ended or is not known', () => {
    const state = withJobs(jobFixture({ prompt_id: 'p', status: 'completed' }));
    expect(reduce(state, { type: 'job.progress', seq: 1, prompt_id: 'p', progress })).toBe(state);
    expect(reduce(state, { type: 'job.progress', seq: 2, prompt_id: 'other', progress })).toBe(state);
  });

  it('forgets the oldest finished jobs, never an unfinished one', () => {
    const old = Array.from({ length: 300 }, (_, at) =>
      jobFixture({
        prompt_id: `done-${at}`,
        status: 'completed',
        finished_at: new Date(Date.UTC(2025, 10, 1, 0, at)).toISOString(),
      }),
    );
    const waiting = jobFixture({ prompt_id: 'waiting', created_at: '2020-01-01T00:00:00.000Z' });
    const job = jobFixture({ prompt_id: 'new', status: 'error', finished_at: '2025-11-20T00:00:00.000Z' });
    const { jobs } = reduce(withJobs(waiting, ...old), { type: 'job.changed', seq: 1, job });
    expect(jobs.size).toBe(301);
    expect(jobs.has('done-0')).toBe(false);
    expect(jobs.has('done-1')).toBe(true);
    expect(jobs.has('waiting')).toBe(true);
    expect(jobs.has('new')).toBe(true);
  });

  it('leaves the state alone where an event is none of its business', () => {
    expect(reduce(initialFollowed, { type: 'workflows.changed', seq: 1 })).toBe(initialFollowed);
  });
});

describe('reduceAll', () => {
  const asset = (asset_id: string) => assetFixture({ asset_id });

  it('ends where the single steps end, whichever way an asset went', () => {
    const filled = reduceAll(initialFollowed, [
      { type: 'asset.added', seq: 1, asset: asset('stays') },
      { type: 'asset.added', seq: 2, asset: asset('leaves') },
    ]);
    const events: AppEvent[] = [
      { type: 'asset.added', seq: 3, asset: asset('came and left') },
      { type: 'job.changed', seq: 4, job: jobFixture({ prompt_id: 'p' }) },
      { type: 'asset.removed', seq: 5, asset_id: 'came and left' },
      { type: 'asset.removed', seq: 6, asset_id: 'leaves' },
      { type: 'asset.added', seq: 7, asset: asset('new') },
    ];
    const after = reduceAll(filled, events);
    expect(after.index).toEqual(events.reduce(reduce, filled).index);
    expect(after.index.ids).toEqual(['new', 'stays']);
    expect(after.jobs.has('p')).toBe(true);
  });

  it('leaves the state alone where nothing changes', () => {
    expect(reduceAll(initialFollowed, [{ type: 'asset.removed', seq: 1, asset_id: 'x' }])).toBe(initialFollowed);
  });
});

describe('unfinishedJobs', () => {
  it('puts the running one first, then by place, then by age', () => {
    const state = withJobs(
      jobFixture({ prompt_id: 'new', created_at: '2025-11-23T12:00:09.000Z' }),
      jobFixture({ prompt_id: 'second', position: 2 }),
      jobFixture({ prompt_id: 'old' }),
      jobFixture({ prompt_id: 'first', position: 1 }),
      jobFixture({ prompt_id: 'done', status: 'completed' }),
      jobFixture({ prompt_id: 'runs', status: 'running' }),
    );
    expect(unfinishedJobs(state.jobs).map((job) => job.prompt_id)).toEqual(['runs', 'first', 'second', 'old', 'new']);
  });
});
