/** Adds a reviewed graph to the workflows, and shows it there. */
import { nextImport } from '../../actions/import-workflow.js';
import type { App } from '../../store/store.js';
import type { GraphSource } from './state.js';
import type { Reviewed } from './useReview.js';

export interface Addition {
  source: GraphSource;
  reviewed: Reviewed;
  name: string;
  /** Values put in place of those of the graph, by `placeKey`. */
  instead: ReadonlyMap<string, string>;
  /** Whether it is to run at once. */
  run: boolean;
}

/** @throws what add_workflow throws; a run that can't begin is told, since the workflow is there by then. */
export async function addReviewed(app: App, addition: Addition): Promise<void> {
  const { source, reviewed, name, instead, run } = addition;
  const values = [...instead].map(([key, value]) => {
    const [node_id = '', input = '']: string[] = JSON.parse(key);
    return { node_id, input, value };
  });
  const { description } = reviewed;
  const { workflow_id } = await app.client.invoke('add_workflow', {
    ...source,
    name,
    values,
    ...(description === '' ? {} : { meta: { name, description } }),
  });
  app.set({ workflow: workflow_id });
  nextImport(app);
  if (!run) {
    app.toast(`“${name}” is added.`);
    return;
  }
  try {
    const { prompt_id } = await app.client.invoke('run_workflow', { workflow_id, overrides: {}, wait_seconds: 0 });
    app.set({ testRuns: { ...app.store.getState().testRuns, [workflow_id]: prompt_id } });
  } catch (error) {
    app.fail(error);
  }
}
