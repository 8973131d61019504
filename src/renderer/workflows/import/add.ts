/** Adds a reviewed graph to the workflows, and shows it there. */

import type { ParamValue } from '../../../shared/params.js';
import type { Exposure } from '../../../shared/workflow-params.js';
import { nextImport } from '../../actions/import-workflow.js';
import { showWorkflow } from '../../actions/workflow.js';
import type { App } from '../../store/store.js';
import type { GraphSource } from './state.js';
import type { Reviewed } from './useReview.js';

export interface Addition {
  source: GraphSource;
  reviewed: Reviewed;
  name: string;
  /** All parameters that it is to have. */
  exposures: readonly Exposure[];
  /** Values put in place of those of the graph, by `placeKey`. */
  instead: ReadonlyMap<string, string>;
  /** Whether it is to run at once. */
  run: boolean;
}

/** @throws what add_workflow throws; a run that can't begin is told, since the workflow is there by then. */
export async function addReviewed(app: App, addition: Addition): Promise<void> {
  const { source, reviewed, name, exposures, instead, run } = addition;
  const values = [...instead].map(([key, value]) => {
    const [node_id = '', input = '']: string[] = JSON.parse(key);
    return { node_id, input, value };
  });
  const { description } = reviewed;
  const { workflow_id, tool } = await app.client.invoke('add_workflow', {
    ...source,
    name,
    values,
    parameters: [...exposures],
    ...(description === '' ? {} : { meta: { name, description } }),
  });
  await showWorkflow(app, workflow_id);
  nextImport(app);
  if (!run) {
    app.toast(tool === null ? `“${name}” is added.` : `“${name}” is added. Agents call it ${tool}.`);
    return;
  }
  try {
    const { prompt_id } = await app.client.invoke('run_workflow', {
      workflow_id,
      overrides: neededValues(addition),
      wait_seconds: 0,
    });
    app.set({ testRuns: { ...app.store.getState().testRuns, [workflow_id]: prompt_id } });
  } catch (error) {
    app.fail(error);
  }
}

/** What a first run has to be given: what the graph holds. */
function neededValues({ reviewed: { inputs }, exposures }: Addition): Record<string, ParamValue> {
  const given = exposures.flatMap(({ name, targets, required }) => {
    const [first] = targets;
    const input = inputs.find((one) =>
      one.targets.some(({ node_id, input: at }) => node_id === first?.node_id && at === first.input),
    );
    return required === true && input?.value !== undefined ? [[name, input.value] as const] : [];
  });
  return Object.fromEntries(given);
}
