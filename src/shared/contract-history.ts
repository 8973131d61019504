/** What ComfyUI made before or without this app. */
import { z } from 'zod';
import { changes, operation, windowOnly } from './contract-operation.js';

export const historyOperations = {
  import_history: operation({
    title: "Import ComfyUI's history",
    description: 'Registers what ComfyUI made before or without this app, as far as its own history still tells.',
    input: z.object({}),
    output: z.object({ jobs: z.number().int(), assets: z.number().int() }),
    annotations: { ...changes, openWorld: true },
    doors: windowOnly,
  }),
} as const;
