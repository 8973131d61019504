/** Taking folders and dropped files into the library. */
import type { App } from '../store/store.js';

/** Asks for a folder and takes it in. */
export async function importChosenFolder(app: App): Promise<void> {
  try {
    const { path } = await app.client.invoke('choose_folder', {
      title: 'Import a folder of pictures, videos or sounds',
    });
    if (path !== null) await importPaths(app, [path]);
  } catch (error) {
    app.fail(error);
  }
}

/** Takes in what was dropped on the window. */
export async function importDropped(app: App, files: readonly File[]): Promise<void> {
  const paths = files.map((file) => app.client.pathOf(file)).filter((path) => path !== '');
  if (paths.length === 0) {
    app.toast('What was dropped is no file of this computer. Save it first, then drop it here.', { tone: 'bad' });
    return;
  }
  await importPaths(app, paths);
}

/** Takes in folders and files of this machine. */
export async function importPaths(app: App, paths: readonly string[]): Promise<void> {
  try {
    for (const path of paths) await app.client.invoke('import_folder', { path });
    app.toast(paths.length === 1 ? 'Taking it into the library.' : `Taking ${paths.length} things into the library.`, {
      action: { label: 'Show progress', run: () => app.set({ screen: 'settings', section: 'library' }) },
    });
  } catch (error) {
    app.fail(error);
  }
}
