/** Models, defaults and workflows: what there is to choose from. */
import { z } from 'zod';
import { both, operation, reads, windowOnly } from './contract-operation.js';
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

export const modelFactsSchema = z.object({
  name: z.string(),
  /** Where the engine has it; null where it has not, or is not asked. */
  folder: z.string().nullable(),
  /** Bytes. */
  size: z.number().nullable(),
  /** When the file was changed, seconds since the epoch by the engine's clock: its version. */
  modified: z.number().nullable(),
  /** As its own metadata names it, such as `stable-diffusion-xl-v1-base`. */
  family: z.string().nullable(),
  /** Assets made with it. */
  made: z.number().int(),
  last_made: z.string().nullable(),
  /** The newest picture or film made with it that was not rejected. */
  asset_id: z.string().nullable(),
});
export type ModelFacts = z.infer<typeof modelFactsSchema>;

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
  describe_models: operation({
    title: 'About model files',
    description:
      'What is known of model files of one list: folder, size, family, and what was made with them. Of one that the engine does not have, or while it is away, only what was made.',
    input: z.object({ names: z.array(z.string().min(1).max(1000)).max(100) }),
    output: z.object({ models: z.array(modelFactsSchema) }),
    annotations: { ...reads, openWorld: true },
    doors: windowOnly,
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
