import { beforeEach, describe, expect, it } from 'vitest';
import { sd } from '../../shared/graph-params.testing.js';
import { importHistory } from './history.js';
import type { Outcome } from './ports.js';
import { done, draft, fakeLink, memoryStore } from './testing.js';

const made: Outcome = {
  ...done,
  outputs: [{ node_id: '9', filename: 'a.png', subfolder: '', folder_type: 'output', animated: false, cached: false }],
};

let store: ReturnType<typeof memoryStore>;
let fake: ReturnType<typeof fakeLink>;
beforeEach(() => {
  store = memoryStore();
  fake = fakeLink();
});

describe('the history of the engine', () => {
  it('is read to its end, page by page, and again without doubling anything', async () => {
    for (let number = 0; number < 130; number += 1) fake.state.history.set(`theirs-${number}`, made);
    fake.state.others.set('theirs-0', sd);
    fake.state.history.set('empty', done);
    const asked: number[] = [];
    const { history } = fake.link;
    fake.link.history = (offset, limit) => {
      asked.push(offset);
      return history(offset, limit);
    };
    expect(await importHistory(store, fake.link)).toMatchObject({ jobs: 130 });
    expect(asked).toEqual([0, 50, 100]);
    expect(store.get('theirs-0')).toMatchObject({
      status: 'completed',
      client_name: 'ComfyUI',
      parameters: { seed: 7 },
    });
    expect(store.get('empty')).toBeUndefined();
    expect(await importHistory(store, fake.link)).toEqual({ jobs: 0, assets: 0, prompt_ids: [] });
    expect(store.all.size).toBe(130);
  });

  it('knows ours by our id, and gives lost ones that id back', async () => {
    store.insert({ ...draft, prompt_id: 'known', backend: 'test' });
    for (const [remoteId, jobId] of [
      ['server-1', 'known'],
      ['server-2', 'lost'],
    ] as const) {
      fake.state.history.set(remoteId, made);
      fake.state.jobIds.set(remoteId, jobId);
    }
    expect(await importHistory(store, fake.link)).toMatchObject({ jobs: 1, prompt_ids: ['lost'] });
    expect(store.get('lost')).toMatchObject({ status: 'completed', remote_id: 'server-2' });
  });

  it('of a server that answers all of it, whatever is asked for, is read once', async () => {
    for (let number = 0; number < 50; number += 1) fake.state.history.set(`theirs-${number}`, made);
    let asked = 0;
    const { history } = fake.link;
    fake.link.history = () => {
      asked += 1;
      return history(0, 1000);
    };
    expect(await importHistory(store, fake.link)).toMatchObject({ jobs: 50 });
    expect(asked).toBe(2);
  });

  it('stops when the caller does', async () => {
    await expect(importHistory(store, fake.link, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});
