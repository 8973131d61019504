/** Looking at what was made, as agents do. */
import { z } from 'zod';
import { assetSchema, mediaKindSchema, ratingSchema } from './asset.js';
import { agentsOnly, assetId, both, changes, operation, reads } from './contract-operation.js';
import { facetCountsSchema, sortSchema } from './library.js';

/** One tag: no line breaks, nothing to trim. */
const tag = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}]+$/u, 'one line of text');
const labels = z.array(tag).max(50);
const assetIds = z.array(assetId).min(1).max(500);

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
        .describe(
          'Words of prompt, tags, model, workflow or file name; "in a row", -without; fields such as model:flux seed:42 rating:>=4 after:2025-03 before:today agent:claude.',
        ),
      workflow_id: z.string().optional().describe('Only from this workflow.'),
      session_id: z.string().optional().describe('Only from this conversation; "current" = yours.'),
      media_kind: mediaKindSchema.optional(),
      parent_asset_id: z.string().optional().describe('Only regenerations of this asset.'),
      tag: z.string().optional().describe('Only with this tag.'),
      album: z.string().optional().describe('Only from this album.'),
      min_rating: z.number().int().min(-1).max(5).optional().describe('Only with so many stars or more.'),
      include_expired: z.boolean().optional(),
      in_bin: z.boolean().optional().describe('What was deleted, instead of what is there.'),
      sort: sortSchema.optional(),
      facets: z.boolean().optional().describe('Also count models, workflows, tags, albums … of what was found.'),
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
          .extend({
            asset_url: z.string(),
            prompt: z.string().optional(),
            seed: z.number().optional(),
            rating: ratingSchema.optional(),
            tags: z.array(z.string()).optional(),
          }),
      ),
      count: z.number().int(),
      limit: z.number().int(),
      total: z.number().int(),
      next_cursor: z.string().optional(),
      facets: facetCountsSchema.optional(),
    }),
    annotations: reads,
    doors: agentsOnly,
  }),
  view_image: operation({
    title: 'View an image',
    description:
      'Shows a generated image to you as real image content (a WebP small enough for a chat), or its facts with mode "metadata". Of a video a still frame where there is one (preview.poster_frame); for audio give the person the asset_url.',
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
        .object({
          mime_type: z.string(),
          width: z.number(),
          height: z.number(),
          bytes_size: z.number(),
          /** Of a film this is one frame; the film itself is at its address. */
          poster_frame: z.literal(true).optional(),
        })
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
        /** Assets that were its inputs, by parameter. */
        inputs: z.record(z.string(), z.string()),
        /** Up to the first, the parent first. */
        ancestors: z.array(z.string()),
        children: z.array(z.string()),
        children_count: z.number().int(),
      }),
    }),
    annotations: reads,
    doors: agentsOnly,
  }),
  update_asset: operation({
    title: 'Rate, tag or keep an asset',
    description:
      'Rates an asset or many at once, changes tags or albums, or keeps from expiring; what has expired comes back. A star, a tag or an album keeps it too.',
    input: z.object({
      asset_id: assetId.optional(),
      asset_ids: assetIds.optional().describe('Several instead: all of them in one step.'),
      rating: ratingSchema.optional().describe('Stars 1 to 5; 0 takes them back, -1 rejects.'),
      tags: labels.optional().describe('All its tags from now on.'),
      albums: labels.optional().describe('All its albums from now on; new ones are made.'),
      add_tags: labels.optional(),
      remove_tags: labels.optional(),
      add_albums: labels.optional(),
      remove_albums: labels.optional(),
      keep: z.boolean().optional().describe('true: never expires; false: expires as if it were made now.'),
    }),
    output: assetSchema
      .pick({ asset_id: true, rating: true, tags: true, albums: true, expires_at: true })
      .partial()
      .extend({
        /** Of several. */
        updated: z.array(z.string()).optional(),
        not_found: z.array(z.string()).optional(),
      }),
    annotations: changes,
    doors: both,
  }),
  delete_assets: operation({
    title: 'Delete assets',
    description:
      "Moves assets into the bin: restore_assets brings them back. ComfyUI's own files stay. Delete only what the person wants gone.",
    input: z.object({ asset_ids: assetIds }),
    output: z.object({ deleted: z.array(z.string()), not_found: z.array(z.string()) }),
    annotations: { ...changes, destructive: true },
    doors: both,
  }),
  restore_assets: operation({
    title: 'Restore deleted assets',
    description: 'Brings assets back from the bin. list_assets with in_bin tells what is there.',
    input: z.object({ asset_ids: assetIds }),
    output: z.object({ restored: z.array(z.string()), not_found: z.array(z.string()) }),
    annotations: changes,
    doors: both,
  }),
} as const;
