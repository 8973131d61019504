/** Joins the ComfyUI client and its socket to the job engine: ComfyUI's words into those the jobs room understands. */
import { createHash } from 'node:crypto';
import { AppError } from '../shared/errors.js';
import type { Graph } from '../shared/workflow.js';
import type { ComfyClient } from './comfy/client.js';
import { titleOf } from './comfy/graph.js';
import type { ComfyMessage } from './comfy/messages.js';
import { type OutputText, readEnd, readOutputs } from './comfy/outputs.js';
import type { HistoryEntry, QueueItem } from './comfy/schemas.js';
import type { ComfySocket } from './comfy/socket.js';
import type { EndedPrompt, EngineLink, LinkEvent, NodeState, Outcome, QueueState } from './jobs/ports.js';

/** Lines of a Python traceback that help: the last ones, where it broke. */
const tracebackLines = 6;

/** Key of `extra_data` under which our id goes along: servers before 2025-07 mint their own, and an answer may be lost. */
const jobIdKey = 'mcp_job_id';

/** Entries of the history that are searched for a job whose answer was lost. */
const searchedEntries = 200;

/** Entries up to which a history is read whole again and again, where no part of it can be asked for. */
const wholeHistory = 100;

export function createEngineLink(backend: string, client: ComfyClient, socket: ComfySocket): EngineLink {
  const heard = createHearsay();
  /** What this server can do, as it has shown; unknown again after a reconnection: another version may answer. */
  let can: { jobsApi?: boolean; cancelApi?: boolean; historyPages?: boolean } = {};
  socket.listen((event) => {
    if (event.type === 'connected') can = {};
    if (event.type === 'message') heard.take(event.message);
  });

  /** The queue without its graphs, which are megabytes when many wait; undefined on servers before December 2025. */
  const shortQueue = async (): Promise<QueueState | undefined> => {
    if (can.jobsApi === false) return undefined;
    try {
      const jobs = await client.jobs({ status: 'pending,in_progress' });
      can.jobsApi = true;
      const of = (status: string) =>
        jobs
          .filter((job) => job.status === status)
          .sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0) || (a.id < b.id ? -1 : 1))
          .map(({ id }) => ({ remoteId: id, jobId: null }));
      return { running: of('in_progress'), pending: of('pending') };
    } catch (error) {
      if (!(error instanceof AppError) || !['NOT_SUPPORTED', 'COMFYUI_BAD_RESPONSE'].includes(error.code)) throw error;
      can.jobsApi = false;
      return undefined;
    }
  };

  /** A time of the engine by our clock. */
  const ourTime = (ms: number | null): number | null => (ms === null ? null : ms - client.skewMs());
  const outcomeIn = (entry: HistoryEntry, remoteId: string): Outcome => {
    const outcome = outcomeOf(entry, heard.of(remoteId));
    return { ...outcome, started_ms: ourTime(outcome.started_ms), finished_ms: ourTime(outcome.finished_ms) };
  };
  const endedPrompt = (remoteId: string, entry: HistoryEntry): EndedPrompt => ({
    remoteId,
    jobId: jobIdOf(entry.prompt?.extraData),
    graph: (entry.prompt?.graph ?? {}) as Graph,
    outcome: outcomeIn(entry, remoteId),
  });

  return {
    backend,
    get connected() {
      return socket.connected;
    },
    async submit({ promptId, graph, extraData }) {
      const { promptId: remoteId } = await client.submit({
        promptId,
        graph,
        clientId: socket.clientId,
        extraData: { ...extraData, [jobIdKey]: promptId },
      });
      return remoteId;
    },
    async queue() {
      const short = await shortQueue();
      if (short) return short;
      const { running, pending } = await client.queue();
      const entry = (item: QueueItem) => ({ remoteId: item.promptId, jobId: jobIdOf(item.extraData) });
      return { running: running.map(entry), pending: pending.map(entry) };
    },
    async outcome(remoteId) {
      const entry = await client.history(remoteId);
      return entry ? outcomeIn(entry, remoteId) : null;
    },
    async find({ promptId, remoteId, answered }) {
      if (can.jobsApi) return (await client.job(remoteId)) ? remoteId : null;
      if (answered) return null;
      const entries = await client.historyList({ max: searchedEntries });
      return entries.find(({ entry }) => jobIdOf(entry.prompt?.extraData) === promptId)?.promptId ?? null;
    },
    async cancel(remoteId) {
      if (can.jobsApi && can.cancelApi !== false) {
        try {
          await client.cancelJob(remoteId);
          return;
        } catch (error) {
          if (!(error instanceof AppError) || error.code !== 'NOT_SUPPORTED') throw error;
          can.cancelApi = false;
        }
      }
      // In this order: a job that starts between the two is found running.
      await client.deletePending([remoteId]);
      await client.interrupt(remoteId);
    },
    async ended(remoteId) {
      const entry = await client.history(remoteId);
      return entry ? endedPrompt(remoteId, entry) : null;
    },
    async recent(limit) {
      if (can.historyPages === false) return [];
      const entries = await client.historyList({ max: limit });
      // Servers before 2023-11 tell all they have: read on as long as that is not much.
      can.historyPages = entries.length <= Math.max(limit, wholeHistory);
      return can.historyPages ? entries.slice(-limit).map(({ promptId, entry }) => endedPrompt(promptId, entry)) : [];
    },
    async history(offset, limit) {
      const entries = await client.historyList({ max: limit, offset });
      return entries.map(({ promptId, entry }) => endedPrompt(promptId, entry));
    },
    listen: (listener) =>
      socket.listen((event) => {
        if (event.type === 'connected' || event.type === 'disconnected') listener({ type: event.type });
        else if (event.type === 'preview') {
          const { promptId, mimeType, image } = event.preview;
          if (promptId !== undefined) listener({ type: 'preview', promptId, mime_type: mimeType, bytes: image });
        } else if (event.type === 'message') {
          for (const translated of translate(event.message)) {
            listener(translated.type === 'started' ? { ...translated, at: ourTime(translated.at) } : translated);
          }
        }
      }),
  };
}

