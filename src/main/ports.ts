/** Ports every room may be handed: what the outside world gives, so that tests can give something else. */
import type { Asset, FileRef, Parameters } from '../shared/asset.js';
import type { BatchPlan } from '../shared/batch.js';
import type { ErrorValue } from '../shared/errors.js';
import type { AppEventBody } from '../shared/events.js';
import type { Job, JobStatus } from '../shared/job.js';
import type { Graph } from '../shared/workflow.js';

/** Time. `now()` is milliseconds since the epoch; `monotonic()` is milliseconds for measuring spans. */
export interface Clock {
  now(): number;
  monotonic(): number;
  /** Resolves after `ms`, or rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Structured logging. `fields` are plain values; errors go under `error`. */
export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
  child(name: string): Logger;
}

/** Anything that holds a resource until told to let go. */
export interface Disposable {
  dispose(): void;
}

/** Emits one event of the stream; the bus gives it its number. */
export type Emit = (event: AppEventBody) => void;

/** A job as stored: the wire form plus what only the core needs. */
export interface JobRecord extends Job {
  /** Which engine it was sent to, e.g. `demo` or `http://localhost:8188`. */
  backend: string;
  /** Its id at the engine: ours, but for servers of 2023-24, which give their own. */
  remote_id: string;
  /** Milliseconds since the epoch. */
  created_ms: number;
  /** When ComfyUI accepted it; null until then (and forever, when we died in between and ComfyUI never saw it). */
  submitted_ms: number | null;
  started_ms: number | null;
  finished_ms: number | null;
  /** Somebody asked to cancel it. The wish outlives a restart: ComfyUI may not have been there to hear it. */
  cancel_requested: boolean;
}

export interface NewJob {
  prompt_id: string;
  backend: string;
  workflow_id: string | null;
  tool: string | null;
  title: string;
  session_id: string | null;
  client_name: string | null;
  client_version: string | null;
  parameters: Parameters;
  parent_asset_id: string | null;
  graph: Graph;
  /** Assets it was given as files, by parameter. */
  inputs?: Readonly<Record<string, string>>;
  demo: boolean;
  /** The cell of a batch it fills. */
  batch_id?: string | null;
  cell?: number | null;
  /** What its row says from the first moment; see `isHeld`. */
  error?: ErrorValue;
  /** When it was made, milliseconds since the epoch, for prompts that others sent earlier; now when absent. */
  created_ms?: number;
}

export interface NewBatch {
  batch_id: string;
  title: string;
  workflow_id: string | null;
  session_id: string | null;
  client_name: string | null;
  plan: BatchPlan;
  /** A contact sheet is to be made when it has ended. */
  sheet_wanted: boolean;
}

export interface JobPatch {
  status?: JobStatus;
  remote_id?: string;
  submitted_ms?: number;
  started_ms?: number;
  position?: number | null;
  error?: ErrorValue | null;
  cancel_requested?: boolean;
}

/** An output file as ComfyUI's history tells it. */
export interface NewAsset extends FileRef {
  node_id: string;
  animated: boolean;
  /** The node did not run: ComfyUI answered from its cache, so the file is an earlier job's. */
  cached: boolean;
  /** What a node shows as words: then there is no file, and the name is one we gave. */
  text?: string;
}

export interface JobEnd {
  status: 'completed' | 'error' | 'cancelled' | 'lost';
  error: ErrorValue | null;
  outputs: NewAsset[];
  /** ComfyUI's history entry, kept for provenance; null when it was never seen. */
  history: unknown;
  started_ms: number | null;
  finished_ms: number;
}

/** What the job engine needs from the registry. Every change is committed, then emitted. */
export interface JobStore {
  insert(job: NewJob): JobRecord;
  /** A batch and all of its jobs, or nothing of it, in one transaction. */
  insertBatch(batch: NewBatch, jobs: readonly NewJob[]): JobRecord[];
  /** How many jobs of batches were sent to an engine and have not ended. */
  batchJobsSent(backend: string): number;
  /** Undefined when there is no such job. A job that has ended stays as it is. */
  update(promptId: string, patch: JobPatch): JobRecord | undefined;
  /** Notes places in the queue, by prompt id, all in one transaction. */
  setPositions(positions: ReadonlyMap<string, number>): void;
  /** Ends a job and registers its outputs in one transaction; a job that has ended already is returned as it is. */
  finish(promptId: string, end: JobEnd): { job: JobRecord; assets: Asset[] } | undefined;
  /** Takes back the end of a job that was given up too early: it is queued again. Undefined unless it was given up. */
  reopen(promptId: string): JobRecord | undefined;
  get(promptId: string): JobRecord | undefined;
  /** Unfinished jobs of one engine, oldest first. */
  unfinished(backend: string): JobRecord[];
  graph(promptId: string): Graph | undefined;
  /** Median milliseconds of the latest completed runs of a workflow on an engine; null before the first. */
  typicalElapsed(workflowId: string, backend: string): number | null;
}
