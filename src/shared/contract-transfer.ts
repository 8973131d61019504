/** Exporting, backing up, restoring: files of the person's own machine, so these are the window's alone. */
import { z } from 'zod';
import { galleryFilter } from './contract-library.js';
import { assetId, changes, operation, reads, windowOnly } from './contract-operation.js';
import { exportResultSchema, restoreResultSchema, transferStatusSchema } from './transfer.js';

const place = z.string().min(1).max(4096);

export const transferOperations = {
  get_transfer: operation({
    title: 'What is being exported or restored',
    description: 'How far it has come, and whether files can be exported without metadata.',
    input: z.object({}),
    output: z.object({ transfer: transferStatusSchema, can_strip: z.boolean() }),
    annotations: reads,
    doors: windowOnly,
  }),
  export_assets: operation({
    title: 'Export assets',
    description:
      'Writes the original files of these assets, or of all that a filter lets pass, with a manifest of everything known about them: into one zip, or into a new folder inside a folder.',
    input: z.object({
      asset_ids: z.array(assetId).min(1).max(1_000_000).optional(),
      filter: z.object(galleryFilter).optional().describe('Without asset_ids: everything it lets pass.'),
      to: z.enum(['zip', 'folder']),
      path: place.describe('The zip to be written, or the folder that gets the new folder.'),
      metadata: z
        .enum(['keep', 'strip'])
        .describe('strip: the files say nothing of how they were made, and there is no manifest.'),
    }),
    output: exportResultSchema,
    annotations: changes,
    doors: windowOnly,
  }),
  back_up_library: operation({
    title: 'Back up the library',
    description: 'Writes everything the library holds, the bin included, into one zip.',
    input: z.object({ path: place.describe('The zip; one that is there is replaced when the new one is whole.') }),
    output: exportResultSchema,
    annotations: changes,
    doors: windowOnly,
  }),
  restore_library: operation({
    title: 'Restore from a backup or an export',
    description:
      'Takes in what a zip or a folder with a manifest holds. What is in the library already stays; newer stars, tags and albums win.',
    input: z.object({ path: place.describe('The zip, the folder, or the manifest in it.') }),
    output: restoreResultSchema,
    annotations: changes,
    doors: windowOnly,
  }),
  cancel_transfer: operation({
    title: 'Cancel an export, a backup or a restore',
    description: 'Half an export leaves nothing behind; what a restore has taken in stays.',
    input: z.object({}),
    output: z.object({ cancelled: z.boolean() }),
    annotations: changes,
    doors: windowOnly,
  }),
} as const;
