/** Taking folders and dropped files into the library. */
import type { App } from '../store/store.js';
import { reviewFiles } from './import-workflow.js';

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
  const paths = droppedPaths(app, files);
  const graphs = paths.filter((path) => /\.json$/i.test(path));
  const others = paths.filter((path) => !graphs.includes(path));
  if (others.length > 0) await importPaths(app, others);
  if (graphs.length === 0) return;
  const words =
    graphs.length === 1 ? 'A JSON file is no picture, but may be a workflow.' : 'JSON files may be workflows.';
  app.toast(words, { action: { label: 'Import as workflow', run: () => reviewFiles(app, graphs) } });
}

/** Where dropped files lie; tells the person when none of them lies anywhere. */
export function droppedPaths(app: App, files: readonly File[]): string[] {
  const paths = files.map((file) => app.client.pathOf(file)).filter((path) => path !== '');
  if (paths.length === 0) {
    app.toast('What was dropped is no file of this computer. Save it first, then drop it here.', { tone: 'bad' });
  }
  return paths;
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
