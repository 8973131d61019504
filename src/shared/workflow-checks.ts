/** What was found wrong with a workflow, for agents and for the window alike. */
import { z } from 'zod';
import { paramValueSchema } from './params.js';

export const workflowCheckSchema = z.object({
  /** An error keeps it from running. */
  severity: z.enum(['error', 'warning']),
  code: z.enum(['NODE_NOT_FOUND', 'MODEL_NOT_FOUND', 'INVALID_VALUE', 'WORKFLOW_INVALID', 'SAVES_NOTHING']),
  /** A sentence. */
  message: z.string(),
  node_id: z.string().optional(),
  /** The node's title. */
  node: z.string().optional(),
  class_type: z.string().optional(),
  input: z.string().optional(),
  value: paramValueSchema.optional(),
  /** What would do instead, best first. */
  nearest: z.array(z.union([z.string(), z.number()])).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  /** Tier that the value came from. */
  source: z.string().optional(),
  /** Folder of ComfyUI's models that the missing file belongs in. */
  folder: z.string().optional(),
  /** Node pack that brings the missing class, as far as that can be told. */
  pack: z.string().optional(),
});
export type WorkflowCheck = z.infer<typeof workflowCheckSchema>;
