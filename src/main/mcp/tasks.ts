/**
 * Tasks of 2026-07-28 (the extension `io.modelcontextprotocol/tasks`): a call that takes long is answered with a task
 * at once, which the client asks for until it ends. A task is a job under another name, so after a restart its
 * id still tells the job and its result.
 */
import {
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  MissingRequiredClientCapabilityError,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { isRecord } from '../../shared/config-text.js';
import {
  type CallContext,
  generationAnswerSchema,
  type Handlers,
  type OperationOutput,
} from '../../shared/contract.js';
import { AppError, fromErrorValue } from '../../shared/errors.js';
import type { Clock } from '../ports.js';
import { toCallResult, toErrorResult } from './answers.js';

export const tasksExtension = 'io.modelcontextprotocol/tasks';

/** A task as `tasks/get` tells it. */
export interface TaskState {
  taskId: string;
  status: 'working' | 'input_required' | 'completed' | 'failed' | 'cancelled';
  statusMessage?: string;
  createdAt: string;
  lastUpdatedAt: string;
  /** Milliseconds it can be asked for; null: as long as there is the library. */
  ttlMs: number | null;
  pollIntervalMs: number;
  /** Of a task that completed: what the call would have answered. */
  result?: CallToolResult;
  error?: { code: number; message: string; data?: unknown };
  inputRequests?: Record<string, unknown>;
}

export interface TaskBook {
  /**
   * Takes what a call answered that need not wait for its end. @returns the task it is from now on; undefined when the
   * answer is the result already.
   */
  begin(answer: Readonly<Record<string, unknown>>): TaskState | undefined;
  /** @throws AppError JOB_NOT_FOUND */
  get(taskId: string, context: CallContext): Promise<TaskState>;
  /** Takes answers to what a task asked. @throws AppError JOB_NOT_FOUND */
  update(taskId: string, responses: Readonly<Record<string, unknown>>, context: CallContext): Promise<void>;
  /** Asks for its end; one that has ended stays as it is. @throws AppError JOB_NOT_FOUND */
  cancel(taskId: string, context: CallContext): Promise<void>;
}

/** How often to ask, in milliseconds: pictures take seconds. */
const pollMs = 1000;

/** What only the call itself knows of its job, and its result has to tell as well. */
const notesSchema = generationAnswerSchema
  .pick({ model_substituted: true, overrides_applied: true, overrides_dropped: true })
  .partial();
type Notes = z.infer<typeof notesSchema>;

/** Of how many tasks these are kept, and until the program ends: what was really used stands in the job's parameters. */
const notedTasks = 1000;

export function createTasks(handlers: Handlers, clock: Clock): TaskBook {
  const notes = new Map<string, Notes>();
  const note = (taskId: string, told: Notes) => {
    if (Object.keys(told).length === 0) return;
    const oldest = notes.keys().next();
    if (notes.size >= notedTasks && !oldest.done) notes.delete(oldest.value);
    notes.set(taskId, told);
  };
  const known = (prompt_id: string, context: CallContext) => handlers.get_generation({ prompt_id }, context);
  return {
    begin(answer) {
      const task = taskOf(answer, clock.now());
      if (task !== undefined) note(task.taskId, notesSchema.parse(answer));
      return task;
    },
    get: async (taskId, context) => stateOf(await known(taskId, context), notes.get(taskId) ?? {}),
    async update(taskId, _responses, context) {
      await known(taskId, context); // no job asks anything
    },
    async cancel(taskId, context) {
      await known(taskId, context);
      await handlers.cancel_job({ prompt_id: taskId }, context);
    },
  };
}

function stateOf(generation: OperationOutput<'get_generation'>, notes: Notes): TaskState {
  const { prompt_id, status, created_at, updated_at, answer, error, message } = generation;
  const told = {
    taskId: prompt_id,
    createdAt: created_at,
    lastUpdatedAt: updated_at,
    ttlMs: null,
    pollIntervalMs: pollMs,
    ...(message !== undefined && { statusMessage: message }),
  };
  if (status === 'queued' || status === 'running') return { ...told, status: 'working' };
  if (status === 'cancelled') return { ...told, status };
  // A job that failed is a call whose tool failed: "failed" means that the protocol did.
  const result = answer === null || error !== null ? failure(error) : toCallResult({ ...answer, ...notes });
  return { ...told, status: 'completed', result };
}

function failure(error: OperationOutput<'get_generation'>['error']): CallToolResult {
  return toErrorResult(
    error === null ? new AppError('EXECUTION_FAILED', 'The job ended without a reason.') : fromErrorValue(error),
  );
}

function taskOf(answer: Readonly<Record<string, unknown>>, now: number): TaskState | undefined {
  const { prompt_id, status, batch_id, message } = answer;
  if (typeof prompt_id !== 'string' || batch_id !== undefined) return undefined;
  if (status !== 'queued' && status !== 'running') return undefined;
  const at = new Date(now).toISOString();
  return {
    taskId: prompt_id,
    status: 'working',
    createdAt: at,
    lastUpdatedAt: at,
    ttlMs: null,
    pollIntervalMs: pollMs,
    ...(typeof message === 'string' && { statusMessage: message }),
  };
}

/** The wire form: a result of another type, flat. */
export function createdTask(task: TaskState): CallToolResult & TaskState {
  const created: Record<string, unknown> = { resultType: 'task', ...task };
  return created as CallToolResult & TaskState;
}

/** Whether the client of a request takes tasks: each request of 2026-07-28 tells it anew. */
export function takesTasks({ mcpReq }: ServerContext): boolean {
  const envelope: unknown = mcpReq.envelope;
  const capabilities = isRecord(envelope) ? envelope[CLIENT_CAPABILITIES_META_KEY] : undefined;
  return (
    isRecord(capabilities) && isRecord(capabilities.extensions) && isRecord(capabilities.extensions[tasksExtension])
  );
}

/**
 * Whether a call may become a task: the caller neither said how long it waits, which is its own way of not waiting,
 * nor wants what only the call itself can tell.
 */
export function mayBecomeTask(input: Record<string, unknown>): boolean {
  const { wait_seconds, return_inline_preview, count } = input;
  const one = count === undefined || count === null || Number(count) === 1;
  const plain = return_inline_preview !== true && return_inline_preview !== 'true';
  return (wait_seconds === undefined || wait_seconds === null) && plain && one;
}

const taskId = z.object({ taskId: z.string() });

/** Registers the methods. Older clients don't know them: their generation had other tasks, which we don't offer. */
export function serveTasks(server: Server, tasks: TaskBook, contextOf: (context: ServerContext) => CallContext): void {
  const checked = (context: ServerContext): CallContext => {
    if (!takesTasks(context)) {
      throw new MissingRequiredClientCapabilityError({
        requiredCapabilities: { extensions: { [tasksExtension]: {} } },
      });
    }
    return contextOf(context);
  };
  server.setRequestHandler('tasks/get', { params: taskId }, async (params, context) => {
    const call = checked(context);
    return { ...(await tasks.get(params.taskId, call).catch(unknownTask)) };
  });
  server.setRequestHandler('tasks/update', { params: taskId }, async (params, context) => {
    const call = checked(context);
    // The SDK takes answers out of the parameters, as it does for calls that asked something.
    await tasks.update(params.taskId, context.mcpReq.inputResponses ?? {}, call).catch(unknownTask);
    return {};
  });
  server.setRequestHandler('tasks/cancel', { params: taskId }, async (params, context) => {
    const call = checked(context);
    await tasks.cancel(params.taskId, call).catch(unknownTask);
    return {};
  });
}

function unknownTask(error: unknown): never {
  if (error instanceof AppError && error.code === 'JOB_NOT_FOUND') {
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, error.message);
  }
  throw error;
}
