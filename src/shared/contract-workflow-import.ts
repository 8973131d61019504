/** Making workflows of graphs that ComfyUI's editor saved. */
import { z } from 'zod';
import { assetId, both, changes, operation } from './contract-operation.js';

/** Characters of a graph given as text; the largest in use have some hundred thousand. */
const longestText = 8 * 1024 ** 2;

export const workflowImportOperations = {
  import_workflow: operation({
    title: 'Import a workflow',
    description:
      "Makes a workflow for run_workflow from a graph in ComfyUI's editor or API format: json, or asset_id for the one inside an asset.",
    input: z.object({
      json: z.string().min(1).max(longestText).optional(),
      path: z.string().min(1).max(4096).optional().describe('Window only.'),
      asset_id: assetId.optional(),
      name: z.string().min(1).max(200).optional(),
    }),
    output: z.object({
      workflow_id: z.string(),
      warnings: z.array(z.string()).describe('What was left out or put in.'),
      problems: z.array(z.string()).describe('Why ComfyUI would refuse it.'),
    }),
    annotations: { ...changes, idempotent: false },
    doors: both,
  }),
} as const;
