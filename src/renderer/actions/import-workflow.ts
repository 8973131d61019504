/** Taking workflows in: from files, assets, and what ComfyUI has. */
import { FileInput, Workflow } from 'lucide-react';
import type { App, AppState } from '../store/store.js';
import type { GraphSource, ImportPlace } from '../workflows/import/state.js';
import { droppedPaths } from './import.js';
import type { Action } from './registry.js';

/** Opens the places that workflows are found in. */
export function openImport(app: App, place: ImportPlace = 'file'): void {
  app.set({ screen: 'workflows', lightbox: false, comparing: null, incoming: { place, chosen: null, waiting: [] } });
}

/** Shows what is in a graph, to be added. */
export function reviewGraph(app: App, chosen: GraphSource, waiting: readonly GraphSource[] = []): void {
  const place = app.store.getState().incoming?.place ?? 'file';
  app.set({ screen: 'workflows', lightbox: false, comparing: null, incoming: { place, chosen, waiting } });
}

/** The same for files of this machine, one after the other. */
export function reviewFiles(app: App, paths: readonly string[]): void {
  const [first, ...others] = paths.map((path) => ({ path }));
  if (first !== undefined) reviewGraph(app, first, others);
}

/** What was dropped where workflows are. */
export function reviewDropped(app: App, files: readonly File[]): void {
  reviewFiles(app, droppedPaths(app, files));
}

export async function chooseWorkflowFiles(app: App): Promise<void> {
  try {
    const { paths } = await app.client.invoke('choose_workflow_files', {});
    reviewFiles(app, paths);
  } catch (error) {
    app.fail(error);
  }
}

/** After one was added, or was passed over: the next that waits, else back to the workflows. */
export function nextImport(app: App): void {
  const [next, ...others] = app.store.getState().incoming?.waiting ?? [];
  if (next === undefined) app.set({ incoming: null });
  else reviewGraph(app, next, others);
}

/** From a graph back to the places, from the places back to the workflows. */
export function leaveImport(app: App): void {
  const { incoming } = app.store.getState();
  app.set({ incoming: incoming?.chosen == null ? null : { ...incoming, chosen: null, waiting: [] } });
}

/** `current` tells the asset the person stands on, where that is in sight. */
export function importActions(current: (state: AppState) => string | null): readonly Action[] {
  return [
    {
      id: 'workflow.import',
      title: 'Import a workflow…',
      icon: FileInput,
      keys: ['mod+o'],
      on: 'app',
      available: () => true,
      run: (app) => openImport(app),
    },
    {
      id: 'asset.workflow',
      title: 'Make this a workflow…',
      icon: Workflow,
      on: 'asset',
      available: (state) => current(state) !== null,
      run(app) {
        const asset_id = current(app.store.getState());
        if (asset_id !== null) reviewGraph(app, { asset_id });
      },
    },
  ];
}