function jobIdOf(extraData: Record<string, unknown> | undefined): string | null {
  const id = extraData?.[jobIdKey];
  return typeof id === 'string' ? id : null;
}

/** One message of the socket as events of the jobs room; what does not matter there gives none. */
export function translate(message: ComfyMessage): LinkEvent[] {
  switch (message.type) {
    case 'status':
      return [{ type: 'queue' }];
    case 'execution_start':
      return [{ type: 'started', promptId: message.data.prompt_id, at: message.data.timestamp ?? null }];
    case 'execution_cached':
      return [{ type: 'cached', promptId: message.data.prompt_id, nodes: message.data.nodes }];
    case 'executing': {
      const { prompt_id: promptId, node, display_node: display } = message.data;
      // After a reconnection the server names a node but no prompt: the look at the queue that follows tells more.
      if (promptId === undefined) return [];
      return node ? [{ type: 'executing', promptId, node, display: display ?? node }] : [{ type: 'over', promptId }];
    }
    case 'progress': {
      const { prompt_id: promptId, node, value, max } = message.data;
      return promptId && node ? [{ type: 'progress', promptId, node, value, max }] : [];
    }
    case 'progress_state':
      return [{ type: 'states', promptId: message.data.prompt_id, nodes: statesOf(message.data.nodes) }];
    case 'executed': {
      const { prompt_id: promptId, node, display_node: display } = message.data;
      return [{ type: 'executed', promptId, node, display: display ?? node }];
    }
    default:
      return [];
  }
}

function statesOf(nodes: Extract<ComfyMessage, { type: 'progress_state' }>['data']['nodes']): NodeState[] {
  return Object.entries(nodes).flatMap(([node, { state, value, max, display_node_id: display }]) =>
    state === 'finished' || state === 'running' ? [{ node, display: display ?? node, state, value, max }] : [],
  );
}

/** How many jobs are remembered: far more than end between an event and the look that follows. */
const rememberedJobs = 200;

/**
 * What the socket told of how jobs ended and what they made. Servers before 2024-01 keep no status in the history: there
 * an interrupted job would pass for a completed one without this. Some keep no outputs of a job that the cache answered.
 */
function createHearsay() {
  const jobs = new Map<string, ComfyMessage[]>();
  return {
    take(message: ComfyMessage): void {
      if (!isTelling(message) || message.data.prompt_id === undefined) return;
      const id = message.data.prompt_id;
      jobs.set(id, [...(jobs.get(id) ?? []), message]);
      const oldest = jobs.size > rememberedJobs ? jobs.keys().next().value : undefined;
      if (oldest !== undefined) jobs.delete(oldest);
    },
    of: (promptId: string): ComfyMessage[] => jobs.get(promptId) ?? [],
  };
}

type Telling = Extract<
  ComfyMessage,
  {
    type:
      | 'execution_cached'
      | 'executed'
      | 'execution_success'
      | 'execution_error'
      | 'execution_interrupted'
      | 'executing';
  }
