/** Dragging assets out of the window: other programs get the files themselves, under their own names. */
import { entryOf } from '../gallery/view.js';
import type { App } from '../store/store.js';

/** Files that go out at once: a file manager copies hundreds, but the drag has to begin at once. */
const most = 100;

/** Starts a drag with the chosen assets when this one is among them, else with this one. */
export async function dragOut(app: App, entry: string): Promise<void> {
  if (entryOf(entry).kind !== 'asset') return;
  const { selected } = app.store.getState();
  const assets = selected.has(entry) ? [...selected] : [entry];
  if (assets.length > most) {
    app.toast(`At most ${most} files can be dragged at once. Export them instead.`, { tone: 'bad' });
    return;
  }
  try {
    await app.client.invoke('drag_out', { asset_ids: assets });
  } catch (error) {
    app.fail(error);
  }
}
