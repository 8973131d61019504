/**
 * The HTTP side of a ComfyUI server, old or new. Every call takes an AbortSignal and has its own deadline, checks what comes back
 * and fails with an AppError. Nothing is cached here and nothing is sent twice.
 */
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { AppError } from '../../shared/errors.js';
import type { Clock, Disposable, Logger } from '../ports.js';
import { parseAddress } from './address.js';
import { type CallOptions, createCalls, mega } from './calls.js';
import { badResponse, badStatus } from './failures.js';
import { createTransport } from './http.js';
import { createModelCalls, type ModelCalls } from './model-calls.js';
import { multipart, uploadName } from './multipart.js';
import * as schemas from './schemas.js';
import { createStoredWorkflows, type StoredWorkflows } from './stored-workflows.js';
import { createSubmit, type Submission, type Submitted } from './submit.js';

export { type SavedWorkflow, templateKey, type WorkflowTemplate } from './stored-workflows.js';
export type { CallOptions, Submission, Submitted };

export interface Queue {
  running: schemas.QueueItem[];
  /** In the order they will run. */
  pending: schemas.QueueItem[];
}

export interface FileAddress {
  filename: string;
  subfolder?: string;
  type?: string;
}

export interface ViewOptions extends CallOptions {
  /** A Range header's value, such as `bytes=0-1023`. */
  range?: string;
  /** Re-encoded by the server, such as `webp;90`: smaller, without metadata, images only. */
  preview?: string;
  method?: 'GET' | 'HEAD';
}

export interface ViewedFile {
  /** 200, or 206 for a range. */
  status: number;
  headers: Record<string, string>;
  /** Bytes; undefined if the server doesn't tell. */
  size: number | undefined;
  /** Read it or destroy it. */
  body: Readable;
}

export interface Upload {
  filename: string;
  data: Uint8Array | AsyncIterable<Uint8Array>;
  contentType?: string;
  subfolder?: string;
  type?: 'input' | 'temp' | 'output';
  /** Replaces a file of that name; otherwise the server finds a free one, or keeps one of the same content. */
  overwrite?: boolean;
}

export interface ComfyClient extends Disposable, StoredWorkflows, ModelCalls {
  /** Where it talks to, without credentials. */
  readonly address: string;
  /** Milliseconds its clock is ahead of ours, as far as its answers tell; its timestamps are by its own clock. */
  skewMs(): number;
  systemStats(options?: CallOptions & { timeoutMs?: number }): Promise<schemas.SystemStats>;
  /** Undefined on servers before 2025-07, which have no such route. */
  features(options?: CallOptions): Promise<schemas.Features | undefined>;
  /**
   * All node classes, or the one that is asked for: `{}` if there is no such class. Several megabytes: keep it. Limits beyond 2^53
   * are rounded, so that the answer is plain JSON.
   */
  objectInfo(classType?: string, options?: CallOptions): Promise<schemas.ObjectInfo>;
  modelFolders(options?: CallOptions): Promise<string[]>;
  /** File names with the server's separators. Empty for a folder it doesn't know. */
  models(folder: string, options?: CallOptions): Promise<string[]>;
  embeddings(options?: CallOptions): Promise<string[]>;
  queue(options?: CallOptions): Promise<Queue>;
  /**
   * Sends a graph, once. @throws AppError MODEL_NOT_FOUND, INVALID_VALUE, NODE_NOT_FOUND or PROMPT_REJECTED when it is refused;
   * WORKFLOW_INVALID when it can't be right; `details.delivered` is false when it surely isn't in the queue.
   */
  submit(submission: Submission, options?: CallOptions): Promise<Submitted>;
  /**
   * Interrupts the job if it is the one that runs, and tells whether it was. Looks first, since servers before 2025-09 interrupt
   * whatever runs. Works at the next step or node, not at once.
   */
  interrupt(promptId: string, options?: CallOptions): Promise<boolean>;
  /** Takes waiting jobs out of the queue. Unknown and running ones are left alone. They leave no trace in the history. */
  deletePending(promptIds: readonly string[], options?: CallOptions): Promise<void>;
  /** Undefined for unknown jobs and for jobs that are not over; right after a job's success it may still be missing. */
  history(promptId: string, options?: CallOptions): Promise<schemas.HistoryEntry | undefined>;
  /** Oldest first. Without offset the last `max`. Old servers answer everything. */
  historyList(page: { max?: number; offset?: number }, options?: CallOptions): Promise<HistoryItem[]>;
  deleteHistory(promptIds: readonly string[], options?: CallOptions): Promise<void>;
  /** Opens a file. @throws AppError MEDIA_UNAVAILABLE when the server has no such file. */
  view(file: FileAddress, options?: ViewOptions): Promise<ViewedFile>;
  /** Uploads any kind of file. Use the returned name, `subfolder/name` in a Load node. */
  upload(upload: Upload, options?: CallOptions): Promise<z.infer<typeof schemas.uploadAnswerSchema>>;
  free(what: { unloadModels?: boolean; freeMemory?: boolean }, options?: CallOptions): Promise<void>;
  /** The jobs API. @throws AppError NOT_SUPPORTED on servers without it (before December 2025). */
  job(promptId: string, options?: CallOptions): Promise<schemas.ServerJob | undefined>;
  jobs(
    query: { status?: string; limit?: number; offset?: number },
    options?: CallOptions,
  ): Promise<schemas.ServerJob[]>;
  /** Running or waiting. Answers whether anything was cancelled. @throws AppError NOT_SUPPORTED, as above. */
  cancelJob(promptId: string, options?: CallOptions): Promise<boolean>;
}

