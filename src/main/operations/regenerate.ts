/** Making an asset again from its stored graph, with some values changed. */
import { randomInt } from 'node:crypto';
import { type Asset, type Parameters, titleOf } from '../../shared/asset.js';
import { type CallContext, defaultWaitSeconds, type Handlers, type ParsedInput } from '../../shared/contract.js';
import { AppError } from '../../shared/errors.js';
import { graphParams } from '../../shared/graph-params.js';
import { drawnSeedRange } from '../../shared/params.js';
import type { Graph } from '../../shared/workflow.js';
import { type BoundWorkflow, overrideGraph } from '../workflows/index.js';
import { generationAnswer } from './answers.js';
import { type ResolvedInputs, resolveInputs } from './inputs.js';
import type { Rooms } from './rooms.js';
import { openSession, sendJob } from './submission.js';
import { visibleAsset } from './visible.js';
import { beforeSending, startDeadline, waitForSent, withInlinePreview } from './waiting.js';

export type RegenerateHandlers = Pick<Handlers, 'regenerate' | 'retry_job'>;

export function createRegenerateHandlers(rooms: Rooms): RegenerateHandlers {
  const { registry, library, engine, clock } = rooms;
  return {
    async regenerate(input, context) {
      const { asset_id, wait_seconds = defaultWaitSeconds } = input;
      const deadline = startDeadline(clock, wait_seconds);
      const asset = visibleAsset(rooms, asset_id, context);
      const graph = asset.prompt_id === null ? undefined : registry.jobs.graph(asset.prompt_id);
      if (graph === undefined) {
        throw new AppError(
          'NOT_SUPPORTED',
          `No graph is stored for the asset ${asset_id}, so it can't be made again.`,
          {
            hint: 'Run a workflow instead: list_workflows tells which there are.',
            details: { asset_id },
          },
        );
      }
      const override = (values: Record<string, unknown>) =>
        overrideGraph({
          graph,
          parameters: asset.parameters,
          workflow: asset.workflow_id === null ? undefined : library.get(asset.workflow_id),
          values,
          drawSeed: () => randomInt(drawnSeedRange),
        });
      override(overridesOf(input));
      await engine.ready();
      const given = await beforeSending(rooms, inputsAgain(rooms, asset, overridesOf(input), context), deadline);
      const changed = override(given.values);
      const run = await beforeSending(rooms, library.fit(changed, engine.nodes), deadline);
      const session_id = openSession(rooms, input.session_id, context);
      const sent = await sendJob(
        rooms,
        {
          workflow_id: asset.workflow_id,
          tool: context.tool ?? 'regenerate',
          title: titleOf(run.parameters, asset.workflow_id ?? asset.filename),
          parameters: run.parameters,
          parent_asset_id: asset_id,
          inputs: given.inputs,
          graph: run.graph,
        },
        session_id,
        context,
        deadline,
      );
      const job = await waitForSent(rooms, sent, deadline, context);
      const extra = { session_id, ...dropped(input, run) };
      const answer = generationAnswer(job, registry.assets.byJob(job.prompt_id), rooms, extra);
      const shown = input.return_inline_preview ? await withInlinePreview(rooms, answer) : answer;
      return { ...shown, parent_asset_id: asset_id };
    },

    async retry_job(input, context) {
      const deadline = startDeadline(clock, 0);
      const { prompt_id, inputs = [] } = input;
      const before = registry.jobs.get(prompt_id);
      const graph = registry.jobs.graph(prompt_id);
      if (before === undefined || graph === undefined) {
        throw new AppError('JOB_NOT_FOUND', `No graph is stored for the job ${prompt_id}.`, {
          hint: 'Run its workflow again instead.',
          details: { prompt_id },
        });
      }
      const changed = overrideGraph({
        graph: withInputs(graph, inputs),
        parameters: withRecorded(before.parameters, graph, inputs),
        workflow: before.workflow_id === null ? undefined : library.get(before.workflow_id),
        values: overridesOf(input),
        drawSeed: () => randomInt(drawnSeedRange),
      });
      await engine.ready();
      // A cell of a batch is made again in its place.
      const { workflow_id, tool, title, parent_asset_id, batch_id, cell } = before;
      const run = await beforeSending(rooms, library.fit(changed, engine.nodes), deadline);
      const session_id = openSession(rooms, undefined, context);
      const ready = {
        workflow_id,
        tool,
        parent_asset_id,
        inputs: registry.inputs.ofJob(prompt_id),
        batch_id,
        cell,
        graph: run.graph,
        parameters: run.parameters,
      };
      const sent = await sendJob(
        rooms,
        { ...ready, title: titleOf(run.parameters, title) },
        session_id,
        context,
        deadline,
      );
      return { prompt_id: sent.prompt_id };
    },
  };
}

/**
 * The files that an asset was made of, on the engine at hand: it may be another one by now, or have lost them. A file that
 * is in the library no more stays what the graph says.
 */
async function inputsAgain(
  rooms: Rooms,
  { prompt_id, workflow_id, parameters }: Asset,
  values: Record<string, unknown>,
  context: CallContext,
): Promise<ResolvedInputs> {
  const workflow = workflow_id === null ? undefined : rooms.library.get(workflow_id)?.workflow;
  const params = (workflow?.params ?? []).filter(({ media }) => media !== undefined);
  const used = prompt_id === null ? {} : rooms.registry.inputs.ofJob(prompt_id);
  const kept = Object.entries(used).filter(
    ([name, id]) => params.some((param) => param.name === name) && rooms.registry.assets.get(id) !== undefined,
  );
  const resolved = await resolveInputs(rooms, params, { ...Object.fromEntries(kept), ...values }, context);
  // What is the same as it was needs no change of the graph.
  const same = kept.filter(([name]) => !Object.hasOwn(values, name) && resolved.values[name] === parameters[name]);
  const gone = Object.fromEntries(same.map(([name]) => [name, undefined]));
  return { ...resolved, values: { ...resolved.values, ...gone }, inputs: { ...used, ...resolved.inputs } };
}

type Input = Pick<ParsedInput<'regenerate'>, 'param_overrides' | 'seed'>;
type Inputs = NonNullable<ParsedInput<'retry_job'>['inputs']>;

function withInputs(graph: Graph, inputs: Inputs): Graph {
  const copy = structuredClone(graph);
  for (const { node_id, input, value } of inputs) {
    const node = copy[node_id];
    if (node !== undefined) node.inputs[input] = value;
  }
  return copy;
}

/** What a job was made with, told anew of the places that were changed. */
function withRecorded(parameters: Parameters, graph: Graph, inputs: Inputs): Parameters {
  const told = graphParams(graph);
  const changed = inputs.flatMap(({ node_id, input, value }) =>
    told
      .filter(({ targets }) => targets.some((target) => target.node_id === node_id && target.input === input))
      .map(({ name }) => [name, value] as const),
  );
  return { ...parameters, ...Object.fromEntries(changed) };
}

/** The `seed` argument wins over one among the overrides. */
function overridesOf({ param_overrides = {}, seed }: Input): Record<string, unknown> {
  if (seed === undefined) return param_overrides;
  const { noise_seed, ...others } = param_overrides;
  return { ...others, seed };
}

function dropped({ param_overrides = {} }: Input, { dropped: names }: BoundWorkflow) {
  if (names.length === 0) return {};
  return {
    overrides_applied: Object.keys(param_overrides).filter((name) => !names.includes(name)),
    overrides_dropped: names,
  };
}
