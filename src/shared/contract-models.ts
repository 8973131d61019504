/** Models, defaults and workflows: what there is to choose from. */
import { z } from 'zod';
import { both, operation, reads } from './contract-operation.js';
import { importableSchema, workflowPlaceSchema } from './contract-workflow-import.js';
import { paramValueSchema } from './params.js';
import { namespaceSchema } from './workflow.js';

const availableInputSchema = z.object({
  type: z.enum(['str', 'int', 'float', 'bool']),
  required: z.boolean(),
  description: z.string(),
  default: paramValueSchema.optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  step: z.number().optional(),
  enum: z.array(paramValueSchema).optional(),
});

export const modelOperations = {
  list_models: operation({
    title: 'List models',
    description:
      'Model files ComfyUI has in one folder: checkpoints when none is named, or loras, vae, diffusion_models, text_encoders, controlnet, upscale_models … as folders[] tells. The names are what model parameters take.',
    input: z.object({
      folder: z.string().min(1).optional().describe('Default checkpoints.'),
      query: z.string().optional().describe('Only names with all these words.'),
    }),
    output: z.object({
      models: z.array(z.string()),
      count: z.number().int(),
      default: z.string().nullable().describe('The default model of this folder.'),
      folder: z.string(),
      folders: z.array(z.string()),
    }),
    annotations: { ...reads, openWorld: true },
    doors: both,
  }),
  list_workflows: operation({
    title: 'List workflows',
    description:
      'Every workflow with its parameters (available_inputs) and the tool that runs it; those without a tool run with run_workflow. tool_disabled: the person switched its tool off. problem, missing_nodes, missing_models and problems say what keeps one from running. With source: what ComfyUI has to import (importable).',
    input: z.object({
      query: z.string().optional().describe('Only those with all these words in name or text.'),
      source: workflowPlaceSchema.optional(),
    }),
    output: z.object({
      workflows: z.array(
        z.object({
          id: z.string(),
          name: z.string(),
          description: z.string(),
          namespace: namespaceSchema,
          available_inputs: z.record(z.string(), availableInputSchema),
          defaults: z.record(z.string(), paramValueSchema),
          updated_at: z.string(),
          hash: z.string(),
          tool: z.string().nullable(),
          tool_disabled: z.literal(true).optional(),
          problem: z.string().nullable(),
          missing_nodes: z.array(z.string()).optional(),
          missing_models: z.array(z.string()).optional(),
          /** What else is wrong with it; the first few. */
          problems: z.array(z.string()).optional(),
        }),
      ),
      count: z.number().int(),
      workflow_dir: z.string(),
      importable: z.array(importableSchema).optional(),
      message: z.string().optional(),
    }),
    annotations: reads,
    doors: both,
  }),
} as const;
