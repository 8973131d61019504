import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sd } from '../../shared/graph-params.testing.js';
import { silentLogger, systemClock } from '../system.js';
import { createJobEngine, type JobEngine } from './engine.js';
import type { Outcome } from './ports.js';
import { done, draft, fakeLink, memoryStore } from './testing.js';

const made: Outcome = {
  ...done,
  outputs: [{ node_id: '9', filename: 'a.png', subfolder: '', folder_type: 'output', animated: false, cached: false }],
};

const theirs = {
  ...sd,
  pos: { class_type: 'CLIPTextEncode', inputs: { text: 'a heron', clip: ['ckpt', 1] } },
};

describe('prompts that others sent', () => {
  let store: ReturnType<typeof memoryStore>;
  let fake: ReturnType<typeof fakeLink>;
  let engine: JobEngine;
  let wanted: boolean;

  /** Waits until a look has seen the queue as it is now. */
  const looked = async () => {
    let looks = 0;
    const queue = fake.link.queue;
    fake.link.queue = async () => {
      const state = await queue();
      looks += 1;
      return state;
    };
    fake.tell({ type: 'queue' });
    await expect.poll(() => looks).toBeGreaterThan(0);
    fake.link.queue = queue;
    // What follows a look comes at once.
    await systemClock.sleep(20);
  };

  beforeEach(async () => {
    wanted = true;
    store = memoryStore();
    fake = fakeLink();
    fake.state.history.set('long ago', made);
    engine = createJobEngine({
      store,
      emit: () => {},
      clock: systemClock,
      logger: silentLogger,
      registerForeign: () => wanted,
    });
    engine.attach(fake.link);
    await looked();
  });
  afterEach(() => engine.stop());

  it('shows them in the queue, told apart from ours', async () => {
    fake.state.rename = () => 'server-1';
    const ours = await engine.submit(draft, {});
    fake.state.running = ['theirs'];
    await looked();
    expect(engine.queue()).toEqual({
      running: [{ prompt_id: 'theirs', ours: false }],
      pending: [{ prompt_id: ours.prompt_id, ours: true }],
    });
    expect(engine.queueCounts()).toEqual({ running: 1, pending: 1 });
  });

  it('registers what they make, once, and nothing from before', async () => {
    fake.state.running = ['theirs'];
    fake.state.others.set('theirs', theirs);
    await looked();
    fake.state.running = [];
    fake.state.history.set('theirs', made);
    // One that came and went between two looks, one of ours, and one that made nothing.
    fake.state.history.set('quick', made);
    const ours = await engine.submit(draft, {});
    fake.state.pending = [];
    fake.state.history.set(ours.prompt_id, made);
    fake.state.history.set('empty', done);
    await looked();
    await looked();
    expect([...store.all.keys()].sort()).toEqual(['quick', 'theirs', ours.prompt_id].sort());
    expect(store.get('theirs')).toMatchObject({
      status: 'completed',
      workflow_id: null,
      tool: null,
      client_name: 'ComfyUI',
      title: 'a heron',
      parameters: { prompt: 'a heron', negative_prompt: 'blurry', model: 'sd.safetensors', seed: 7 },
    });
    expect(store.get('quick')).toMatchObject({ title: 'From ComfyUI', parameters: {} });
    expect(store.graph('theirs')).toEqual(theirs);
  });

  it('registers nothing unless it is wanted', async () => {
    wanted = false;
    fake.state.running = ['theirs'];
    await looked();
    fake.state.running = [];
    fake.state.history.set('theirs', made);
    await looked();
    wanted = true;
    await looked();
    expect(store.all.size).toBe(0);
  });
});
