import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isHeld } from '../../shared/job.js';
import type { NewBatch } from '../ports.js';
import { silentLogger, systemClock } from '../system.js';
import { createJobEngine, type JobEngine } from './engine.js';
import { done, draft, fakeLink, memoryStore } from './testing.js';

const batch = (batch_id: string): NewBatch => ({
  batch_id,
  title: batch_id,
  workflow_id: 'w',
  session_id: null,
  client_name: null,
  plan: { axes: [{ name: 'cfg', values: [1] }] },
  sheet_wanted: false,
});

describe('a batch', () => {
  let store: ReturnType<typeof memoryStore>;
  let fake: ReturnType<typeof fakeLink>;
  let engine: JobEngine;
  const make = () => {
    const made = createJobEngine({ store, emit() {}, clock: systemClock, logger: silentLogger });
    made.attach(fake.link);
    return made;
  };
  const begin = (id: string, count: number) =>
    engine
      .beginBatch(
        batch(id),
        Array.from({ length: count }, () => draft),
      )
      .jobs.map(({ prompt_id }) => prompt_id);
  /** The engine has done the oldest of what it has. */
  const finishOne = () => {
    const id = fake.state.pending.shift() ?? '';
    fake.state.history.set(id, done);
    fake.tell({ type: 'over', promptId: id });
    return expect.poll(() => store.all.get(id)?.status).toBe('completed');
  };
  const statusOf = (id: string | undefined) => store.all.get(id ?? '')?.status;

  beforeEach(() => {
    store = memoryStore();
    fake = fakeLink();
    engine = make();
  });
  afterEach(() => engine.stop());

  it('is written down at once, and goes two at a time in its order', async () => {
    const ids = begin('a', 5);
    expect(ids.map(statusOf)).toEqual(Array(5).fill('queued'));
    await expect.poll(() => fake.state.sent).toEqual(ids.slice(0, 2));
    expect(ids.slice(2).every((id) => isHeld(store.all.get(id) ?? { status: 'lost', error: null }))).toBe(true);
    await finishOne();
    await expect.poll(() => fake.state.sent).toEqual(ids.slice(0, 3));
    for (let left = 4; left > 0; left -= 1) await finishOne();
    expect(fake.state.sent).toEqual(ids);
  });

  it('lets what comes later in between, and takes turns with another', async () => {
    const first = begin('a', 3);
    await expect.poll(() => fake.state.sent).toHaveLength(2);
    const second = begin('b', 2);
    const single = await engine.submit(draft, {});
    expect(fake.state.sent).toEqual([first[0], first[1], single.prompt_id]);
    await finishOne();
    await expect.poll(() => fake.state.sent.at(-1)).toBe(second[0]);
    await finishOne();
    await expect.poll(() => fake.state.sent.at(-1)).toBe(first[2]);
  });

  it('goes on when the engine refuses one of its jobs', async () => {
    fake.state.fail = Object.assign(new Error('No.'), {});
    const ids = begin('a', 3);
    fake.state.fail = undefined;
    await expect.poll(() => ids.every((id) => fake.state.sent.includes(id)), { timeout: 20_000 }).toBe(true);
  });

  it('is cancelled without anything of it beginning', async () => {
    const ids = begin('a', 5);
    await expect.poll(() => fake.state.sent).toHaveLength(2);
    await engine.cancelAll(ids);
    await expect.poll(() => ids.map(statusOf)).toEqual(Array(5).fill('cancelled'));
    expect(fake.state.sent).toEqual(ids.slice(0, 2));
  });

  it('goes on after a restart: what was not sent is sent, what was is not sent again', async () => {
    const ids = begin('a', 4);
    await expect.poll(() => fake.state.sent).toEqual(ids.slice(0, 2));
    await expect.poll(() => ids.slice(0, 2).every((id) => store.all.get(id)?.submitted_ms != null)).toBe(true);
    engine.stop();
    engine = make();
    await finishOne();
    await finishOne();
    await expect.poll(() => fake.state.sent).toEqual(ids);
  });

  it('waits while sending is paused', async () => {
    engine.pause(true);
    const ids = begin('a', 2);
    expect(fake.state.sent).toEqual([]);
    engine.pause(false);
    await expect.poll(() => fake.state.sent).toEqual(ids);
  });
});
