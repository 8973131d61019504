/** Exports, backups and restores as they are told. Wire form, the same at every door. */
import { z } from 'zod';

export const transferTasks = ['export', 'backup', 'restore'] as const;
export type TransferTask = (typeof transferTasks)[number];

/** How far a transfer has come; `task` is null when none runs. */
export const transferStatusSchema = z.object({
  task: z.enum(transferTasks).nullable(),
  /** Records and files; 0 until it is known how many there are. */
  total: z.number().int(),
  done: z.number().int(),
  /** Bytes of the files, as far as their sizes are known. */
  bytes_total: z.number(),
  bytes_done: z.number(),
  /** Null until there is something to go by. */
  bytes_per_second: z.number().nullable(),
  seconds_left: z.number().nullable(),
});
export type TransferStatus = z.infer<typeof transferStatusSchema>;

export const idleTransfer: TransferStatus = {
  task: null,
  total: 0,
  done: 0,
  bytes_total: 0,
  bytes_done: 0,
  bytes_per_second: null,
  seconds_left: null,
};

/** An asset whose bytes are not in the export, and why. */
const leftOutSchema = z.object({ asset_id: z.string(), filename: z.string(), reason: z.string() });
export type LeftOut = z.infer<typeof leftOutSchema>;

export const exportResultSchema = z.object({
  /** The folder or the zip. */
  path: z.string(),
  /** Assets whose files are in it, and their bytes. */
  files: z.number().int(),
  bytes: z.number(),
  jobs: z.number().int(),
  left_out_count: z.number().int(),
  /** The first of them. */
  left_out: z.array(leftOutSchema),
});
export type ExportResult = z.infer<typeof exportResultSchema>;

export const restoreResultSchema = z.object({
  /** What came into the library. */
  assets: z.number().int(),
  jobs: z.number().int(),
  /** Files that were taken in, and their bytes. */
  files: z.number().int(),
  bytes: z.number(),
  /** Assets that were there already, and those among them whose stars, tags and albums were older than in the backup. */
  known: z.number().int(),
  updated: z.number().int(),
  problems_count: z.number().int(),
  /** The first records and files that could not be taken in as they should. */
  problems: z.array(z.object({ what: z.string(), reason: z.string() })),
});
export type RestoreResult = z.infer<typeof restoreResultSchema>;

/** Entries of the lists above; their counts tell the rest. */
export const listedProblems = 100;
