/** Looking into one workflow and changing what stands beside its graph. */
import { z } from 'zod';
import { both, changes, operation, reads, windowOnly } from './contract-operation.js';
import { namespaceSchema, workflowMetaSchema, workflowSchema } from './workflow.js';
import { workflowCheckSchema } from './workflow-checks.js';
import { metaChangesSchema } from './workflow-meta.js';
import { exposableSchema, exposureSchema } from './workflow-params.js';

const workflowId = z.string().min(1).describe('id from list_workflows.');

export const deletedWorkflowSchema = z.object({
  bin_id: z.string().describe('What restore_workflow takes.'),
  workflow_id: z.string(),
  deleted_at: z.string(),
});

export const workflowVersionSchema = z.object({
  version: z.string(),
  /** When it was replaced. */
  saved_at: z.string(),
  hash: z.string(),
});

export const workflowEditingOperations = {
  get_workflow: operation({
    title: 'One workflow in full',
    description:
      'A workflow with its graph in API format (placeholders in place) and metadata, the inputs that are or may become parameters, what is wrong with it, earlier versions, and workflow.hash, which save_workflow takes.',
    input: z.object({ workflow_id: workflowId }),
    output: z.object({
      workflow: workflowSchema,
      graph: z.record(z.string(), z.unknown()).nullable(),
      meta: workflowMetaSchema,
      file: z.string().describe('Absolute path of the graph.'),
      replaces_bundled: z.boolean(),
      /** Parameters first, then what is proposed as one, then everything else that could be. */
      inputs: z.array(exposableSchema),
      problems: z.array(workflowCheckSchema),
      versions: z.array(workflowVersionSchema),
      /** What the engine has to choose from, by parameter; only for parameters that are choices. */
      choices: z.record(z.string(), z.array(z.string())),
      /** Names that people know node classes by; only of classes the engine has. */
      node_names: z.record(z.string(), z.string()),
      missing_nodes: z.array(z.string()).optional(),
      missing_models: z.array(z.string()).optional(),
      message: z.string().optional().describe('Why choices and what is missing could not be told.'),
    }),
    annotations: reads,
    doors: both,
  }),
  save_workflow: operation({
    title: 'Create or change a workflow',
    description:
      'Without workflow_id makes a new one of name and graph; with it changes that one, which needs the hash you read. parameters is the whole list of what is to be exposed, each {name, targets: [{node_id, input}]} with default, required, min, max, step, enum, description as needed; get_workflow.inputs has the candidates. A graph that the engine would refuse is not saved unless allow_problems; missing models are only told. The last ten versions are kept.',
    input: z.object({
      workflow_id: workflowId.optional(),
      name: z.string().min(1).max(100).optional().describe('Of the new file.'),
      hash: z.string().optional(),
      graph: z.record(z.string(), z.unknown()).optional().describe('API format; PARAM_* texts are parameters.'),
      meta: metaChangesSchema.optional().describe('name, description, namespace, …; null takes one away.'),
      parameters: z.array(exposureSchema).max(200).optional(),
      replace_models: z
        .record(z.string(), z.string())
        .optional()
        .describe('File names, old to new, wherever they stand.'),
      restore_version: z.string().optional().describe('From get_workflow.versions.'),
      allow_problems: z.boolean().optional(),
    }),
    output: z.object({
      workflow_id: z.string(),
      hash: z.string(),
      created: z.boolean(),
      /** A bundled workflow was copied into the own folder. */
      copied: z.boolean(),
      tool: z.string().nullable(),
      parameters: z.array(z.string()),
      problems: z.array(workflowCheckSchema),
      /** Takes this save back, through `restore_version`; null when there was nothing before. */
      previous_version: z.string().nullable(),
      message: z.string().optional(),
    }),
    annotations: { ...changes, idempotent: false },
    doors: both,
  }),
  save_workflow_meta: operation({
    title: 'Change the metadata of a workflow',
    description:
      'Writes name, description, kind, defaults, constraints and descriptions of parameters into the .meta.json beside the graph. Given keys replace those of the file, null takes one away, all others stay. A bundled workflow is never written to: it is copied into the own folder first, and the copy takes its place.',
    input: z.object({
      workflow_id: workflowId,
      meta: metaChangesSchema,
      hash: z.string().optional().describe('As it was read: refused when the file has changed since.'),
    }),
    output: z.object({
      workflow_id: z.string(),
      file: z.string().describe('Absolute path of the metadata.'),
      copied: z.boolean().describe('A bundled workflow was copied into the own folder.'),
    }),
    annotations: changes,
    doors: windowOnly,
  }),
  set_workflow_tool: operation({
    title: 'Offer a workflow as a tool, or not',
    description:
      'Switches the tool of a workflow on or off for every agent. run_workflow runs it either way. Connected clients are told at once.',
    input: z.object({ workflow_id: workflowId, enabled: z.boolean() }),
    output: z.object({ workflow_id: z.string(), tool: z.string(), enabled: z.boolean() }),
    annotations: changes,
    doors: windowOnly,
  }),
  duplicate_workflow: operation({
    title: 'Duplicate a workflow',
    description: 'Copies a workflow and its metadata into the own folder under a name that is free.',
    input: z.object({ workflow_id: workflowId }),
    output: z.object({ workflow_id: z.string(), namespace: namespaceSchema }),
    annotations: { ...changes, idempotent: false },
    doors: windowOnly,
  }),
  delete_workflow: operation({
    title: 'Delete a workflow',
    description:
      'Moves an own workflow and its metadata into the bin of its folder; restore_workflow brings it back. Bundled ones stay.',
    input: z.object({ workflow_id: workflowId }),
    output: deletedWorkflowSchema.extend({
      bundled_back: z.boolean().describe('It stood in the place of a bundled one, which is in use again.'),
    }),
    annotations: { ...changes, destructive: true, idempotent: false },
    doors: both,
  }),
  list_deleted_workflows: operation({
    title: 'Workflows in the bin',
    description: 'Deleted workflows that can be restored, the latest first.',
    input: z.object({}),
    output: z.object({ workflows: z.array(deletedWorkflowSchema) }),
    annotations: reads,
    doors: windowOnly,
  }),
  restore_workflow: operation({
    title: 'Restore a workflow',
    description: 'Brings a deleted workflow back to where it was. Refused while another has its name.',
    input: z.object({ bin_id: z.string().min(1).describe('bin_id from delete_workflow.') }),
    output: z.object({ workflow_id: z.string() }),
    annotations: { ...changes, idempotent: false },
    doors: both,
  }),
} as const;
