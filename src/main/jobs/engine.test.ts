import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.js';
import type { AppEventBody } from '../../shared/events.js';
import { silentLogger, systemClock } from '../system.js';
import { createJobEngine, type JobEngine } from './engine.js';
import { done, draft, fakeLink, memoryStore } from './testing.js';

describe('job engine', () => {
  let store: ReturnType<typeof memoryStore>;
  let fake: ReturnType<typeof fakeLink>;
  let events: AppEventBody[];
  let engine: JobEngine;

  const make = () => {
    const made = createJobEngine({
      store,
      emit: (event) => events.push(event),
      clock: systemClock,
      logger: silentLogger,
    });
    made.attach(fake.link);
    return made;
  };

  beforeEach(() => {
    store = memoryStore();
    fake = fakeLink();
    events = [];
    engine = make();
  });
  afterEach(() => engine.stop());

  it('writes a job down before it sends it, under the id it sends', async () => {
    let known: boolean | undefined;
    const submit = fake.link.submit.bind(fake.link);
    fake.link.submit = (job) => {
      known = store.all.has(job.promptId);
      return submit(job);
    };
    const job = await engine.submit(draft, {});
    expect(known).toBe(true);
    expect(fake.state.sent).toEqual([job.prompt_id]);
    expect(job.submitted_ms).not.toBeNull();
  });

  it('follows a job by events to its end and wakes who waits', async () => {
    const job = await engine.submit(draft, {});
    const seen: number[] = [];
    const waiting = engine.wait(job.prompt_id, { timeoutMs: 20_000, onProgress: (p) => seen.push(p.percent) });
    fake.state.pending = [];
    fake.state.running = [job.prompt_id];
    fake.tell({ type: 'started', promptId: job.prompt_id, at: 123 });
    expect(store.get(job.prompt_id)).toMatchObject({ status: 'running', started_ms: 123 });
    fake.tell({ type: 'progress', promptId: job.prompt_id, node: '1', value: 5, max: 10 });
    expect(engine.progress(job.prompt_id)).toMatchObject({
      node: '1',
      node_title: 'KSampler',
      value: 5,
      max: 10,
      percent: 50,
    });
    await expect.poll(() => seen).toContain(50);
    fake.state.history.set(job.prompt_id, done);
    fake.tell({ type: 'over', promptId: job.prompt_id });
    expect((await waiting)?.status).toBe('completed');
    expect(events.some((event) => event.type === 'job.progress')).toBe(true);
  });

  it('waits for a history entry that comes after the last event', async () => {
    const job = await engine.submit(draft, {});
    fake.state.pending = [];
    fake.tell({ type: 'over', promptId: job.prompt_id });
    setTimeout(() => fake.state.history.set(job.prompt_id, done), 20);
    expect((await engine.wait(job.prompt_id, { timeoutMs: 20_000 }))?.status).toBe('completed');
  });

  it('finds the end without any event, by asking', async () => {
    const job = await engine.submit(draft, {});
    fake.state.pending = [];
    fake.state.history.set(job.prompt_id, done);
    expect((await engine.wait(job.prompt_id, { timeoutMs: 20_000 }))?.status).toBe('completed');
  });

  it('ends a job that the engine refuses, and throws its reason', async () => {
    fake.state.fail = new AppError('MODEL_NOT_FOUND', 'no such model');
    await expect(engine.submit(draft, {})).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    expect([...store.all.values()]).toMatchObject([{ status: 'error', error: { code: 'MODEL_NOT_FOUND' } }]);
  });

  it('never sends twice when it is in doubt whether a job arrived, and finds it again', async () => {
    fake.state.fail = new AppError('COMFYUI_TIMEOUT', 'no answer', { details: { delivered: 'unknown' } });
    const job = await engine.submit(draft, {});
    expect(job.status).toBe('queued');
    fake.state.history.set(job.prompt_id, done);
    expect((await engine.wait(job.prompt_id, { timeoutMs: 20_000 }))?.status).toBe('completed');
    expect(fake.state.sent).toHaveLength(1);
  });

  it('ends a job that never arrived with the error of its sending', async () => {
    fake.state.fail = new AppError('COMFYUI_TIMEOUT', 'no answer', { details: { delivered: 'unknown' } });
    const job = await engine.submit(draft, {});
    const ended = await engine.wait(job.prompt_id, { timeoutMs: 20_000 });
    expect(ended).toMatchObject({ status: 'error', error: { code: 'COMFYUI_TIMEOUT' } });
  });

  it('calls a job lost that was sent and is nowhere any more', async () => {
    const job = await engine.submit(draft, {});
    fake.state.pending = [];
    const ended = await engine.wait(job.prompt_id, { timeoutMs: 20_000 });
    expect(ended).toMatchObject({ status: 'lost', error: { code: 'JOB_LOST' } });
    expect(ended?.error?.hint).toMatch(/restarted/);
  });

  it('takes up unfinished jobs after a restart of ours', async () => {
    const job = await engine.submit(draft, {});
    engine.stop();
    fake.state.pending = [];
    fake.state.history.set(job.prompt_id, done);
    engine = make();
    expect((await engine.wait(job.prompt_id, { timeoutMs: 20_000 }))?.status).toBe('completed');
  });

  it('leaves jobs of another engine alone', async () => {
    const job = await engine.submit(draft, {});
    const other = fakeLink();
    engine.attach({ ...other.link, backend: 'other' });
    await engine.submit(draft, {});
    expect(store.get(job.prompt_id)?.status).toBe('queued');
    expect(other.state.sent).toHaveLength(1);
  });

  it('uses the id of servers that give their own', async () => {
    fake.state.rename = () => 'server-7';
    const job = await engine.submit(draft, {});
    expect(job.remote_id).toBe('server-7');
    fake.state.pending = [];
    fake.state.history.set('server-7', done);
    fake.tell({ type: 'over', promptId: 'server-7' });
    expect((await engine.wait(job.prompt_id, { timeoutMs: 20_000 }))?.status).toBe('completed');
  });

  it('tells the place in the queue', async () => {
    const first = await engine.submit(draft, {});
    const second = await engine.submit(draft, {});
    fake.tell({ type: 'connected' });
    await expect.poll(() => store.get(second.prompt_id)?.position).toBe(2);
    expect(store.get(first.prompt_id)?.position).toBe(1);
    expect(engine.queueCounts()).toEqual({ running: 0, pending: 2 });
  });

  it('cancels a waiting job, which leaves no trace in the history', async () => {
    const job = await engine.submit(draft, {});
    expect(await engine.cancel(job.prompt_id)).toMatchObject({ status: 'cancelled', error: { code: 'JOB_CANCELLED' } });
    expect(fake.state.pending).toEqual([]);
  });

  it('cancels a running job, and only that one', async () => {
    const job = await engine.submit(draft, {});
    fake.state.pending = [];
    fake.state.running = [job.prompt_id];
    expect((await engine.cancel(job.prompt_id)).status).toBe('cancelled');
    expect(fake.state.interrupted).toEqual([job.prompt_id]);
    expect((await engine.cancel(job.prompt_id)).status).toBe('cancelled');
  });

  it('ends the waiting when the caller gives up, never the job', async () => {
    const job = await engine.submit(draft, {});
    const caller = new AbortController();
    const waiting = engine.wait(job.prompt_id, { timeoutMs: 20_000, signal: caller.signal });
    caller.abort(new AppError('CANCELLED', 'gone'));
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(store.get(job.prompt_id)?.status).toBe('queued');
  });

  it('answers the state of now when the time to wait is over', async () => {
    const job = await engine.submit(draft, {});
    expect((await engine.wait(job.prompt_id, { timeoutMs: 30 }))?.status).toBe('queued');
  });

  it('keeps the wish to cancel over a restart of ours', async () => {
    const job = await engine.submit(draft, {});
    fake.state.pending = [];
    fake.state.running = [job.prompt_id];
    const { cancel, queue } = fake.link;
    const away = new AppError('COMFYUI_UNREACHABLE', 'away');
    fake.link.cancel = () => Promise.reject(away);
    fake.link.queue = () => Promise.reject(away);
    await expect(engine.cancel(job.prompt_id)).rejects.toMatchObject({ code: 'COMFYUI_UNREACHABLE' });
    engine.stop();
    Object.assign(fake.link, { cancel, queue });
    engine = make();
    expect((await engine.wait(job.prompt_id, { timeoutMs: 20_000 }))?.status).toBe('cancelled');
    expect(fake.state.interrupted).toEqual([job.prompt_id]);
  });

  it.each(['queue', 'event'])('goes on with a job that was given up and turns up (%s)', async (seenIn) => {
    fake.state.fail = new AppError('COMFYUI_TIMEOUT', 'no answer', { details: { delivered: 'unknown' } });
    const job = await engine.submit(draft, {});
    fake.state.pending = [];
    expect((await engine.wait(job.prompt_id, { timeoutMs: 20_000 }))?.status).toBe('error');
    fake.state.running = [job.prompt_id];
    if (seenIn === 'queue') fake.tell({ type: 'queue' });
    else fake.tell({ type: 'started', promptId: job.prompt_id, at: null });
    await expect.poll(() => store.get(job.prompt_id)).toMatchObject({ status: 'running', error: null });
    fake.state.running = [];
    fake.state.history.set(job.prompt_id, done);
    fake.tell({ type: 'over', promptId: job.prompt_id });
    expect((await engine.wait(job.prompt_id, { timeoutMs: 20_000 }))?.status).toBe('completed');
    expect(fake.state.sent).toHaveLength(1);
  });

  it('ends what the demo engine had in its queue when that was left', async () => {
    const demo = { ...fakeLink().link, backend: 'demo' };
    engine.attach(demo);
    const job = await engine.submit(draft, {});
    engine.attach(null);
    expect(store.get(job.prompt_id)?.status).toBe('queued');
    engine.attach(fake.link);
    expect(store.get(job.prompt_id)).toMatchObject({ status: 'lost', error: { code: 'JOB_LOST' } });
  });

  it("asks for others' prompts, waits for their end, and stops them", async () => {
    const now = { timeoutMs: 0 };
    expect(await engine.outside('theirs', now)).toBeNull();
    fake.state.running = ['other'];
    fake.state.pending = ['first', 'theirs'];
    expect(await engine.outside('theirs', now)).toMatchObject({ status: 'queued', position: 2 });
    expect(await engine.cancelOutside('theirs')).toMatchObject({ status: 'cancelled' });
    expect(fake.state.pending).toEqual(['first']);
    expect(await engine.outside('other', now)).toMatchObject({ status: 'running' });
    const waiting = engine.outside('other', { timeoutMs: 20_000 });
    expect(await engine.cancelOutside('other')).toMatchObject({ status: 'cancelled' });
    expect(await waiting).toMatchObject({ status: 'cancelled' });
    expect(await engine.cancelOutside('nobody')).toBeNull();
  });

  it('refuses to send where no engine is', async () => {
    engine.attach(null);
    await expect(engine.submit(draft, {})).rejects.toMatchObject({ code: 'COMFYUI_UNREACHABLE' });
    expect(store.all.size).toBe(0);
  });

  it('registers an end once, however often it is told', async () => {
    const job = await engine.submit(draft, {});
    fake.state.pending = [];
    fake.state.history.set(job.prompt_id, done);
    let ends = 0;
    const finish = store.finish.bind(store);
    store.finish = (...args) => {
      ends += 1;
      return finish(...args);
    };
    for (let i = 0; i < 5; i += 1) fake.tell({ type: 'over', promptId: job.prompt_id });
    await engine.wait(job.prompt_id, { timeoutMs: 20_000 });
    fake.tell({ type: 'over', promptId: job.prompt_id });
    fake.tell({ type: 'progress', promptId: job.prompt_id, node: '1', value: 1, max: 2 });
    expect(ends).toBe(1);
    expect(engine.progress(job.prompt_id)).toBeNull();
  });
});
