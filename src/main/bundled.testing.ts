/** For tests: the graph that an asset was made with. */
import type { Graph } from '../shared/workflow.js';
import type { Core } from './core.js';
import { callContext } from './core.testing.js';

export async function graphSeen({ handlers }: Core, assetId: string | undefined): Promise<Graph> {
  const { submitted_workflow } = await handlers.get_asset_metadata({ asset_id: assetId ?? '' }, callContext());
  if (submitted_workflow === null) throw new Error('no graph is stored');
  return submitted_workflow as Graph;
}
