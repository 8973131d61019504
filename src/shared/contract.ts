/**
 * The contract: every operation of the product, declared once. The MCP tools, the IPC methods, the renderer's typed
 * client, the reference page and the checks at every door come from here. Tools made from workflows are data, not
 * entries: they all go through `run_workflow`'s handler and share `generationArgs` and `generationAnswerSchema`.
 */
import type { z } from 'zod';
import { assetOperations } from './contract-assets.js';
import { batchOperations } from './contract-batches.js';
import { defaultOperations } from './contract-defaults.js';
import { generationOperations } from './contract-generation.js';
import { historyOperations } from './contract-history.js';
import { importOperations } from './contract-import.js';
import { inputOperations } from './contract-inputs.js';
import { jobOperations } from './contract-jobs.js';
import { libraryOperations } from './contract-library.js';
import { makingOperations } from './contract-making.js';
import { modelOperations } from './contract-models.js';
import { publishingOperations } from './contract-publishing.js';
import { systemOperations } from './contract-system.js';
import { transferOperations } from './contract-transfer.js';
import { windowOperations } from './contract-window.js';
import { workflowEditingOperations } from './contract-workflow-editing.js';
import { workflowImportOperations } from './contract-workflow-import.js';

export type { BatchAnswer } from './contract-batches.js';
export {
  answeredAssetSchema,
  countArg,
  defaultWaitSeconds,
  type GenerationAnswer,
  generationAnswerSchema,
  generationArgs,
  maxWaitSeconds,
} from './contract-generation.js';
export type { Annotations, Operation } from './contract-operation.js';

/** In the order clients see the tools. */
export const contract = {
  ...generationOperations,
  ...inputOperations,
  ...batchOperations,
  ...jobOperations,
  ...assetOperations,
  ...libraryOperations,
  ...importOperations,
  ...historyOperations,
  ...modelOperations,
  ...workflowEditingOperations,
  ...workflowImportOperations,
  ...defaultOperations,
  ...publishingOperations,
  ...systemOperations,
  ...windowOperations,
  ...makingOperations,
  ...transferOperations,
} as const;

export type Contract = typeof contract;
export type OperationName = keyof Contract;
export type OperationInput<K extends OperationName> = z.input<Contract[K]['input']>;
export type ParsedInput<K extends OperationName> = z.output<Contract[K]['input']>;
export type OperationOutput<K extends OperationName> = z.output<Contract[K]['output']>;

/** Who calls, and what a handler may tell while it works. Built by the doors. */
export interface CallContext {
  readonly door: 'mcp' | 'ipc';
  /** Of the protocol session or the window; a call's own `session_id` wins. */
  readonly sessionId: string | undefined;
  readonly client: { name: string; version: string | undefined } | undefined;
  /** The tool a workflow was called by, e.g. `generate_image`; absent for `run_workflow` itself and the window. */
  readonly tool?: string;
  /** Aborted when the caller gives up. Ends the waiting, never the job. */
  readonly signal: AbortSignal;
  /** Progress while a call waits; nothing where nobody listens. */
  progress(update: { value: number; max: number; message: string }): void;
  /** Image content beside the structured answer (MCP); ignored where it has no place. */
  attachImage(image: { bytes: Uint8Array; mime_type: string }): void;
}

export type Handlers = {
  [K in OperationName]: (input: ParsedInput<K>, context: CallContext) => Promise<OperationOutput<K>>;
};
