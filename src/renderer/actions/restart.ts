import type { App } from '../store/store.js';

/** Starts the program again; with `chooseDataDir` it asks for another folder of the library first. */
export async function restart(app: App, { chooseDataDir = false } = {}): Promise<void> {
  try {
    await app.client.invoke('restart', { choose_data_dir: chooseDataDir });
  } catch (error) {
    app.fail(error);
  }
}
