import { describe, expect, it } from 'vitest';
import type { AppEvent } from '../../shared/events.js';
import type { Client } from '../bridge.js';
import { createApp } from './store.js';
import { snapshotFixture } from './test-data.js';

/** A window's store on a main process that tells the given notices with every reading. */
async function open(messages: readonly string[]) {
  let listener: ((event: AppEvent) => void) | undefined;
  let readings = 0;
  const notices = messages.map((message) => ({ level: 'info' as const, message, hint: 'Do something.' }));
  const answers: Record<string, () => unknown> = {
    get_snapshot: () => {
      readings += 1;
      return snapshotFixture({ notices });
    },
    get_gallery_index: () => ({ seq: 1, asset_ids: [], created_at: [], media_kinds: [] }),
    get_window_state: () => ({}),
    get_startup_fault: () => ({ fault: null }),
  };
  const client: Client = {
    invoke: (async (name: string) => answers[name]?.()) as Client['invoke'],
    onEvent(next) {
      listener = next;
      return () => undefined;
    },
    platform: 'linux',
  };
  const app = createApp(client);
  await expect.poll(() => app.store.getState().snapshot).toBe('ready');
  return { app, readings: () => readings, emit: (event: AppEvent) => listener?.(event) };
}

describe('notices', () => {
  it('are shown once, however often the state is read', async () => {
    const { app, readings, emit } = await open(['The default model is missing.']);
    expect(app.store.getState().toast?.message).toBe('The default model is missing. Do something.');
    app.set({ toast: null });
    emit({ type: 'workflows.changed', seq: 2 });
    await expect.poll(readings).toBe(2);
    app.reload();
    await expect.poll(readings).toBe(3);
    await new Promise((resolve) => setTimeout(resolve));
    expect(app.store.getState().toast).toBeNull();
    app.dispose();
  });
});
