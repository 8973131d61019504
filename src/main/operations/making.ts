/** What the window's form and queue need: what can be filled in, presets, nodes at work, pausing. */
import type { Handlers, OperationOutput } from '../../shared/contract.js';
import { AppError } from '../../shared/errors.js';
import { inputSpec } from '../../shared/nodes.js';
import type { ParamSpec } from '../../shared/params.js';
import type { Graph } from '../../shared/workflow.js';
import { changeableParams } from '../workflows/index.js';
import type { Rooms } from './rooms.js';
import { visibleAsset } from './visible.js';

export type MakingHandlers = Pick<
  Handlers,
  'get_form' | 'get_job_nodes' | 'get_presets' | 'save_preset' | 'delete_preset'
>;

type Form = OperationOutput<'get_form'>;

export function createMakingHandlers(rooms: Rooms): MakingHandlers {
  const { jobs, presets } = rooms;
  const told = (workflowId: string) => ({ presets: presets.of(workflowId) });
  return {
    async get_form({ workflow_id, asset_id }, context) {
      // A form shows without choices rather than not at all.
      await rooms.engine.nodes.load().catch((error: unknown) => {
        rooms.logger.debug('a form is shown without choices', { error });
      });
      if (asset_id !== undefined) return formOfAsset(rooms, visibleAsset(rooms, asset_id, context));
      return formOfWorkflow(rooms, workflow_id ?? '');
    },
    get_job_nodes: async ({ prompt_id }) => ({ nodes: jobs.nodes(prompt_id) }),
    get_presets: async ({ workflow_id }) => told(workflow_id),
    async save_preset({ workflow_id, name, values, was }) {
      presets.save(workflow_id, { name, values }, was);
      return told(workflow_id);
    },
    async delete_preset({ workflow_id, name }) {
      presets.remove(workflow_id, name);
      return told(workflow_id);
    },
  };
}

function formOfWorkflow(rooms: Rooms, id: string): Form {
  const entry = rooms.library.get(id);
  if (!entry)
    throw new AppError('WORKFLOW_NOT_FOUND', `There is no workflow "${id}".`, { details: { workflow_id: id } });
  const { params } = entry.workflow;
  return { workflow_id: id, params, values: {}, choices: choicesOf(rooms, params, entry.graph ?? {}) };
}

function formOfAsset(rooms: Rooms, asset: ReturnType<typeof visibleAsset>): Form {
  const { asset_id, prompt_id, workflow_id, parameters } = asset;
  const graph = prompt_id === null ? undefined : rooms.registry.jobs.graph(prompt_id);
  if (graph === undefined || Object.keys(graph).length === 0) {
    throw new AppError('NOT_SUPPORTED', 'No graph is stored for this one, so it can’t be made again.', {
      hint: 'Choose a workflow and give it the same values.',
      details: { asset_id },
    });
  }
  const workflow = workflow_id === null ? undefined : rooms.library.get(workflow_id);
  const { params, values } = changeableParams({ graph, parameters, workflow });
  // A file stands in a form as the asset that it is.
  const files = prompt_id === null ? {} : rooms.registry.inputs.ofJob(prompt_id);
  for (const { name, media } of params)
    if (media !== undefined && files[name] !== undefined) values[name] = files[name];
  return { workflow_id, params, values, choices: choicesOf(rooms, params, graph) };
}

/** What the engine has to choose from, for parameters whose every place is such a list. */
function choicesOf({ engine }: Rooms, params: readonly ParamSpec[], graph: Graph): Form['choices'] {
  const listAt = ({ node_id, input }: ParamSpec['targets'][number]) => {
    const node = graph[node_id];
    const spec = node === undefined ? undefined : engine.nodes.get(node.class_type);
    const found = spec === undefined ? undefined : inputSpec(spec, input);
    // Files that can be uploaded are looked for by ComfyUI itself, whatever the list says.
    return found?.upload ? undefined : found?.choices?.map(String);
  };
  return Object.fromEntries(
    params.flatMap(({ name, targets, enum: fixed }) => {
      const [first, ...others] = targets.map(listAt);
      if (fixed !== undefined || first === undefined) return [];
      return [[name, first.filter((choice) => others.every((list) => list?.includes(choice)))]];
    }),
  );
}
