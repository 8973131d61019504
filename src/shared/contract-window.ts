/** The window's own reading. */
import { z } from 'zod';
import { assetSchema } from './asset.js';
import { batchSchema } from './batch.js';
import { assetId, changes, operation, reads, windowOnly } from './contract-operation.js';
import { jobSchema } from './job.js';
import { binDays } from './library.js';
import { noticeSchema } from './notice.js';
import { peaksSchema } from './peaks.js';
import { settingsViewSchema } from './settings.js';
import { endpointStatusSchema, engineStatusSchema } from './status.js';
import { workflowSchema } from './workflow.js';

export const windowOperations = {
  get_snapshot: operation({
    title: 'State of everything small',
    description: 'What the window needs at start: status lines, unfinished and latest jobs, workflows, settings.',
    input: z.object({}),
    output: z.object({
      seq: z.number().int(),
      version: z.string(),
      test_build: z.boolean(),
      engine: engineStatusSchema,
      endpoint: endpointStatusSchema,
      jobs: z.array(jobSchema),
      batches: z.array(batchSchema),
      sending_paused: z.boolean(),
      workflows: z.array(workflowSchema),
      settings: settingsViewSchema,
      notices: z.array(noticeSchema),
    }),
    annotations: reads,
    doors: windowOnly,
  }),
  get_assets: operation({
    title: 'Details of assets',
    description: 'Full details of up to 500 assets, those in the bin too; unknown ids are left out.',
    input: z.object({ asset_ids: z.array(z.string()).max(500) }),
    output: z.object({ assets: z.array(assetSchema) }),
    annotations: reads,
    doors: windowOnly,
  }),
  get_asset_document: operation({
    title: 'Graph of an asset',
    description: 'The graph exactly as submitted, for the inspector.',
    input: z.object({ asset_id: assetId }),
    output: z.object({ graph: z.record(z.string(), z.unknown()).nullable() }),
    annotations: reads,
    doors: windowOnly,
  }),
  get_asset_origin: operation({
    title: 'Origin of an asset',
    description: 'Which version of the client asked for it, when that conversation began, and where the file lies.',
    input: z.object({ asset_id: assetId }),
    output: z.object({
      client_version: z.string().nullable(),
      /** ISO 8601, UTC. */
      session_began: z.string().nullable(),
      /** Null where no file of it is on this machine; `copy`: it is the app's own, the first one lies elsewhere. */
      file: z.object({ path: z.string(), copy: z.boolean() }).nullable(),
    }),
    annotations: reads,
    doors: windowOnly,
  }),
  keep_peaks: operation({
    title: 'Keep a waveform',
    description: 'Keeps the waveform of a sound that only the window can decode, so that it is decoded once.',
    input: z.object({ asset_id: assetId, peaks: peaksSchema }),
    output: z.object({ asset_id: z.string() }),
    annotations: changes,
    doors: windowOnly,
  }),
  get_bin: operation({
    title: 'What lies in the bin',
    description: `How many assets were deleted and can still be had back; \`older\`: of them for more than ${binDays} days.`,
    input: z.object({}),
    output: z.object({ count: z.number().int(), older: z.number().int() }),
    annotations: reads,
    doors: windowOnly,
  }),
  restore_bin: operation({
    title: 'Restore everything from the bin',
    description: 'Brings back every deleted asset.',
    input: z.object({}),
    output: z.object({ restored: z.number().int() }),
    annotations: changes,
    doors: windowOnly,
  }),
  empty_bin: operation({
    title: 'Empty the bin',
    description:
      "Deletes the records and the app's own copies of everything in the bin for good. ComfyUI's files stay.",
    input: z.object({
      older: z.boolean().optional().describe(`Only what was deleted more than ${binDays} days ago.`),
    }),
    output: z.object({ emptied: z.number().int() }),
    annotations: { ...changes, destructive: true },
    doors: windowOnly,
  }),
} as const;
