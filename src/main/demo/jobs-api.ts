/**
 * `/api/jobs` of 0.38: one view over queue and history, with paging, and cancelling.
 * Source of the shapes: ComfyUI 0.38, comfy_execution/jobs.py.
 */
import type { EngineParts } from './engine.js';
import type { HistoryEntry, StatusMessage } from './history.js';
import { type Answer, json, type Route, readJson } from './http.js';
import { type QueueItem, SECRET_KEYS } from './queue.js';

type JobStatus = 'pending' | 'in_progress' | 'completed' | 'failed' | 'cancelled';
const statuses: readonly string[] = ['pending', 'in_progress', 'completed', 'failed', 'cancelled'];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

interface Job {
  item: QueueItem;
  status: JobStatus;
  entry: HistoryEntry | undefined;
}

export function jobRoutes(engine: EngineParts): Route[] {
  if (!engine.profile.jobs) return [];
  return [
    { method: 'GET', path: '/jobs', api: 'only', handler: ({ query }) => list(engine, query) },
    {
      method: 'GET',
      path: '/jobs/{id}',
      api: 'only',
      handler({ params }) {
        const job = allJobs(engine).find(({ item }) => item.promptId === params.id);
        return job ? json(detail(job)) : json({ error: 'Job not found' }, 404);
      },
    },
    {
      method: 'POST',
      path: '/jobs/cancel',
      api: 'only',
      async handler(request) {
        const body = (await readJson(request)) as { job_ids?: unknown } | null;
        const ids = body?.job_ids;
        if (!Array.isArray(ids)) return json({ error: 'job_ids must be a list', invalid_ids: [] }, 400);
        const invalid: unknown[] = ids.filter((id) => typeof id !== 'string' || !UUID.test(id));
        if (invalid.length > 0) return json({ error: 'Invalid job ids', invalid_ids: invalid }, 400);
        const done = ids.map((id) => cancel(engine, String(id)));
        return json({ cancelled: done.includes(true) });
      },
    },
    {
      method: 'POST',
      path: '/jobs/{id}/cancel',
      api: 'only',
      handler: ({ params }) => json({ cancelled: cancel(engine, params.id ?? '') }),
    },
  ];
}

/** Takes a job off the queue, or interrupts it when it runs. */
function cancel({ queue, worker }: EngineParts, id: string): boolean {
  if (queue.remove((item) => item.promptId === id)) {
    worker.tellStatus();
    return true;
  }
  return worker.interrupt(id);
}

function allJobs({ queue, worker, history }: EngineParts): Job[] {
  const running = worker.running();
  return [
    ...(running ? [{ item: running, status: 'in_progress' as const, entry: undefined }] : []),
    ...queue.raw().map((item) => ({ item, status: 'pending' as const, entry: undefined })),
    ...history.all().map((entry) => ({ item: entry.item, status: outcome(entry), entry })),
  ];
}

function outcome(entry: HistoryEntry): JobStatus {
  if (entry.success) return 'completed';
  return messageOf(entry, 'execution_interrupted') ? 'cancelled' : 'failed';
}

function messageOf(entry: HistoryEntry | undefined, event: string): Record<string, unknown> | undefined {
  return entry?.messages.find(([name]: StatusMessage) => name === event)?.[1];
}