>;

function isTelling(message: ComfyMessage): message is Telling {
  if (message.type === 'executing') return !message.data.node;
  return ['execution_cached', 'executed', 'execution_success', 'execution_error', 'execution_interrupted'].includes(
    message.type,
  );
}

/** Messages from which an end can be known. */
function isEnding({ type }: ComfyMessage): boolean {
  return ['execution_success', 'execution_error', 'execution_interrupted', 'executing'].includes(type);
}

/** What a history entry, and the socket where the entry is silent, say about the end of a job. */
export function outcomeOf(entry: HistoryEntry, heard: readonly ComfyMessage[] = []): Outcome {
  const messages =
    entry.status?.messages ?? heard.map(({ type, data }): [string, Record<string, unknown>] => [type, data]);
  const dataOf = (type: string) => messages.find(([name]) => name === type)?.[1];
  const cached = new Set(stringsOf(dataOf('execution_cached')?.nodes));
  const end = readEnd(entry, heard.filter(isEnding));
  const last = messages.at(-1)?.[1];
  const { files, texts } = readOutputs(Object.keys(entry.outputs).length > 0 ? entry.outputs : outputsHeard(heard));
  return {
    status: end.status,
    certain: Boolean(entry.status) || heard.some(isEnding),
    error: end.status === 'completed' ? null : errorOf(entry, end).toValue(),
    outputs: [
      ...files.map((file) => ({
        node_id: file.nodeId,
        filename: file.filename,
        subfolder: file.subfolder,
        folder_type: file.type,
        animated: file.animated,
        cached: cached.has(file.nodeId),
      })),
      ...shownTexts(texts).map(({ nodeId, text }) => ({
        node_id: nodeId,
        filename: textName(nodeId, text),
        subfolder: '',
        folder_type: 'temp' as const,
        animated: false,
        cached: cached.has(nodeId),
        text,
      })),
    ],
    history: { outputs: entry.outputs, status: entry.status ?? null, meta: entry.meta ?? null },
    started_ms: numberOf(dataOf('execution_start')?.timestamp),
    finished_ms: numberOf(last?.timestamp),
  };
}

/** Keys under which nodes show words to people; others hold names and states for the page's own use. */
const textKeys: ReadonlySet<string> = new Set(['text', 'string', 'tags', 'caption']);

/** Several texts of one node under one key are one: a list of lines. */
function shownTexts(texts: readonly OutputText[]): OutputText[] {
  const joined = new Map<string, OutputText>();
  for (const shown of texts) {
    if (!textKeys.has(shown.key) || shown.text.trim() === '') continue;
    const place = `${shown.nodeId} ${shown.key}`;
    const before = joined.get(place);
    joined.set(place, before ? { ...shown, text: `${before.text}\n${shown.text}` } : shown);
  }
  return [...joined.values()];
}

/** The same words of the same node are the same asset, as a file would be. */
function textName(nodeId: string, text: string): string {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return `text_${nodeId.replaceAll(/[^\w.-]/g, '_')}_${hash}.txt`;
}

function outputsHeard(heard: readonly ComfyMessage[]): Record<string, unknown> {
  return Object.fromEntries(
    heard.flatMap((message) => (message.type === 'executed' ? [[message.data.node, message.data.output]] : [])),
  );
}

function errorOf(entry: HistoryEntry, end: ReturnType<typeof readEnd>): AppError {
  if (end.status !== 'error') return new AppError('JOB_CANCELLED', 'The job was cancelled while it ran.');
  const { nodeId, classType, message, exceptionType, traceback } = end.error;
  const graph = (entry.prompt?.graph ?? {}) as Graph;
  const title = nodeId === undefined ? undefined : titleOf(graph, nodeId);
  const where = nodeId === undefined ? '' : `${title ?? classType} (node ${nodeId}) failed: `;
  return new AppError('EXECUTION_FAILED', `${where}${message}`, {
    hint: hintFor(exceptionType, message),
    details: {
      node_id: nodeId,
      class_type: classType,
      node_title: title,
      exception_type: exceptionType,
      traceback: traceback.slice(-tracebackLines),
    },
  });
}

function hintFor(exceptionType: string, message: string): string {
  if (/OutOfMemory/.test(exceptionType) || /out of memory/i.test(message)) {
    return 'Use a smaller size or batch, or a smaller model; other programs may hold video memory too.';
  }
  return 'The node and its message say what to change; the log of ComfyUI has the whole traceback.';
}

function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
