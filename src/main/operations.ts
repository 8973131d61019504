/** Every operation of the contract, joined from the rooms. */
import type { Handlers } from '../shared/contract.js';
import { createAssetHandlers } from './operations/assets.js';
import { createBatchHandlers } from './operations/batches.js';
import { createCurationHandlers } from './operations/curation.js';
import { createDefaultHandlers } from './operations/defaults.js';
import { createGenerateHandlers } from './operations/generate.js';
import { createImportHandlers } from './operations/import.js';
import { createInputHandlers } from './operations/inputs.js';
import { createJobHandlers } from './operations/jobs.js';
import { createLibraryHandlers } from './operations/library.js';
import { createMakingHandlers } from './operations/making.js';
import { createModelHandlers } from './operations/models.js';
import { createOriginHandlers } from './operations/origin.js';
import { createPublishingHandlers } from './operations/publishing.js';
import { createRegenerateHandlers } from './operations/regenerate.js';
import type { Rooms } from './operations/rooms.js';
import { createSystemHandlers } from './operations/system.js';
import { createTransferHandlers } from './operations/transfer.js';
import { createWorkflowEditingHandlers } from './operations/workflow-editing.js';
import { createWorkflowImportHandlers } from './operations/workflow-import.js';
import { createWorkflowHandlers } from './operations/workflows.js';

export function createOperations(rooms: Rooms): Handlers {
  return {
    ...createGenerateHandlers(rooms),
    ...createRegenerateHandlers(rooms),
    ...createInputHandlers(rooms),
    ...createBatchHandlers(rooms),
    ...createJobHandlers(rooms),
    ...createAssetHandlers(rooms),
    ...createCurationHandlers(rooms),
    ...createLibraryHandlers(rooms),
    ...createOriginHandlers(rooms),
    ...createImportHandlers(rooms),
    ...createMakingHandlers(rooms),
    ...createModelHandlers(rooms),
    ...createWorkflowHandlers(rooms),
    ...createWorkflowEditingHandlers(rooms),
    ...createWorkflowImportHandlers(rooms),
    ...createDefaultHandlers(rooms),
    ...createPublishingHandlers(rooms),
    ...createSystemHandlers(rooms),
    ...createTransferHandlers(rooms),
  };
}
