/** One workflow in detail, and changes of what stands beside its graph. */
import { z } from 'zod';
import type { Handlers } from '../../shared/contract.js';
import { AppError } from '../../shared/errors.js';
import { printable } from '../../shared/exact-json.js';
import { inputSpec, type NodeCatalog } from '../../shared/nodes.js';
import {
  checkShape,
  checkWorkflow,
  createWorkflowEditor,
  missingParts,
  type StoredWorkflow,
} from '../workflows/index.js';
import type { Rooms } from './rooms.js';
import { withoutNodes } from './without-nodes.js';
import { createWorkflowSaver, found, packsBeside, proposedInputs, refuseOvertaken } from './workflow-saving.js';

const documentSchema = z.record(z.string(), z.unknown());

export type WorkflowEditingHandlers = Pick<
  Handlers,
  | 'get_workflow'
  | 'save_workflow'
  | 'save_workflow_meta'
  | 'set_workflow_tool'
  | 'duplicate_workflow'
  | 'delete_workflow'
  | 'list_deleted_workflows'
  | 'restore_workflow'
>;

/** Choices of one input that agents are told; list_models has all of them. */
const mostChoices = 30;

export function createWorkflowEditingHandlers(rooms: Rooms): WorkflowEditingHandlers {
  const { library, engine, settings, clock } = rooms;
  /** In the folder that is the person's now. */
  const editor = () => createWorkflowEditor({ userDir: settings.workflowDir(), clock });
  const saver = createWorkflowSaver(rooms, editor);
  const { asItIs } = saver;
  return {
    async get_workflow({ workflow_id }, { door }) {
      // Asked before the workflow is described: types and limits of its parameters come from the engine's nodes.
      const message = await withoutNodes(rooms);
      const entry = found(rooms, workflow_id);
      const inputs = proposedInputs(entry, engine.nodes);
      const told = {
        workflow: entry.workflow,
        graph: entry.graph,
        meta: entry.meta,
        file: entry.file,
        replaces_bundled: entry.replacesBundled,
        inputs,
        problems:
          message === undefined ? checkWorkflow(entry, engine.nodes, await packsBeside(entry)) : checkShape(entry),
        versions: await editor().versions(entry.workflow.id),
        ...(message === undefined
          ? { ...toldByNodes(entry, engine.nodes) }
          : { choices: {}, node_names: {}, message: `What the engine has could not be told. ${message}` }),
      };
      if (door === 'ipc') return told;
      const short = inputs.map(({ choices, ...input }) => ({
        ...input,
        ...(choices === undefined ? {} : { choices: choices.slice(0, mostChoices) }),
      }));
      // JSON has no integers beyond 2^53; save_workflow takes them as text.
      const graph = told.graph === null ? null : documentSchema.parse(printable(told.graph));
      const choices = Object.entries(told.choices).map(([name, all]) => [name, all.slice(0, mostChoices)] as const);
      return { ...told, graph, inputs: short, choices: Object.fromEntries(choices) };
    },

    save_workflow: (input) => saver.save(input),

    async save_workflow_meta({ workflow_id, meta, hash }) {
      const entry = await asItIs(workflow_id);
      if (hash !== undefined) refuseOvertaken(entry, hash);
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
