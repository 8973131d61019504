/** Workflows: a graph in API format with placeholders, and the metadata beside it. */
import { z } from 'zod';
import { paramSpecSchema, paramValueSchema } from './params.js';

/** One node of a graph in ComfyUI's API format. An input is a literal or a link `[node id, output slot]`. */
export interface GraphNode {
  class_type: string;
  inputs: Record<string, unknown>;
  _meta?: { title?: string };
}

/** A graph in API format, by node id. */
export type Graph = Record<string, GraphNode>;

export const namespaces = ['image', 'audio', 'video'] as const;
export const namespaceSchema = z.enum(namespaces);
export type Namespace = z.infer<typeof namespaceSchema>;

/**
 * `X.meta.json` beside `X.json`, as the seed project defined it, plus `namespace`, `descriptions` and `originals`.
 * Unknown keys are kept.
 */
export const workflowMetaSchema = z.looseObject({
  name: z.string().optional(),
  description: z.string().optional(),
  defaults: z.record(z.string(), paramValueSchema).optional(),
  constraints: z
    .record(
      z.string(),
      z.looseObject({
        min: z.number().optional(),
        max: z.number().optional(),
        step: z.number().optional(),
        enum: z.array(paramValueSchema).optional(),
      }),
    )
    .optional(),
  override_mappings: z.record(z.string(), z.array(z.tuple([z.string(), z.string()]))).optional(),
  namespace: namespaceSchema.optional(),
  /** Files that may be left out: then their loaders go, and every input that was linked from them. */
  optional: z.array(z.string()).optional(),
  /** Placeholders that nobody sets: what follows from other parameters, by formula. */
  derived: z.record(z.string(), z.string()).optional(),
  /** Values for where no tier has one; `defaults` come before all tiers. */
  fallbacks: z.record(z.string(), paramValueSchema).optional(),
  /** False: no tool of its own, only through run_workflow. */
  tool: z.boolean().optional(),
  /** What each parameter means, for language models and forms. */
  descriptions: z.record(z.string(), z.string()).optional(),
  /** What stood where placeholders stand now, by node and input: it comes back when that is no parameter any more. */
  originals: z.record(z.string(), z.record(z.string(), paramValueSchema)).optional(),
});
export type WorkflowMeta = z.infer<typeof workflowMetaSchema>;

export const workflowSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  namespace: namespaceSchema,
  params: z.array(paramSpecSchema),
  /** The MCP tool that runs it, unless the person switched it off; null when it has no placeholders or a problem. */
  tool: z.string().nullable(),
  /** Why it can't be used, in words; null when fine. */
  problem: z.string().nullable(),
  source: z.enum(['bundled', 'user']),
  updated_at: z.string(),
  hash: z.string(),
});
export type Workflow = z.infer<typeof workflowSchema>;
