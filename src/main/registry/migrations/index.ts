/** Every migration, in order. */
import { jobsAndAssets } from './001-jobs-and-assets.js';
import { library } from './002-library.js';
import { inputs } from './003-inputs.js';
import { batches } from './004-batches.js';
import type { Migration } from './migration.js';

export type { Migration } from './migration.js';

export const migrations: readonly Migration[] = [jobsAndAssets, library, inputs, batches];
