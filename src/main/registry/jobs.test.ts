import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewAsset } from '../ports.js';
import { type Bench, completed, createBench, newJob, output } from './testing.js';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});
afterEach(() => bench.dispose());

describe('a job', () => {
  it('is stored as given and told', () => {
    const { jobs } = bench.open();
    const record = jobs.insert(newJob('p1'));
    expect(record).toMatchObject({
      prompt_id: 'p1',
      remote_id: 'p1',
      status: 'queued',
      backend: 'demo',
      client_name: 'agent',
      parameters: { prompt: 'a fox', seed: Number.MAX_SAFE_INTEGER, cfg: 7.5 },
      submitted_ms: null,
      started_at: null,
      created_at: '2025-01-01T00:00:00.000Z',
      asset_ids: [],
      progress: null,
      demo: true,
    });
    expect(jobs.graph('p1')).toEqual(newJob('p1').graph);
    expect(bench.events).toHaveLength(1);
    const [event] = bench.events;
    expect(event).toMatchObject({ type: 'job.changed', job: { prompt_id: 'p1', status: 'queued' } });
    expect(event?.type === 'job.changed' && Object.keys(event.job)).not.toContain('backend');
  });

  it('is told only after it is committed', () => {
    const other = createBench();
    const seen: unknown[] = [];
    const { jobs } = other.open({
      emit: (event) => {
        if (event.type === 'job.changed') seen.push(jobs.get(event.job.prompt_id)?.status);
        if (event.type === 'asset.added') seen.push(event.asset.prompt_id);
      },
    });
    jobs.insert(newJob('p1'));
    jobs.update('p1', { status: 'running' });
    jobs.finish('p1', completed([output('a.png')]));
    expect(seen).toEqual(['queued', 'running', 'p1', 'completed']);
    other.dispose();
  });

  it('that was given up goes on; one that ended otherwise does not', () => {
    const { jobs } = bench.open();
    const lost = { ...completed([]), status: 'lost' as const, error: { code: 'JOB_LOST' as const, message: 'gone' } };
    jobs.insert(newJob('p1'));
    expect(jobs.reopen('p1')).toBeUndefined();
    jobs.finish('p1', lost);
    expect(jobs.reopen('p1')).toMatchObject({ status: 'queued', error: null, finished_at: null });
    expect(bench.events.at(-1)).toMatchObject({ type: 'job.changed', job: { status: 'queued' } });
    expect(jobs.unfinished('demo').map(({ prompt_id }) => prompt_id)).toEqual(['p1']);
    expect(jobs.finish('p1', completed([output('a.png')]))?.assets).toHaveLength(1);
    expect(jobs.reopen('p1')).toBeUndefined();
    expect(jobs.reopen('nobody')).toBeUndefined();
  });

  it('keeps the wish to cancel it over a restart', () => {
    const { jobs } = bench.open();
    expect(jobs.insert(newJob('p1'))).toMatchObject({ cancel_requested: false });
    jobs.update('p1', { cancel_requested: true });
    expect(bench.open().jobs.get('p1')).toMatchObject({ cancel_requested: true, status: 'queued' });
  });

  it('ends when it can have ended, whatever a clock elsewhere says', () => {
    const { jobs } = bench.open();
    const made = bench.clock.time;
    const end = (id: string, started_ms: number, finished_ms: number) => {
      jobs.insert(newJob(id));
      bench.clock.time += 5000;
      return jobs.finish(id, completed([output(`${id}.png`)], { started_ms, finished_ms }));
    };
    const early = end('p1', made - 3_600_000, made - 3_590_000);
    expect(early?.job).toMatchObject({ created_ms: made, started_ms: made, finished_ms: made });
    const late = end('p2', made + 3_600_000, made + 3_610_000);
    expect(late?.job).toMatchObject({ started_ms: made + 10_000, finished_ms: made + 10_000 });
    expect(late?.assets[0]?.created_at).toBe(new Date(made + 10_000).toISOString());
  });

  it('changes only where the patch says something new', () => {
    const { jobs } = bench.open();
    jobs.insert(newJob('p1'));
    bench.events.length = 0;
    expect(jobs.update('p1', { status: 'running', started_ms: 10.6, remote_id: 'r1' })).toMatchObject({
      status: 'running',
      started_ms: 11,
      remote_id: 'r1',
    });
    expect(jobs.update('p1', { status: 'running', started_ms: undefined })).toMatchObject({ started_ms: 11 });
    expect(bench.events).toHaveLength(1);
    expect(jobs.update('nobody', { status: 'running' })).toBeUndefined();
  });

  it('ends once: whatever comes after leaves it as it is', () => {
    const { jobs } = bench.open();
    jobs.insert(newJob('p1'));
    const first = jobs.finish('p1', completed([output('a.png'), output('b.png')]));
    bench.events.length = 0;
    const again = jobs.finish('p1', completed([output('c.png')], { status: 'lost' }));
    expect(again).toEqual(first);
    expect(jobs.update('p1', { status: 'running', position: 3 })).toEqual(first?.job);
    expect(bench.events).toEqual([]);
    expect(jobs.finish('nobody', completed([]))).toBeUndefined();
  });

  it('ends with its error, history and partial outputs', () => {
    const { jobs, assets } = bench.open();
    jobs.insert(newJob('p1'));
    jobs.update('p1', { position: 2 });
    const error = { code: 'EXECUTION_FAILED' as const, message: 'no memory', details: { node_id: '3' } };
    const end = jobs.finish('p1', completed([output('half.png')], { status: 'error', error, history: { x: [1] } }));
    expect(end?.job).toMatchObject({ status: 'error', error, position: null });
    expect(end?.assets.map(({ filename }) => filename)).toEqual(['half.png']);
    expect(jobs.history('p1')).toEqual({ x: [1] });
    expect(assets.byJob('p1')).toEqual(end?.assets);
  });

  it('ended by a patch has its end time', () => {
    const { jobs } = bench.open();
    jobs.insert(newJob('p1'));
    bench.clock.time += 5000;
    expect(jobs.update('p1', { status: 'cancelled' })).toMatchObject({
      status: 'cancelled',
      finished_at: '2025-01-01T00:00:05.000Z',
    });
    expect(jobs.history('p1')).toBeUndefined();
  });

  it('is refused a second time under the same id, and the first stays', () => {
    const { jobs } = bench.open();
    jobs.insert(newJob('p1'));
    expect(() => jobs.insert(newJob('p1', { title: 'another' }))).toThrow(/UNIQUE/);
    expect(jobs.get('p1')?.title).toBe('a fox');
    expect(bench.events).toHaveLength(1);
  });

  it('keeps nothing of an end that fails halfway', () => {
    const { jobs, assets } = bench.open();
    jobs.insert(newJob('p1'));
    bench.events.length = 0;
    // Read from text, as what a server sends is: the types do not see it.
    const broken: NewAsset = JSON.parse(JSON.stringify({ ...output('b.png'), folder_type: 'elsewhere' }));
    expect(() => jobs.finish('p1', completed([output('a.png'), broken]))).toThrow(/CHECK/);
    expect(jobs.get('p1')?.status).toBe('queued');
    expect(assets.count({ include_expired: true })).toBe(0);
    expect(bench.events).toEqual([]);
  });
});

