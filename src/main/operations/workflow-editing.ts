/** One workflow in detail, and changes of what stands beside its graph. */
import type { Handlers } from '../../shared/contract.js';
import { AppError } from '../../shared/errors.js';
import { nearest } from '../../shared/nearest.js';
import { inputSpec, type NodeCatalog } from '../../shared/nodes.js';
import { createWorkflowEditor, missingParts, type StoredWorkflow } from '../workflows/index.js';
import type { Rooms } from './rooms.js';
import { withoutNodes } from './without-nodes.js';

export type WorkflowEditingHandlers = Pick<
  Handlers,
  | 'get_workflow'
  | 'save_workflow_meta'
  | 'set_workflow_tool'
  | 'duplicate_workflow'
  | 'delete_workflow'
  | 'list_deleted_workflows'
  | 'restore_workflow'
>;

export function createWorkflowEditingHandlers(rooms: Rooms): WorkflowEditingHandlers {
  const { library, engine, settings, clock } = rooms;
  /** In the folder that is the person's now. */
  const editor = () => createWorkflowEditor({ userDir: settings.workflowDir(), clock });
  /** As its files are now, not as they were when the folder was last heard of. */
  const asItIs = async (id: string) => {
    await library.rescan();
    return found(rooms, id);
  };
  return {
    async get_workflow({ workflow_id }) {
      // Asked before the workflow is described: types and limits of its parameters come from the engine's nodes.
      const message = await withoutNodes(rooms);
      const entry = found(rooms, workflow_id);
      return {
        workflow: entry.workflow,
        graph: entry.graph,
        meta: entry.meta,
        file: entry.file,
        replaces_bundled: entry.replacesBundled,
        ...(message === undefined
          ? { ...toldByNodes(entry, engine.nodes) }
          : { choices: {}, node_names: {}, message: `What the engine has could not be told. ${message}` }),
      };
    },

    async save_workflow_meta({ workflow_id, meta, hash }) {
      const entry = await asItIs(workflow_id);
      if (hash !== undefined && hash !== entry.workflow.hash) {
        throw new AppError('VALIDATION_ERROR', 'The workflow’s files have changed since you read them.', {
          hint: 'Nothing was written. Read it again and make your changes anew.',
          details: { hash: entry.workflow.hash },
        });
      }
      const saved = await editor().saveMeta(entry, meta);
      await library.rescan();
      return { workflow_id, ...saved };
    },

    async set_workflow_tool({ workflow_id, enabled }) {
      const { tool } = found(rooms, workflow_id).workflow;
      if (tool === null) {
        throw new AppError('NOT_SUPPORTED', `“${workflow_id}” has no tool: it has no parameters, or a problem.`, {
          hint: 'Give an input of its graph a value such as PARAM_PROMPT.',
        });
      }
      const others = settings.values.disabled_tools.filter((name) => name !== tool);
      const changed = settings.update({ disabled_tools: enabled ? others : [...others, tool] });
      await rooms.applySettings(changed, ['disabled_tools']);
      rooms.bus.emit({ type: 'settings.changed', settings: settings.view() });
      return { workflow_id, tool, enabled };
    },

    async duplicate_workflow({ workflow_id }) {
      const entry = await asItIs(workflow_id);
      const copy = await editor().duplicate(entry);
      await library.rescan();
      return { workflow_id: copy, namespace: entry.workflow.namespace };
    },

    async delete_workflow({ workflow_id }) {
      const entry = await asItIs(workflow_id);
      const gone = await editor().remove(entry);
      await library.rescan();
      return { ...gone, bundled_back: entry.replacesBundled };
    },

    list_deleted_workflows: async () => ({ workflows: await editor().deleted() }),

    async restore_workflow({ bin_id }) {
      const workflow_id = await editor().restore(bin_id);
      await library.rescan();
      return { workflow_id };
    },
  };
}

function found({ library }: Rooms, id: string): StoredWorkflow {
  const entry = library.get(id);
  if (entry !== undefined) return entry;
  const near = nearest(
    id,
    library.list().map((workflow) => workflow.id),
  );
  throw new AppError('WORKFLOW_NOT_FOUND', `There is no workflow "${id}".`, {
    hint: near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'list_workflows tells which there are.',
    details: { workflow_id: id, nearest: near },
  });
}

function toldByNodes(entry: StoredWorkflow, nodes: NodeCatalog) {
  const missing = missingParts(entry, nodes);
  return {
    choices: choicesOf(entry, nodes),
    node_names: namesOf(entry, nodes),
    missing_nodes: missing.nodes,
    missing_models: missing.models,
  };
}

/** What every place of a parameter accepts, where the engine keeps a list. */
function choicesOf({ workflow, graph }: StoredWorkflow, nodes: NodeCatalog): Record<string, string[]> {
  const choices = workflow.params.flatMap(({ name, targets }) => {
    const lists = targets.flatMap(({ node_id, input }) => {
      const spec = nodes.get(graph?.[node_id]?.class_type ?? '');
      const list = spec === undefined ? undefined : inputSpec(spec, input)?.choices;
      return list === undefined ? [] : [list.map(String)];
    });
    const [first, ...others] = lists;
    if (first === undefined) return [];
    return [[name, first.filter((choice) => others.every((list) => list.includes(choice)))] as const];
  });
  return Object.fromEntries(choices);
}

function namesOf({ graph }: StoredWorkflow, nodes: NodeCatalog): Record<string, string> {
  const classes = new Set(Object.values(graph ?? {}).map((node) => node.class_type));
  return Object.fromEntries(
    [...classes].flatMap((name) => {
      const spec = nodes.get(name);
      return spec === undefined ? [] : [[name, spec.display_name] as const];
    }),
  );
}
