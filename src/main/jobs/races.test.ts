/** Orders of things that a quiet day never sees. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.js';
import type { AppEventBody } from '../../shared/events.js';
import type { JobEnd } from '../ports.js';
import { silentLogger, systemClock } from '../system.js';
import { createJobEngine, type JobEngine } from './engine.js';
import { done, draft, fakeLink, memoryStore } from './testing.js';

/** A promise that is settled by hand. */
function gate<T = void>() {
  let open: (value: T) => void = () => {};
  let fail: (error: unknown) => void = () => {};
  const promise = new Promise<T>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { promise, open, fail };
}

const unreachable = new AppError('COMFYUI_UNREACHABLE', 'gone', { details: { delivered: 'unknown' } });
const limit = { timeoutMs: 20_000 };

describe('races', () => {
  let store: ReturnType<typeof memoryStore>;
  let fake: ReturnType<typeof fakeLink>;
  let events: AppEventBody[];
  let engine: JobEngine;
  let ends: [string, JobEnd['status']][];

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
  const only = () => {
    const [job] = [...store.all.values()];
    if (!job) throw new Error('no job');
    return job;
  };

  beforeEach(() => {
    store = memoryStore();
    ends = [];
    const finish = store.finish.bind(store);
    store.finish = (id, end) => {
      ends.push([id, end.status]);
      return finish(id, end);
    };
    fake = fakeLink();
    events = [];
    engine = make();
  });
  afterEach(() => engine.stop());

  it('ends a cached job whose end comes before the answer to its sending', async () => {
    const answer = gate();
    const submit = fake.link.submit;
    fake.link.submit = async (job) => {
      const id = await submit(job);
      fake.state.pending = [];
      fake.state.history.set(id, done);
      fake.tell({ type: 'over', promptId: id });
      await answer.promise;
      return id;
    };
    const sending = engine.submit(draft, {});
    await expect.poll(() => only().status).toBe('completed');
    answer.open();
    expect((await sending).status).toBe('completed');
    expect(ends).toHaveLength(1);
  });

  it('hears events of a job before the server says what it calls it', async () => {
    fake.state.rename = () => 'server-7';
    const submit = fake.link.submit;
    fake.link.submit = async (job) => {
      const id = await submit(job);
      fake.state.pending = [];
      fake.state.history.set(id, done);
      fake.tell({ type: 'started', promptId: id, at: 77 });
      fake.tell({ type: 'over', promptId: id });
      return id;
    };
    // No look at the queue can help: it never answers.
    fake.link.queue = () => new Promise(() => {});
    const started: (number | undefined)[] = [];
    const { update } = store;
    store.update = (id, patch) => {
      if (patch.status === 'running') started.push(patch.started_ms);
      return update(id, patch);
    };
    const job = await engine.submit(draft, {});
    expect(started).toEqual([77]);
    expect(job.remote_id).toBe('server-7');
    expect((await engine.wait(job.prompt_id, limit))?.status).toBe('completed');
  });

  it('does not miss a job that is sent while the queue is being read', async () => {
    const reading = gate();
    const queue = fake.link.queue;
    let reads = 0;
    fake.link.queue = async () => {
      const before = await queue();
      reads += 1;
      if (reads === 1) await reading.promise;
      return before;
    };
    fake.tell({ type: 'connected' });
    await expect.poll(() => reads).toBe(1);
    const job = await engine.submit(draft, {});
    let asked = 0;
    fake.link.outcome = async () => {
      asked += 1;
      return null;
    };
    reading.open();
    await expect.poll(() => reads).toBe(2);
    expect(asked).toBe(0);
    expect(store.get(job.prompt_id)?.status).toBe('queued');
  });

  it('never calls a job lost whose request is still under way, over a change of engine too', async () => {
    const answer = gate<string>();
    fake.link.submit = () => answer.promise;
    const sending = engine.submit(draft, {});
    const { prompt_id: id } = only();
    engine.attach(null);
    engine.attach(fake.link);
    let looks = 0;
    const queue = fake.link.queue;
    fake.link.queue = () => {
      looks += 1;
      return queue();
    };
    await expect.poll(() => looks, { timeout: 20_000 }).toBeGreaterThan(3);
    expect(only().status).toBe('queued');
    fake.state.pending = [id];
    answer.open(id);
    expect((await sending).submitted_ms).not.toBeNull();
    fake.state.pending = [];
    fake.state.history.set(id, done);
    fake.tell({ type: 'over', promptId: id });
    expect((await engine.wait(id, limit))?.status).toBe('completed');
  });

  it('does not send again, and follows the job, when only the answer was lost', async () => {
    const submit = fake.link.submit;
    fake.state.rename = () => 'server-9';
    fake.link.submit = async (job) => {
      await submit(job);
      throw unreachable;
    };
    const job = await engine.submit(draft, {});
    await expect.poll(() => store.get(job.prompt_id)?.remote_id).toBe('server-9');
    expect(store.get(job.prompt_id)?.submitted_ms).not.toBeNull();
    fake.state.pending = [];
    fake.state.history.set('server-9', done);
    expect((await engine.wait(job.prompt_id, limit))?.status).toBe('completed');
    expect(fake.state.sent).toHaveLength(1);
  });

  it('finds a job in the history whose answer was never read', async () => {
    const job = store.insert({ ...draft, prompt_id: 'ours', backend: 'test' });
    fake.state.jobIds.set('theirs', job.prompt_id);
    fake.state.history.set('theirs', done);
    engine.attach(fake.link);
    expect((await engine.wait('ours', limit))?.status).toBe('completed');
  });

  it('calls a job lost that was written down and never sent', async () => {
    store.insert({ ...draft, prompt_id: 'ours', backend: 'test' });
    engine.attach(fake.link);
    const ended = await engine.wait('ours', limit);
    expect(ended).toMatchObject({ status: 'lost', error: { code: 'JOB_LOST' } });
    expect(ended?.error?.hint).toMatch(/stopped while sending/);
    expect(fake.state.sent).toEqual([]);
  });

  it('ends a job at once that a proxy refuses, though its answer makes no sense', async () => {
    fake.state.fail = new AppError('COMFYUI_BAD_RESPONSE', 'HTTP 403', { details: { delivered: false } });
    await expect(engine.submit(draft, {})).rejects.toMatchObject({ code: 'COMFYUI_BAD_RESPONSE' });
    expect(only().status).toBe('error');
  });

  it('cancels a job that is still being sent, as soon as it is there', async () => {
    const answer = gate();
    const submit = fake.link.submit;
    fake.link.submit = async (job) => {
      await answer.promise;
      return submit(job);
    };
    const sending = engine.submit(draft, {});
    const cancelling = engine.cancel(only().prompt_id);
    answer.open();
    expect((await sending).prompt_id).toBe(only().prompt_id);
    expect((await cancelling).status).toBe('cancelled');
    expect(fake.state.pending).toEqual([]);
    expect(fake.state.sent).toHaveLength(1);
  });

  it('says it again when the job began to run in the very moment it was cancelled', async () => {
    const job = await engine.submit(draft, {});
    const cancel = fake.link.cancel;
    let words = 0;
    fake.link.cancel = async (id) => {
      words += 1;
      // The word comes before the prompt resets the flag of interrupts: ComfyUI forgets it.
      if (words > 1) return cancel(id);
      fake.state.pending = [];
      fake.state.running = [id];
    };
    expect((await engine.cancel(job.prompt_id)).status).toBe('cancelled');
    expect(words).toBeGreaterThan(1);
  });

  it('believes the history when a job finished in the moment it was cancelled', async () => {
    const job = await engine.submit(draft, {});
    fake.link.cancel = async (id) => {
      fake.state.pending = [];
      fake.state.history.set(id, done);
    };
    expect((await engine.cancel(job.prompt_id)).status).toBe('completed');
    expect((await engine.cancel(job.prompt_id)).status).toBe('completed');
    expect(ends).toHaveLength(1);
  });

  it('does not take a stopped job for a completed one where the server keeps no status', async () => {
    const job = await engine.submit(draft, {});
    fake.link.cancel = async (id) => {
      fake.state.pending = [];
      fake.state.history.set(id, { ...done, certain: false });
    };
    expect(await engine.cancel(job.prompt_id)).toMatchObject({ status: 'cancelled', error: { code: 'JOB_CANCELLED' } });
  });

  it('keeps the wish to cancel while the engine is away', async () => {
    const job = await engine.submit(draft, {});
    const { queue, cancel } = fake.link;
    fake.link.queue = () => Promise.reject(unreachable);
    fake.link.cancel = () => Promise.reject(unreachable);
    await expect(engine.cancel(job.prompt_id)).rejects.toMatchObject({
      code: 'COMFYUI_UNREACHABLE',
      hint: expect.stringContaining('as soon as'),
    });
    expect(store.get(job.prompt_id)?.status).toBe('queued');
    Object.assign(fake.link, { queue, cancel });
    fake.tell({ type: 'connected' });
    expect((await engine.wait(job.prompt_id, limit))?.status).toBe('cancelled');
  });

  it('counts no looks that failed, and shows an empty queue meanwhile', async () => {
    const job = await engine.submit(draft, {});
    fake.tell({ type: 'connected' });
    await expect.poll(() => engine.queueCounts().pending).toBe(1);
    const { queue } = fake.link;
    let failures = 0;
    fake.link.queue = () => {
      failures += 1;
      return Promise.reject(unreachable);
    };
    fake.tell({ type: 'disconnected' });
    await expect.poll(() => failures, { timeout: 20_000 }).toBeGreaterThan(2);
    expect(store.get(job.prompt_id)?.status).toBe('queued');
    expect(engine.queueCounts()).toEqual({ running: 0, pending: 0 });
    fake.link.queue = queue;
    fake.state.pending = [];
    expect((await engine.wait(job.prompt_id, limit))?.status).toBe('lost');
  });

  it('lets no job that can not be read hold up the others, and ends it with the reason', async () => {
    const bad = await engine.submit(draft, {});
    const good = await engine.submit(draft, {});
    fake.state.pending = [];
    fake.state.history.set(good.prompt_id, done);
    const { outcome } = fake.link;
    fake.link.outcome = (id) =>
      id === bad.prompt_id ? Promise.reject(new AppError('COMFYUI_BAD_RESPONSE', 'nonsense')) : outcome(id);
    fake.tell({ type: 'connected' });
    expect((await engine.wait(good.prompt_id, limit))?.status).toBe('completed');
    expect(await engine.wait(bad.prompt_id, limit)).toMatchObject({
      status: 'error',
      error: { code: 'COMFYUI_BAD_RESPONSE' },
    });
  });

  it('tries again when an end can not be stored', async () => {
    const job = await engine.submit(draft, {});
    const { finish } = store;
    let failures = 0;
    store.finish = (...args) => {
      failures += 1;
      // More often than what can't be read is tried: the result would be lost.
      if (failures <= 8) throw new AppError('DATA_DIR_UNWRITABLE', 'the disk is full');
      return finish(...args);
    };
    fake.state.pending = [];
    fake.state.history.set(job.prompt_id, done);
    fake.tell({ type: 'over', promptId: job.prompt_id });
    expect((await engine.wait(job.prompt_id, limit))?.status).toBe('completed');
  });

  it('follows a job that was sent and could not be noted as such', async () => {
    const { update } = store;
    store.update = () => {
      throw new AppError('DATA_DIR_UNWRITABLE', 'the disk is full');
    };
    const job = await engine.submit(draft, {});
    expect(store.get(job.prompt_id)?.status).toBe('queued');
    store.update = update;
    fake.state.pending = [];
    fake.state.history.set(job.prompt_id, done);
    expect((await engine.wait(job.prompt_id, limit))?.status).toBe('completed');
  });

  it('switches engines in the middle of everything, and comes back', async () => {
    const job = await engine.submit(draft, {});
    const outcome = gate<typeof done>();
    fake.link.outcome = () => outcome.promise;
    fake.state.pending = [];
    fake.tell({ type: 'over', promptId: job.prompt_id });
    const other = fakeLink();
    engine.attach({ ...other.link, backend: 'other' });
    fake.tell({ type: 'progress', promptId: job.prompt_id, node: '1', value: 1, max: 2 });
    expect(engine.progress(job.prompt_id)).toBeNull();
    await expect(engine.cancel(job.prompt_id)).rejects.toMatchObject({ code: 'COMFYUI_UNREACHABLE' });
    outcome.open(done);
    await expect.poll(() => store.get(job.prompt_id)?.status).toBe('completed');
    engine.attach(fake.link);
    expect(ends).toEqual([[job.prompt_id, 'completed']]);
  });

  it('goes on telling progress to who waits after the line was lost and found', async () => {
    const job = await engine.submit(draft, {});
    const seen: number[] = [];
    const waiting = engine.wait(job.prompt_id, { ...limit, onProgress: (progress) => seen.push(progress.percent) });
    engine.attach(null);
    engine.attach(fake.link);
    fake.tell({ type: 'progress', promptId: job.prompt_id, node: '1', value: 1, max: 4 });
    await expect.poll(() => seen).toContain(25);
    fake.state.pending = [];
    fake.state.history.set(job.prompt_id, done);
    fake.tell({ type: 'over', promptId: job.prompt_id });
    await waiting;
  });

  it('touches nothing after it was stopped, and tells who waits', async () => {
    const job = await engine.submit(draft, {});
    const answer = gate<string>();
    fake.link.submit = () => answer.promise;
    const sending = engine.submit(draft, {});
    const outcome = gate<typeof done>();
    fake.link.outcome = () => outcome.promise;
    fake.tell({ type: 'over', promptId: job.prompt_id });
    const waiting = engine.wait(job.prompt_id, limit);
    engine.stop();
    const closed = () => {
      throw new Error('the store is closed');
    };
    Object.assign(store, { get: closed, update: closed, finish: closed, unfinished: closed, setPositions: closed });
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
    outcome.open(done);
    answer.open('x');
    await sending;
    expect(ends).toEqual([]);
  });

  it('reads positions of a hundred jobs in one write', async () => {
    const writes: number[] = [];
    const { setPositions } = store;
    store.setPositions = (positions) => {
      writes.push(positions.size);
      setPositions(positions);
    };
    await Promise.all(Array.from({ length: 100 }, () => engine.submit(draft, {})));
    fake.tell({ type: 'connected' });
    await expect.poll(() => [...store.all.values()].filter((job) => job.position !== null).length).toBe(100);
    expect(writes.length).toBeLessThan(5);
  });

  it('keeps a job whose row says running and whose engine says waiting', async () => {
    const job = await engine.submit(draft, {});
    fake.tell({ type: 'started', promptId: job.prompt_id, at: 5 });
    fake.tell({ type: 'connected' });
    fake.tell({ type: 'started', promptId: job.prompt_id, at: 9 });
    await expect.poll(() => engine.queueCounts().pending).toBe(1);
    expect(store.get(job.prompt_id)).toMatchObject({ status: 'running', started_ms: 5 });
  });
});
