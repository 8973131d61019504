/** Files as inputs of workflows. */
import { z } from 'zod';
import { assetId, both, operation } from './contract-operation.js';

export const inputOperations = {
  upload_image: operation({
    title: 'Upload an image as input',
    description:
      'Gives ComfyUI a file for another workflow: an image, mask, sound or video from a path (only in folders the person allowed) or base64. Returns asset_id and input name; workflow parameters such as image or mask take either. What was made here needs no upload: pass its asset_id directly.',
    input: z.object({
      path: z.string().min(1).max(4096).optional().describe('Whole path of a file on this machine.'),
      base64: z.string().min(1).optional().describe('The file itself, at most 16 MB.'),
      asset_id: assetId.optional(),
      filename: z.string().min(1).max(255).optional().describe('A name for base64.'),
      parent_asset_id: assetId.optional().describe('What it was made from, such as the image of a mask.'),
    }),
    output: z.object({
      asset_id: z.string(),
      name: z.string().describe('As LoadImage and its like want it.'),
      media_kind: z.enum(['image', 'audio', 'video']),
      already_there: z.boolean(),
    }),
    annotations: { readOnly: false, destructive: false, idempotent: true, openWorld: true },
    doors: both,
  }),
} as const;
