/** Moving the data directory, as the window sees it. */
import { z } from 'zod';
import { errorValueSchema } from './errors.js';

/** What a move into a folder would mean; nothing has been done yet. */
export const movePlanSchema = z.object({
  from: z.string(),
  /** Where the data will lie: the chosen folder, or a new one in it when there is something in it already. */
  to: z.string(),
  /** A library that lies there; it can be used as it is, and nothing is copied. */
  library: z
    .object({
      assets: z.number().int().nullable(),
      /** When it was written last, milliseconds since the epoch. */
      changed_ms: z.number(),
    })
    .nullable(),
  files: z.number().int(),
  bytes: z.number(),
  /** Null where the system does not tell. */
  free_bytes: z.number().nullable(),
  /** On another disk than now: the app does not start without it. */
  other_volume: z.boolean(),
  /** On a drive of the network, where SQLite's locks can't be relied on. */
  network: z.boolean(),
});
export type MovePlan = z.infer<typeof movePlanSchema>;

export const moveStatusSchema = z.object({
  /** `stopping`: the library is being closed; `restarting`: it lies in the new folder. */
  phase: z.enum(['idle', 'stopping', 'copying', 'checking', 'restarting']),
  files: z.number().int(),
  files_done: z.number().int(),
  bytes: z.number(),
  bytes_done: z.number(),
});
export type MoveStatus = z.infer<typeof moveStatusSchema>;

export const idleMove: MoveStatus = { phase: 'idle', files: 0, files_done: 0, bytes: 0, bytes_done: 0 };

/** The folder that the data was moved out of, as long as it is there. */
export const oldFolderSchema = z.object({
  path: z.string(),
  files: z.number().int(),
  bytes: z.number(),
  moved_ms: z.number(),
  /** Why it can't be removed by the app: somebody went on working with it. */
  problem: errorValueSchema.nullable(),
});
export type OldFolder = z.infer<typeof oldFolderSchema>;