function list(engine: EngineParts, query: URLSearchParams): Answer {
  const wanted = query.get('status')?.split(',').filter(Boolean) ?? [];
  const unknown = wanted.filter((status) => !statuses.includes(status));
  if (unknown.length > 0) return json({ error: `Invalid status value(s): ${unknown.join(', ')}` }, 400);
  const sortBy = query.get('sort_by') ?? 'created_at';
  if (!['created_at', 'execution_duration'].includes(sortBy)) {
    return json({ error: 'sort_by must be one of: created_at, execution_duration' }, 400);
  }
  const order = query.get('sort_order') ?? 'desc';
  if (!['asc', 'desc'].includes(order)) return json({ error: "sort_order must be 'asc' or 'desc'" }, 400);
  const limit = wholeNumber(query.get('limit'));
  const offset = wholeNumber(query.get('offset'));
  if (limit === 'bad' || limit === 0) return json({ error: 'limit must be a positive integer' }, 400);
  if (offset === 'bad') return json({ error: 'offset must be a non-negative integer' }, 400);
  const workflow = query.get('workflow_id');

  const key = sortBy === 'created_at' ? createdAt : duration;
  const found = allJobs(engine)
    .filter(({ status }) => wanted.length === 0 || wanted.includes(status))
    .filter((job) => workflow === null || workflowId(job.item) === workflow)
    .sort((a, b) => (order === 'asc' ? key(a) - key(b) : key(b) - key(a)));
  const start = offset ?? 0;
  const page = found.slice(start, limit === undefined ? undefined : start + limit);
  return json({
    jobs: page.map(summary),
    pagination: {
      offset: start,
      limit: limit ?? null,
      total: found.length,
      has_more: start + page.length < found.length,
    },
  });
}

function wholeNumber(text: string | null): number | 'bad' | undefined {
  if (text === null) return undefined;
  return /^\d+$/.test(text) ? Number(text) : 'bad';
}

function createdAt({ item }: Job): number {
  return Number(item.extraData.create_time ?? 0);
}

function duration({ entry }: Job): number {
  const { start, end } = times(entry);
  return start === undefined || end === undefined ? 0 : end - start;
}

function times(entry: HistoryEntry | undefined): { start: number | undefined; end: number | undefined } {
  const at = (event: string) => messageOf(entry, event)?.timestamp;
  const end = at('execution_success') ?? at('execution_error') ?? at('execution_interrupted');
  const start = at('execution_start');
  return {
    start: typeof start === 'number' ? start : undefined,
    end: typeof end === 'number' ? end : undefined,
  };
}

function workflowId({ extraData }: QueueItem): string | undefined {
  const pnginfo = extraData.extra_pnginfo as { workflow?: { id?: unknown } } | undefined;
  const id = pnginfo?.workflow?.id;
  return typeof id === 'string' ? id : undefined;
}

/** A job in a list; keys without a value are left out. */
function summary(job: Job): Record<string, unknown> {
  const { item, status, entry } = job;
  const { start, end } = times(entry);
  const { count, preview } = outputFacts(entry);
  const error = messageOf(entry, 'execution_error');
  return {
    id: item.promptId,
    status,
    priority: item.number,
    create_time: item.extraData.create_time,
    execution_start_time: start,
    execution_end_time: end,
    execution_error: error,
    outputs_count: entry ? count : undefined,
    preview_output: preview,
    workflow_id: workflowId(item),
  };
}

function detail(job: Job): Record<string, unknown> {
  const { item, entry } = job;
  const hidden: readonly string[] = SECRET_KEYS;
  const extraData = Object.fromEntries(Object.entries(item.extraData).filter(([key]) => !hidden.includes(key)));
  return {
    ...summary(job),
    outputs: entry?.outputs,
    execution_status: entry && {
      status_str: entry.success ? 'success' : 'error',
      completed: entry.success,
      messages: entry.messages,
    },
    workflow: { prompt: item.graph, extra_data: extraData },
  };
}

const mediaTypes: Record<string, string> = {
  images: 'images',
  gifs: 'gifs',
  audio: 'audio',
  video: 'video',
  '3d': '3d',
};

/** How many files a job made, and the one to show: saved ones before temporary ones. */
function outputFacts(entry: HistoryEntry | undefined): { count: number; preview: Record<string, unknown> | undefined } {
  const files: Record<string, unknown>[] = [];
  for (const [nodeId, ui] of entry?.outputs ?? []) {
    for (const [kind, items] of Object.entries(ui as Record<string, unknown>)) {
      if (!mediaTypes[kind] || !Array.isArray(items)) continue;
      for (const item of items) files.push({ ...(item as object), nodeId, mediaType: mediaTypes[kind] });
    }
  }
  return { count: files.length, preview: files.find(({ type }) => type === 'output') ?? files[0] };
}
