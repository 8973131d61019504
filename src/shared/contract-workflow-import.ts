/** Making workflows of graphs that come from elsewhere: text, files, assets, and what ComfyUI keeps. */
import { z } from 'zod';
import { assetId, both, changes, operation, reads, windowOnly } from './contract-operation.js';
import { workflowMetaSchema } from './workflow.js';
import { exposableSchema, exposureSchema } from './workflow-params.js';

/** Characters of a graph given as text; the largest in use have some hundred thousand. */
const longestText = 8 * 1024 ** 2;

/** Where a graph comes from; exactly one of them. */
const graphSource = {
  json: z.string().min(1).max(longestText).optional(),
  path: z.string().min(1).max(4096).optional().describe('Window only.'),
  asset_id: assetId.optional(),
  source: z.string().min(1).max(1000).optional().describe('From list_workflows(source).'),
};

const addedWorkflow = { workflow_id: z.string(), tool: z.string().nullable(), parameters: z.array(z.string()) };

/** Places besides the own folder that have workflows to import. */
export const workflowPlaceSchema = z.enum(['comfyui', 'templates']);
export type WorkflowPlace = z.infer<typeof workflowPlaceSchema>;

export const importableSchema = z.object({
  source: z.string().describe('For import_workflow.'),
  name: z.string(),
  description: z.string().optional(),
  category: z.string().optional(),
  /** ISO 8601, UTC. */
  modified_at: z.string().optional(),
});
export type Importable = z.infer<typeof importableSchema>;

export const graphProblemSchema = z.object({
  code: z.string(),
  /** One sentence that names the node. */
  message: z.string(),
  node_id: z.string().optional(),
  class_type: z.string().optional(),
  input: z.string().optional(),
  /** What is there now. */
  value: z.string().optional(),
  /** What would do instead, best first. */
  nearest: z.array(z.string()),
  /** Where a missing model can be had, as the file itself says. */
  url: z.string().optional(),
  folder: z.string().optional(),
});
export type ReviewedProblem = z.infer<typeof graphProblemSchema>;

export const workflowImportOperations = {
  import_workflow: operation({
    title: 'Import a workflow',
    description:
      "Makes a workflow for run_workflow from a graph in ComfyUI's editor or API format: json, asset_id for the one inside an asset, or source for one that ComfyUI has. What people usually set becomes its parameters; change them with save_workflow.",
    input: z.object({
      ...graphSource,
      name: z.string().min(1).max(200).optional(),
      parameters: z.enum(['proposed', 'none']).optional().describe('Default proposed.'),
    }),
    output: z.object({
      ...addedWorkflow,
      warnings: z.array(z.string()).describe('What was left out or put in.'),
      problems: z.array(z.string()).describe('Why ComfyUI would refuse it.'),
    }),
    annotations: { ...changes, idempotent: false },
    doors: both,
  }),
  review_workflow: operation({
    title: 'Look at a graph before it is imported',
    description:
      'Reads and converts a graph as import_workflow does and tells what is in it and what is wrong with it; nothing is written.',
    input: z.object(graphSource),
    output: z.object({
      /** What it would be called. */
      name: z.string(),
      description: z.string(),
      /** Whether the editor's own graph is there, to be kept beside. */
      editor: z.boolean(),
      graph: z.record(z.string(), z.unknown()),
      /** Names that people know its node classes by; only of classes the engine has. */
      node_names: z.record(z.string(), z.string()),
      warnings: z.array(z.string()),
      problems: z.array(graphProblemSchema),
      /** Model files that the graph names, in its order. */
      models: z.array(z.string()),
      /** What is or may become a parameter. */
      inputs: z.array(exposableSchema),
      /** Why it was not held against an engine. */
      unchecked: z.string().optional(),
    }),
    annotations: reads,
    doors: windowOnly,
  }),
  add_workflow: operation({
    title: 'Import a reviewed graph',
    description:
      'Makes a workflow of a graph that review_workflow showed, with values put into inputs of its nodes and metadata beside it.',
    input: z.object({
      ...graphSource,
      name: z.string().min(1).max(200),
      values: z
        .array(
          z.object({ node_id: z.string(), input: z.string(), value: z.union([z.string(), z.number(), z.boolean()]) }),
        )
        .max(500)
        .optional(),
      /** All that there are to be. */
      parameters: z.array(exposureSchema).max(200).optional(),
      meta: workflowMetaSchema.optional(),
    }),
    output: z.object(addedWorkflow),
    annotations: { ...changes, idempotent: false },
    doors: windowOnly,
  }),
  list_importable: operation({
    title: 'Workflows that ComfyUI has',
    description: 'What somebody saved in ComfyUI, or its templates and those of its custom nodes.',
    input: z.object({ place: workflowPlaceSchema }),
    output: z.object({
      importable: z.array(
        importableSchema.extend({
          tags: z.array(z.string()).optional(),
          /** What `templateAddress` takes. */
          picture: z.object({ key: z.string(), ending: z.string() }).optional(),
        }),
      ),
    }),
    annotations: { ...reads, openWorld: true },
    doors: windowOnly,
  }),
  save_to_comfyui: operation({
    title: "Save into ComfyUI's workflows",
    description:
      "Puts the editor's graph of an imported workflow among those that ComfyUI's page opens. Another of the same name is replaced with overwrite only; saved is false otherwise.",
    input: z.object({
      workflow_id: z.string().min(1),
      name: z.string().min(1).max(200).optional(),
      overwrite: z.boolean().optional(),
    }),
    output: z.object({ saved: z.boolean(), name: z.string(), url: z.string() }),
    annotations: { ...changes, openWorld: true },
    doors: windowOnly,
  }),
} as const;