describe('jobs', () => {
  it('are the same after the file is opened again', () => {
    const first = bench.open();
    first.jobs.insert(newJob('p1'));
    first.jobs.update('p1', { submitted_ms: bench.clock.time });
    const end = first.jobs.finish('p1', completed([output('a.png')]));
    const second = bench.open();
    expect(second.jobs.get('p1')).toEqual(end?.job);
    expect(second.assets.byJob('p1')).toEqual(end?.assets);
    expect(second.jobs.graph('p1')).toEqual(newJob('p1').graph);
    expect(second.recovery.report()).toBeUndefined();
  });

  it('that are unfinished come oldest first, of one engine only', () => {
    const { jobs } = bench.open();
    for (const id of ['p1', 'p2', 'p3']) {
      jobs.insert(newJob(id));
      bench.clock.time += 1;
    }
    jobs.insert(newJob('q1', { backend: 'http://localhost:8188' }));
    jobs.finish('p2', completed([]));
    expect(jobs.unfinished('demo').map(({ prompt_id }) => prompt_id)).toEqual(['p1', 'p3']);
    expect(jobs.recent(2).map(({ prompt_id }) => prompt_id)).toEqual(['q1', 'p3']);
    expect(jobs.counts()).toEqual({ queued: 3, running: 0, completed: 1, error: 0, cancelled: 0, lost: 0 });
  });

  it('tell the median of the latest runs, leaving out those from the cache', () => {
    const { jobs } = bench.open();
    expect(jobs.typicalElapsed('generate_image', 'demo')).toBeNull();
    const run = (id: string, elapsed: number, cached = false) => {
      jobs.insert(newJob(id));
      const started_ms = bench.clock.time;
      bench.clock.time += elapsed;
      jobs.finish(id, completed([output(`${id}.png`, { cached })], { started_ms, finished_ms: bench.clock.time }));
    };
    run('a', 1000);
    run('b', 3000);
    expect(jobs.typicalElapsed('generate_image', 'demo')).toBe(2000);
    run('c', 9000);
    run('d', 1, true);
    expect(jobs.typicalElapsed('generate_image', 'demo')).toBe(3000);
    expect(jobs.typicalElapsed('generate_image', 'elsewhere')).toBeNull();
  });
});
