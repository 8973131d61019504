import { describe, expect, it } from 'vitest';
import type { AppEvent } from '../../shared/events.js';
import type { Notice } from '../../shared/notice.js';
import type { Client } from '../bridge.js';
import { createApp } from './store.js';
import { snapshotFixture } from './test-data.js';

const told = (message: string): Notice => ({ level: 'warning', message, hint: 'Do something.' });

/** A window's store on a main process that tells the given notices with every reading. */
async function open(notices: readonly Notice[]) {
  let listener: ((event: AppEvent) => void) | undefined;
  let readings = 0;
  const answers: Record<string, () => unknown> = {
    get_snapshot: () => {
      readings += 1;
      return snapshotFixture({ notices: [...notices] });
    },
    get_gallery_index: () => ({ seq: 1, asset_ids: [], created_at: [], media_kinds: [], jobs: [], batches: [] }),
    get_window_state: () => ({}),
    get_startup_fault: () => ({ fault: null }),
  };
  const client: Client = {
    invoke: (async (name: string) => answers[name]?.()) as Client['invoke'],
    onEvent(next) {
      listener = next;
      return () => undefined;
    },
    onCommand: () => () => undefined,
    pathOf: () => '',
    platform: 'linux',
  };
  const app = createApp(client);
  await expect.poll(() => app.store.getState().snapshot).toBe('ready');
  return { app, readings: () => readings, emit: (event: AppEvent) => listener?.(event) };
}

describe('notices', () => {
  it('are all kept, once, however often they are told', async () => {
    const { app, readings, emit } = await open([told('one'), told('two')]);
    expect(app.store.getState().notices.map(({ message }) => message)).toEqual(['one', 'two']);
    emit({ type: 'notice', seq: 2, notice: told('three') });
    emit({ type: 'notice', seq: 3, notice: told('two') });
    await expect
      .poll(() => app.store.getState().notices.map(({ message }) => message))
      .toEqual(['one', 'two', 'three']);
    app.set({ readNotices: new Set(['one']) });
    app.reload();
    await expect.poll(readings).toBe(2);
    expect(app.store.getState().readNotices).toEqual(new Set(['one']));
    expect(app.store.getState().toast).toBeNull();
    app.dispose();
  });

  it('that ask for nothing are mentioned once', async () => {
    const { app, readings, emit } = await open([
      { level: 'info', message: 'A model is missing.', hint: 'Another is used.' },
    ]);
    expect(app.store.getState().toast?.message).toBe('A model is missing. Another is used.');
    app.set({ toast: null });
    emit({ type: 'workflows.changed', seq: 2 });
    await expect.poll(readings).toBe(2);
    await new Promise((resolve) => setTimeout(resolve));
    expect(app.store.getState().toast).toBeNull();
    app.dispose();
  });
});
