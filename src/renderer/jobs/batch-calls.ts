/** Running, stopping and looking at batches. */
import type { OperationInput } from '../../shared/contract.js';
import { goToAsset } from '../actions/go.js';
import type { App } from '../store/store.js';
import { plural } from '../ui/format.js';

/** Queues every combination of a grid; the message leads to it. */
export async function runGrid(app: App, call: Omit<OperationInput<'run_batch'>, 'wait_seconds'>): Promise<string> {
  const { batch_id, total } = await app.client.invoke('run_batch', { ...call, wait_seconds: 0 });
  app.toast(`${plural(total, 'combination')} queued.`, {
    action: { label: 'Show the grid', run: () => showGrid(app, batch_id) },
  });
  return batch_id;
}

/** Shows a batch as a grid in the gallery. */
export function showGrid(app: App, batchId: string | null): void {
  app.set({ screen: 'gallery', lightbox: false, comparing: null, slideshow: 'off', batchGrid: batchId });
}

export async function cancelBatch(app: App, batchId: string): Promise<void> {
  try {
    const { message } = await app.client.invoke('cancel_job', { batch_id: batchId });
    app.toast(message);
  } catch (error) {
    app.fail(error);
  }
}

/** Makes the contact sheet, or takes the one there is, and opens it. */
export async function openContactSheet(app: App, batchId: string): Promise<void> {
  try {
    const { contact_sheet: sheet } = await app.client.invoke('get_batch', { batch_id: batchId, contact_sheet: true });
    if (sheet === null) {
      app.toast('The contact sheet is made when the batch has ended.');
      return;
    }
    await inIndex(app, sheet.asset_id);
    goToAsset(app, sheet.asset_id);
    app.set({ screen: 'gallery', lightbox: true });
  } catch (error) {
    app.fail(error);
  }
}

/** Resolves when the gallery knows the asset: its event may come after the answer. */
function inIndex(app: App, assetId: string): Promise<void> {
  const known = () => app.store.getState().index.ids.includes(assetId);
  if (known()) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = app.store.subscribe(() => {
      if (!known()) return;
      stop();
      resolve();
    });
  });
}
