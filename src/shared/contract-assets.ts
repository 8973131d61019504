/** Looking at what was made, as agents do. */
import { z } from 'zod';
import { assetSchema, mediaKindSchema } from './asset.js';
import { agentsOnly, assetId, operation, reads } from './contract-operation.js';

export const assetOperations = {
  list_assets: operation({
    title: 'List assets',
    description:
      'Lists what was made, newest first. query finds by words. session_id "current" shows only what this conversation made. Ask for more with the next_cursor of the last answer.',
    input: z.object({
      limit: z.number().int().min(1).max(100).optional().describe('How many (default 10).'),
      query: z
        .string()
        .max(1000)
        .optional()
        .describe('Words of prompt, model, workflow or file name; "in a row", -without.'),
      workflow_id: z.string().optional().describe('Only from this workflow.'),
      session_id: z.string().optional().describe('Only from this conversation; "current" = yours.'),
      media_kind: mediaKindSchema.optional(),
      parent_asset_id: z.string().optional().describe('Only regenerations of this asset.'),
      include_expired: z.boolean().optional(),
      cursor: z.string().optional(),
    }),
    output: z.object({
      assets: z.array(
        assetSchema
          .pick({
            asset_id: true,
            prompt_id: true,
            workflow_id: true,
            filename: true,
            subfolder: true,
            folder_type: true,
            media_kind: true,
            mime_type: true,
            width: true,
            height: true,
            bytes_size: true,
            created_at: true,
            session_id: true,
          })
          .extend({ asset_url: z.string(), prompt: z.string().optional(), seed: z.number().optional() }),
      ),
      count: z.number().int(),
      limit: z.number().int(),
      total: z.number().int(),
      next_cursor: z.string().optional(),
    }),
    annotations: reads,
    doors: agentsOnly,
  }),
  view_image: operation({
    title: 'View an image',
    description:
      'Shows a generated image to you as real image content (a WebP small enough for a chat), or its facts with mode "metadata". Images only: for audio and video give the person the asset_url.',
    input: z.object({
      asset_id: assetId,
      mode: z.enum(['thumb', 'metadata']).optional(),
      max_dim: z.number().int().min(16).max(2048).optional().describe('Longest side in pixels (default 512).'),
      max_b64_chars: z.number().int().min(1000).max(2_000_000).optional().describe('Budget (default 100000).'),
    }),
    output: z.object({
      asset_id: z.string(),
      asset_url: z.string(),
      filename: z.string(),
      mime_type: z.string(),
      width: z.number().nullable(),
      height: z.number().nullable(),
      bytes_size: z.number().nullable(),
      preview: z
        .object({ mime_type: z.string(), width: z.number(), height: z.number(), bytes_size: z.number() })
        .optional(),
    }),
    annotations: reads,
    doors: agentsOnly,
  }),
  get_asset_metadata: operation({
    title: 'Everything about an asset',
    description:
      'Where an asset came from: its facts and parameters, the graph exactly as submitted, what ComfyUI answered, and the assets it was regenerated from and into. Large; view_image with mode "metadata" gives the facts alone.',
    input: z.object({ asset_id: assetId }),
    output: assetSchema.extend({
      asset_url: z.string(),
      submitted_workflow: z.record(z.string(), z.unknown()).nullable(),
      comfy_history: z.array(z.record(z.string(), z.unknown())),
      lineage: z.object({
        parent_asset_id: z.string().nullable(),
        children: z.array(z.string()),
        children_count: z.number().int(),
      }),
    }),
    annotations: reads,
    doors: agentsOnly,
  }),
} as const;
