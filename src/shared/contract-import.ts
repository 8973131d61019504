/** Taking in what was made before, or elsewhere. */
import { z } from 'zod';
import { changes, operation, reads, windowOnly } from './contract-operation.js';
import { importStatusSchema, sourceFolderSchema } from './library.js';

export const importOperations = {
  get_import: operation({
    title: 'Import folders',
    description: 'Folders whose files are in the library, and how far an import has come.',
    input: z.object({}),
    output: z.object({ folders: z.array(sourceFolderSchema), import: importStatusSchema }),
    annotations: reads,
    doors: windowOnly,
  }),
  import_folder: operation({
    title: 'Import a folder',
    description:
      'Takes the pictures, videos and sounds below a folder of this machine into the library, with the graphs and parameters written in them. The files stay where they are. A single file imports its folder no further than that file.',
    input: z.object({
      path: z.string().min(1).max(4096),
      watch: z.boolean().optional().describe('Take in new files as they come (default true for folders).'),
    }),
    output: z.object({ folder: sourceFolderSchema, import: importStatusSchema }),
    annotations: changes,
    doors: windowOnly,
  }),
  control_import: operation({
    title: 'Pause, go on with or stop an import',
    description: 'What was taken in stays. A stopped import goes on where it was when its folder is imported again.',
    input: z.object({ action: z.enum(['pause', 'resume', 'stop']) }),
    output: importStatusSchema,
    annotations: changes,
    doors: windowOnly,
  }),
  update_import_folder: operation({
    title: 'Watch a folder or leave it',
    description: 'Whether new files of an imported folder are taken in as they come.',
    input: z.object({ id: z.number().int(), watched: z.boolean() }),
    output: sourceFolderSchema,
    annotations: changes,
    doors: windowOnly,
  }),
  remove_import_folder: operation({
    title: 'Take a folder out of the library',
    description: 'Moves what was imported from it into the bin, unless it lies in another folder too. Its files stay.',
    input: z.object({ id: z.number().int() }),
    output: z.object({ id: z.number().int() }),
    annotations: { ...changes, destructive: true },
    doors: windowOnly,
  }),
} as const;
