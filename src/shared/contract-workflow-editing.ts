/** Looking into one workflow and changing what stands beside its graph. */
import { z } from 'zod';
import { changes, operation, reads, windowOnly } from './contract-operation.js';
import { namespaceSchema, workflowMetaSchema, workflowSchema } from './workflow.js';
import { metaChangesSchema } from './workflow-meta.js';

const workflowId = z.string().min(1).describe('id from list_workflows.');

export const deletedWorkflowSchema = z.object({
  bin_id: z.string().describe('What restore_workflow takes.'),
  workflow_id: z.string(),
  deleted_at: z.string(),
});

export const workflowEditingOperations = {
  get_workflow: operation({
    title: 'One workflow with its graph',
    description:
      'A workflow with its graph in API format (placeholders in place), the metadata beside it, and, where the engine can be asked, the choices of each parameter and what is missing.',
    input: z.object({ workflow_id: workflowId }),
    output: z.object({
      workflow: workflowSchema,
      graph: z.record(z.string(), z.unknown()).nullable(),
      meta: workflowMetaSchema,
      file: z.string().describe('Absolute path of the graph.'),
      replaces_bundled: z.boolean(),
      /** What the engine has to choose from, by parameter; only for parameters that are choices. */
      choices: z.record(z.string(), z.array(z.string())),
      /** Names that people know node classes by; only of classes the engine has. */
      node_names: z.record(z.string(), z.string()),
      missing_nodes: z.array(z.string()).optional(),
      missing_models: z.array(z.string()).optional(),
      message: z.string().optional().describe('Why choices and what is missing could not be told.'),
    }),
    annotations: reads,
    doors: windowOnly,
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
    doors: windowOnly,
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
    doors: windowOnly,
  }),
} as const;