export interface HistoryItem {
  promptId: string;
  entry: schemas.HistoryEntry;
}

/** Creates a client for one address. `timeoutMs` is for ordinary calls; those known to be slow get more. */
export function createComfyClient({
  baseUrl,
  headers,
  logger,
  clock,
  timeoutMs = 30_000,
  connectTimeoutMs = 5_000,
}: {
  baseUrl: string;
  headers?: Readonly<Record<string, string>>;
  logger: Logger;
  clock: Clock;
  timeoutMs?: number;
  connectTimeoutMs?: number;
}): ComfyClient {
  const address = parseAddress(baseUrl, headers);
  const transport = createTransport({ address, clock, connectTimeoutMs });

  const calls = createCalls(transport, address.display, timeoutMs);
  const { text, optional, get, post, command, jobsAnswer } = calls;

  const client: ComfyClient = {
    address: address.display,
    skewMs: () => transport.skewMs(),

    systemStats: (options) =>
      get(
        {
          path: '/system_stats',
          signal: options?.signal,
          timeoutMs: options?.timeoutMs ?? Math.min(timeoutMs, 10_000),
        },
        schemas.systemStatsSchema,
      ),

    features: (options) => optional({ path: '/features', signal: options?.signal }, schemas.featuresSchema, [404, 405]),

    async objectInfo(classType, options) {
      const path = classType === undefined ? '/object_info' : `/object_info/${encodeURIComponent(classType)}`;
      const slow = { timeoutMs: Math.max(timeoutMs, 120_000), maxBytes: 256 * mega, rounded: true };
      const info = schemas.readObjectInfo(await get({ path, signal: options?.signal, ...slow }, z.unknown()));
      if (info === undefined) throw badResponse(address.display, `unexpected content of ${path}`);
      return info;
    },

    modelFolders: async (options) =>
      (await optional({ path: '/models', signal: options?.signal }, schemas.namesSchema, [404, 405])) ?? [],

    models: async (folder, options) =>
      (await optional(
        { path: `/models/${encodeURIComponent(folder)}`, signal: options?.signal },
        schemas.namesSchema,
        [404, 405],
      )) ?? [],

    ...createModelCalls(calls, transport),

    embeddings: async (options) =>
      (await optional({ path: '/embeddings', signal: options?.signal }, schemas.namesSchema, [404, 405])) ?? [],

    async queue(options) {
      const queue = await get({ path: '/queue', signal: options?.signal, maxBytes: 256 * mega }, schemas.queueSchema);
      // The server sends its heap as it lies; equal numbers are ordered by id.
      const pending = [...queue.queue_pending].sort(
        (a, b) => a.number - b.number || (a.promptId < b.promptId ? -1 : a.promptId > b.promptId ? 1 : 0),
      );
      return { running: queue.queue_running, pending };
    },

    submit: (submission, options) => submit(submission, options),

    async interrupt(promptId, options) {
      const { running } = await client.queue(options);
      if (!running.some((item) => item.promptId === promptId)) return false;
      await command('/interrupt', { prompt_id: promptId }, options);
      return true;
    },

    deletePending: (promptIds, options) => command('/queue', { delete: [...promptIds] }, options),

    async history(promptId, options) {
      const path = `/history/${encodeURIComponent(promptId)}`;
      const found = await get({ path, signal: options?.signal, maxBytes: 256 * mega }, schemas.historySchema);
      return found[promptId];
    },

    async historyList({ max, offset }, options) {
      const query = { max_items: max, offset };
      const call = { path: '/history', query, signal: options?.signal, maxBytes: 512 * mega };
      const found = await get({ ...call, timeoutMs: Math.max(timeoutMs, 60_000) }, schemas.historySchema);
      return Object.entries(found).map(([promptId, entry]) => ({ promptId, entry }));
    },

    deleteHistory: (promptIds, options) => command('/history', { delete: [...promptIds] }, options),

    view: (file, options) => view(file, options),

    async upload(upload, options) {
      const { contentType, body } = multipart(
        {
          type: upload.type ?? 'input',
          subfolder: upload.subfolder ?? '',
          ...(upload.overwrite ? { overwrite: 'true' } : {}),
        },
        {
          field: 'image', // for every kind of file
          filename: uploadName(upload.filename),
          contentType: upload.contentType ?? 'application/octet-stream',
          data: upload.data,
        },
      );
      return get(
        {
          method: 'POST',
          path: '/upload/image',
          headers: { 'content-type': contentType },
          body,
          signal: options?.signal,
          timeoutMs: Math.max(timeoutMs, 600_000),
        },
        schemas.uploadAnswerSchema,
      );
    },

    free: ({ unloadModels = false, freeMemory = false }, options) =>
      command('/free', { unload_models: unloadModels, free_memory: freeMemory }, options),

    async job(promptId, options) {
      const call = { path: `/api/jobs/${encodeURIComponent(promptId)}`, signal: options?.signal };
      const answer = await text(call);
      if (answer.status === 404 && isJobNotFound(answer.text)) return undefined;
      return jobsAnswer(call, answer, schemas.serverJobSchema);
    },

    async jobs(query, options) {
      const call = { path: '/api/jobs', query, signal: options?.signal };
      return (await jobsAnswer(call, await text(call), schemas.serverJobsSchema)).jobs;
    },

    async cancelJob(promptId, options) {
      const path = `/api/jobs/${encodeURIComponent(promptId)}/cancel`;
      const answer = await post(path, {}, options);
      if (answer.status === 404 && isJobNotFound(answer.text)) return false;
      return (await jobsAnswer({ path, method: 'POST' }, answer, schemas.cancelAnswerSchema)).cancelled;
    },

    ...createStoredWorkflows(calls, transport, { display: address.display, timeoutMs }),

    dispose: () => transport.dispose(),
  };
  const submit = createSubmit({
    calls,
    address: address.display,
    objectInfo: (classType, options) => client.objectInfo(classType, options),
    logger,
  });
  return client;

  async function view(file: FileAddress, options: ViewOptions = {}): Promise<ViewedFile> {
    const { filename, subfolder = '', type = 'output' } = file;
    const answer = await transport.send({
      method: options.method ?? 'GET',
      path: '/view',
      query: { filename, subfolder, type, preview: options.preview },
      headers: options.range === undefined ? {} : { range: options.range },
      timeoutMs: Math.max(timeoutMs, 60_000),
      signal: options.signal,
    });
    if (answer.status === 200 || answer.status === 206) {
      const length = Number(answer.headers['content-length']);
      const known = answer.headers['content-length'] !== undefined && Number.isSafeInteger(length);
      return { ...answer, size: known ? length : undefined };
    }
    answer.body.destroy();
    const details = { filename, subfolder, type, status: answer.status };
    if (answer.status === 404 || answer.status === 400) {
      throw new AppError('MEDIA_UNAVAILABLE', `ComfyUI has no file "${filename}" in its ${type} folder any more.`, {
        hint: 'It may have been deleted or moved. Run the job again to make it anew.',
        details,
      });
    }
    if (answer.status === 416) {
      throw new AppError('VALIDATION_ERROR', `"${filename}" has no such range of bytes.`, { details });
    }
    throw badStatus(address.display, 'GET /view', answer.status, '');
  }
}

/** Both a missing job and a missing route are 404; only the first has this body. */
function isJobNotFound(text: string): boolean {
  return /"error"\s*:/.test(text);
}
