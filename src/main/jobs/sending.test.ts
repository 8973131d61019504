import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.js';
import type { AppEventBody } from '../../shared/events.js';
import { isHeld } from '../../shared/job.js';
import { silentLogger, systemClock } from '../system.js';
import { createJobEngine, type JobEngine } from './engine.js';
import { done, draft, fakeLink, memoryStore } from './testing.js';

describe('pausing', () => {
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
  const markOf = (promptId: string) => store.all.get(promptId)?.error?.code;

  beforeEach(() => {
    store = memoryStore();
    fake = fakeLink();
    events = [];
    engine = make();
  });
  afterEach(() => engine.stop());

  it('writes jobs down, answers at once, and sends them in order when it is over', async () => {
    engine.pause(true);
    engine.pause(true);
    const jobs = [await engine.submit(draft, {}), await engine.submit(draft, {}), await engine.submit(draft, {})];
    expect(jobs.every(isHeld)).toBe(true);
    expect(fake.state.sent).toEqual([]);
    engine.pause(false);
    await expect.poll(() => fake.state.sent).toEqual(jobs.map((job) => job.prompt_id));
    await expect
      .poll(() => jobs.map((job) => store.all.get(job.prompt_id)?.submitted_ms == null))
      .toEqual([false, false, false]);
    expect(jobs.map((job) => markOf(job.prompt_id))).toEqual([undefined, undefined, undefined]);
    expect(events.filter((event) => event.type === 'sending.changed')).toEqual([
      { type: 'sending.changed', paused: true },
      { type: 'sending.changed', paused: false },
    ]);
  });

  it('lets go on what was sent before', async () => {
    const job = await engine.submit(draft, {});
    engine.pause(true);
    fake.state.pending = [];
    fake.state.history.set(job.prompt_id, done);
    fake.tell({ type: 'over', promptId: job.prompt_id });
    expect((await engine.wait(job.prompt_id, { timeoutMs: 20_000 }))?.status).toBe('completed');
  });

  it('keeps what waits through many looks, which would make anything else lost', async () => {
    engine.pause(true);
    const held = await engine.submit(draft, {});
    engine.pause(false);
    await expect.poll(() => fake.state.sent).toEqual([held.prompt_id]);
    engine.pause(true);
    const second = await engine.submit(draft, {});
    fake.state.pending = [];
    // The sent one is looked for and given up; the other was never there to be missed.
    await expect.poll(() => store.all.get(held.prompt_id)?.status, { timeout: 20_000 }).toBe('lost');
    expect(store.all.get(second.prompt_id)).toMatchObject({ status: 'queued', error: { code: 'SENDING_PAUSED' } });
  });

  it('cancels what waits without a word to the engine', async () => {
    engine.pause(true);
    const held = await engine.submit(draft, {});
    const next = await engine.submit(draft, {});
    expect(await engine.cancel(held.prompt_id)).toMatchObject({
      status: 'cancelled',
      error: { code: 'JOB_CANCELLED' },
    });
    engine.pause(false);
    await expect.poll(() => fake.state.sent).toEqual([next.prompt_id]);
  });

  it('goes on with the others when the engine refuses one', async () => {
    engine.pause(true);
    const bad = await engine.submit(draft, {});
    const good = await engine.submit(draft, {});
    const submit = fake.link.submit.bind(fake.link);
    fake.link.submit = async (job) => {
      if (job.promptId === bad.prompt_id) throw new AppError('INVALID_VALUE', 'No.', { details: { delivered: false } });
      return submit(job);
    };
    engine.pause(false);
    await expect.poll(() => fake.state.sent).toEqual([good.prompt_id]);
    expect(store.all.get(bad.prompt_id)).toMatchObject({ status: 'error', error: { code: 'INVALID_VALUE' } });
  });

  it('sends after a restart what an earlier session kept back, once and in order', async () => {
    engine.pause(true);
    const jobs = [await engine.submit(draft, {}), await engine.submit(draft, {})];
    engine.stop();
    expect(jobs.map((job) => markOf(job.prompt_id))).toEqual(['SENDING_PAUSED', 'SENDING_PAUSED']);
    engine = make();
    expect(engine.paused).toBe(false);
    await expect.poll(() => fake.state.sent).toEqual(jobs.map((job) => job.prompt_id));
    fake.tell({ type: 'queue' });
    await expect.poll(() => store.all.get(jobs[1]?.prompt_id ?? '')?.submitted_ms).not.toBeNull();
    expect(fake.state.sent).toHaveLength(2);
  });

  it('does not send again what the engine knows although it is marked', async () => {
    engine.pause(true);
    const job = await engine.submit(draft, {});
    engine.stop();
    // The power went after it was sent and before the disk heard that its mark was taken away.
    fake.state.history.set(job.prompt_id, done);
    engine = make();
    await expect.poll(() => store.all.get(job.prompt_id)?.status).toBe('completed');
    expect(fake.state.sent).toEqual([]);
  });

  it('keeps them back when paused again before the engine returns', async () => {
    engine.pause(true);
    const job = await engine.submit(draft, {});
    engine.attach(null);
    engine.attach(fake.link);
    await expect.poll(() => engine.queueCounts()).toEqual({ running: 0, pending: 0 });
    engine.pause(false);
    await expect.poll(() => fake.state.sent).toEqual([job.prompt_id]);
  });
});
