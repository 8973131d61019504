/** Publishing: pictures out of the library into a web project. Names, keys and codes are the seed's. */
import { z } from 'zod';
import { assetId, both, changes, operation, reads } from './contract-operation.js';
import { errorCodes } from './errors.js';
import { defaultMaxBytes } from './publishing.js';

const triedPathSchema = z.object({
  path: z.string(),
  exists: z.boolean(),
  is_valid: z.boolean(),
  source: z.enum(['configured', 'command line', 'usual place']),
});

// Names are checked by the handler: a pattern here would answer VALIDATION_ERROR in place of the code that tells which.
export const publishingOperations = {
  publish_asset: operation({
    title: 'Publish a picture',
    description:
      "Puts a picture into the project's web folder (public/gen, static/gen or assets/gen). Give target_filename, or only manifest_key for a generated name that manifest.json maps the key to. A file of the same format is copied as it is, with the workflow in it; web_optimize drops that.",
    input: z.object({
      asset_id: assetId,
      target_filename: z.string().optional().describe('e.g. hero.webp; lower case, .webp, .png, .jpg or .jpeg.'),
      manifest_key: z.string().optional().describe('Key in manifest.json, e.g. hero.'),
      web_optimize: z.boolean().optional().describe('WebP of at most max_bytes (default false).'),
      max_bytes: z.number().int().min(1).optional().describe(`For web_optimize (default ${defaultMaxBytes}).`),
      overwrite: z.boolean().optional().describe('Replace a file of that name (default true).'),
    }),
    output: z.object({
      dest_url: z.string(),
      dest_path: z.string(),
      bytes_size: z.number().int(),
      mime_type: z.string(),
      width: z.number().int(),
      height: z.number().int(),
      compression_info: z.object({
        /** False: byte for byte the original. */
        compressed: z.boolean(),
        original_size: z.number().int(),
        final_size: z.number().int(),
        /** WebP or JPEG quality; null without loss. */
        quality: z.number().nullable(),
        /** Of the original's sides. */
        scale: z.number(),
        downscaled: z.boolean(),
      }),
      manifest_key: z.string().optional(),
    }),
    annotations: { ...changes, destructive: true },
    doors: both,
  }),
  get_publish_info: operation({
    title: 'Where pictures are published',
    description: 'Project, publish folder and ComfyUI output folder, and what is missing before publish_asset works.',
    input: z.object({}),
    output: z.object({
      project_root: z.object({
        path: z.string().nullable(),
        detection_method: z.enum(['configured', 'cwd', 'not_found']),
      }),
      publish_root: z.object({ path: z.string().nullable(), exists: z.boolean(), writable: z.boolean() }),
      comfyui_output_root: z.object({
        path: z.string().nullable(),
        exists: z.boolean(),
        detection_method: z.enum(['configured', 'command line', 'usual place', 'not_found']),
        configured: z.boolean(),
      }),
      comfyui_tried_paths: z.array(triedPathSchema),
      config_file: z.string(),
      status: z.enum(['ready', 'needs_comfyui_root', 'error']),
      message: z.string(),
      hint: z.string().optional(),
      error_code: z.enum(errorCodes).optional(),
      warnings: z.array(z.string()),
    }),
    annotations: reads,
    doors: both,
  }),
  set_comfyui_output_root: operation({
    title: "Set ComfyUI's output folder",
    description: 'Remembers where ComfyUI writes on this machine: only needed to publish while ComfyUI is away.',
    input: z.object({ path: z.string() }),
    output: z.object({ success: z.literal(true), path: z.string(), message: z.string(), config_file: z.string() }),
    annotations: changes,
    doors: both,
  }),
} as const;
