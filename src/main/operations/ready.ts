/** From a workflow and its values to a job that can be sent. */
import { titleOf } from '../../shared/asset.js';
import type { CallContext } from '../../shared/contract.js';
import { AppError } from '../../shared/errors.js';
import { graphParameters } from '../../shared/graph-params.js';
import { nearest } from '../../shared/nearest.js';
import type { FittedWorkflow, LoadedWorkflow } from '../workflows/index.js';
import { type ResolvedInputs, resolveInputs } from './inputs.js';
import type { Rooms } from './rooms.js';
import type { ReadyJob } from './submission.js';

/** The files of a call, by what the engine's nodes say of the parameters. */
export async function inputsOf(
  rooms: Rooms,
  entry: LoadedWorkflow,
  overrides: Readonly<Record<string, unknown>>,
  context: CallContext,
): Promise<ResolvedInputs> {
  await rooms.engine.nodes.load();
  const known = rooms.library.get(entry.workflow.id) ?? entry;
  return resolveInputs(rooms, known.workflow.params, overrides, context);
}

/** `operation` is noted as the tool of an agent that called none of a workflow's own. */
export function readyJob(
  { workflow }: LoadedWorkflow,
  run: FittedWorkflow,
  { inputs, parent_asset_id }: ResolvedInputs,
  { tool, door }: CallContext,
  operation: string,
): ReadyJob {
  // What the workflow leaves fixed was used as well: a picture tells its model even when nobody could choose it.
  const targets = workflow.params.flatMap((param) => param.targets);
  return {
    workflow_id: workflow.id,
    tool: tool ?? (door === 'mcp' ? operation : workflow.tool),
    title: titleOf(run.parameters, workflow.name),
    parameters: { ...graphParameters(run.graph, targets), ...run.parameters },
    parent_asset_id,
    inputs,
    graph: run.graph,
  };
}

/** @throws AppError WORKFLOW_NOT_FOUND with the nearest ids, or WORKFLOW_INVALID. */
export function usableWorkflow(rooms: Rooms, id: string): LoadedWorkflow {
  const entry = rooms.library.get(id);
  if (!entry) {
    const near = nearest(
      id,
      rooms.library.list().map((workflow) => workflow.id),
    );
    throw new AppError('WORKFLOW_NOT_FOUND', `There is no workflow "${id}".`, {
      hint: near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'list_workflows tells which there are.',
      details: { workflow_id: id, nearest: near },
    });
  }
  if (entry.workflow.problem !== null) {
    throw new AppError('WORKFLOW_INVALID', `The workflow "${id}" can't be used: ${entry.workflow.problem}`, {
      hint: 'Mend or replace its file; it is read again at once.',
      details: { workflow_id: id, problem: entry.workflow.problem },
    });
  }
  return entry;
}
