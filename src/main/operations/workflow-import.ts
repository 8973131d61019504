/** Making workflows of graphs that come from elsewhere, and giving what the editor saved back to ComfyUI. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CallContext, Handlers } from '../../shared/contract.js';
import type { ReviewedProblem } from '../../shared/contract-workflow-import.js';
import { AppError } from '../../shared/errors.js';
import { showValue } from '../../shared/exact-json.js';
import type { Graph } from '../../shared/workflow.js';
import { createWorkflowImporter, type GraphEdit, type ReadGraph, safeName, uiFileName } from '../workflows/index.js';
import type { Rooms } from './rooms.js';
import { createWorkflowSources, type NamedSource, type SourceInput } from './workflow-sources.js';

export type WorkflowImportHandlers = Pick<
  Handlers,
  'import_workflow' | 'review_workflow' | 'add_workflow' | 'list_importable' | 'save_to_comfyui'
>;

/** Node classes younger than this are not asked for again. */
const recentMs = 2_000;

export function createWorkflowImportHandlers(rooms: Rooms): WorkflowImportHandlers {
  const { library, engine, settings, converting } = rooms;
  const sources = createWorkflowSources(rooms);
  const importer = createWorkflowImporter({
    userDir: settings.workflowDir,
    taken: () => library.list().map(({ id }) => id),
    async loadNodes(fresh) {
      await engine.ready();
      await (fresh ? engine.nodes.refresh({ olderThanMs: recentMs }) : engine.nodes.load());
    },
    infoOf: (classType) => engine.nodes.info(classType),
    classNames: () => engine.nodes.names(),
    ask: converting.ask,
  });
  const read = async (input: SourceInput, context: CallContext, edit: GraphEdit = {}) => {
    const source = await sources.open(input, context);
    return { source, read: await importer.read(source.from, edit) };
  };
  const write = async (taken: Pick<ReadGraph, 'graph' | 'original' | 'meta'>, name: string, meta = {}) => {
    const workflow_id = await importer.write({ ...taken, meta: { ...taken.meta, ...meta } }, name);
    await library.rescan();
    const { params = [], tool = null } = library.get(workflow_id)?.workflow ?? {};
    return { workflow_id, tool, parameters: params.map((param) => param.name) };
  };
  return {
    async import_workflow({ name, parameters = 'proposed', ...input }, context) {
      const edit = parameters === 'proposed' ? { parameters } : {};
      const { source, read: taken } = await read(input, context, edit);
      const written = await write(taken, name ?? source.name, metaOf(source));
      const { warnings, problems, unchecked } = taken;
      const told = unchecked === undefined ? [] : [`It could not be checked. ${unchecked}`];
      return { ...written, warnings, problems: [...told, ...problems.map(({ message }) => message)] };
    },

    async review_workflow(input, context) {
      const { source, read: taken } = await read(input, context);
      const { graph, original, node_names, warnings, unchecked } = taken;
      return {
        name: safeName(source.name),
        description: source.description,
        editor: original !== undefined,
        graph,
        node_names,
        warnings,
        problems: reviewed(taken),
        models: modelsIn(graph),
        inputs: taken.inputs,
        ...(unchecked === undefined ? {} : { unchecked }),
      };
    },

    async add_workflow({ name, values = [], parameters = [], meta, ...input }, context) {
      const { read: taken } = await read(input, context, { values, parameters });
      const named = safeName(name) === name ? {} : { name };
      return write(taken, name, { ...named, ...meta });
    },

    list_importable: async ({ place }, { signal }) => ({ importable: await sources.list(place, signal) }),

    async save_to_comfyui({ workflow_id, name: wanted, overwrite = false }, { signal }) {
      const text = await editorsGraph(rooms, workflow_id);
      const name = safeName(wanted ?? workflow_id);
      const client = await engine.ready();
      const saved = await client.saveWorkflow({ path: `${name}.json`, text, overwrite }, { signal });
      return { saved, name, url: client.address };
    },
  };
}

/** A template's own title and words. */
function metaOf({ name, description }: NamedSource): Record<string, unknown> {
  return description === '' ? {} : { name, description };
}

function reviewed({ problems, model_sources }: ReadGraph): ReviewedProblem[] {
  return problems.map(({ code, message, node_id, class_type, input, value, nearest = [] }) => {
    const from = typeof value === 'string' && Object.hasOwn(model_sources, value) ? model_sources[value] : undefined;
    return {
      code,
      message,
      ...(node_id === undefined ? {} : { node_id }),
      ...(class_type === undefined ? {} : { class_type }),
      ...(input === undefined ? {} : { input }),
      ...(value === undefined ? {} : { value: typeof value === 'string' ? value : showValue(value) }),
      nearest: nearest.map(String),
      ...from,
    };
  });
}

const modelFile = /\.(safetensors|sft|ckpt|pth?|bin|gguf|onnx)$/i;

/** Values that are names of model files, each once. */
function modelsIn(graph: Graph): string[] {
  const values = Object.values(graph).flatMap(({ inputs }) => Object.values(inputs));
  return [...new Set(values.filter((value): value is string => typeof value === 'string' && modelFile.test(value)))];
}

/** What the editor had saved of a workflow, as text. */
async function editorsGraph({ library }: Rooms, workflowId: string): Promise<string> {
  const entry = library.get(workflowId);
  if (entry === undefined) {
    throw new AppError('WORKFLOW_NOT_FOUND', `There is no workflow "${workflowId}".`, {
      hint: 'list_workflows tells which there are.',
      details: { workflow_id: workflowId },
    });
  }
  const file = path.join(path.dirname(entry.file), uiFileName(path.basename(entry.file)));
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AppError('NOT_FOUND', `“${entry.workflow.name}” has no graph of ComfyUI’s editor beside it.`, {
      hint: 'Only workflows that were imported from one do. The API graph itself opens in ComfyUI when it is dropped there.',
      details: { workflow_id: workflowId },
      cause,
    });
  });
}
