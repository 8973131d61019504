/** The queue, interrupting, history and freeing memory. Source: ComfyUI 0.3.64, server.py. */
import type { EngineParts } from '../engine.js';
import { entryBody, type HistoryEntry } from '../history.js';
import { type DemoRequest, empty, json, type Route, readJson } from '../http.js';
import { parsePythonJson, RawJson, stringifyPythonJson } from '../json.js';
import { PythonError, str, toBool, toInt } from '../python.js';
import { itemTuple, type QueueItem, SECRET_KEYS } from '../queue.js';

export function queueRoutes(engine: EngineParts): Route[] {
  const { profile, queue, worker, history } = engine;
  /** 0.38 keeps secrets out of what the queue shows. */
  const hidden = profile.jobs ? SECRET_KEYS : [];
  const itemJson = remembered((item: QueueItem) => itemTuple(item, hidden));
  const entryJson = remembered((entry: HistoryEntry) => entryBody(entry, profile.modernEvents));

  const routes: Route[] = [
    {
      method: 'GET',
      path: '/queue',
      handler() {
        const running = worker.running();
        return json({
          queue_running: running ? [itemJson(running)] : [],
          queue_pending: queue.raw().map(itemJson),
        });
      },
    },
    {
      method: 'POST',
      path: '/queue',
      async handler(request) {
        const body = await readObject(request);
        if (toBool(body.clear)) {
          queue.clear();
          worker.tellStatus();
        }
        for (const id of idsToDelete(body)) {
          if (queue.remove((item) => item.promptId === id)) worker.tellStatus();
        }
        return empty();
      },
    },
    {
      method: 'POST',
      path: '/interrupt',
      async handler(request) {
        const text = (await request.body()).toString('utf8');
        const body = profile.targetedInterrupt ? readInterrupt(text) : {};
        worker.interrupt(toBool(body.prompt_id) ? str(body.prompt_id) : undefined);
        return empty();
      },
    },
    {
      method: 'GET',
      path: '/history',
      handler({ query }) {
        const number = (name: string) => (query.has(name) ? Number(toInt(query.get(name))) : undefined);
        const entries = profile.historyPaging
          ? history.page(number('max_items'), number('offset') ?? -1)
          : history.page(undefined, -1);
        return json(new Map([...entries].map(([id, entry]) => [id, entryJson(entry)])));
      },
    },
    {
      method: 'GET',
      path: '/history/{prompt_id}',
      handler({ params }) {
        const entry = history.get(params.prompt_id ?? '');
        return json(entry ? { [entry.item.promptId]: entryJson(entry) } : {});
      },
    },
    {
      method: 'POST',
      path: '/history',
      async handler(request) {
        const body = await readObject(request);
        if (toBool(body.clear)) history.clear();
        for (const id of idsToDelete(body)) if (typeof id === 'string') history.remove(id);
        return empty();
      },
    },
  ];
  if (!profile.modernRoutes) return routes;
  return [
    ...routes,
    {
      method: 'POST',
      path: '/free',
      async handler(request) {
        const body = await readObject(request);
        if (toBool(body.free_memory)) worker.freeMemory();
        return empty();
      },
    },
  ];
}

/** Prints each object once: a history of thousands must not hold the event loop at every request. */
function remembered<T extends object>(make: (value: T) => unknown): (value: T) => RawJson {
  const made = new WeakMap<T, RawJson>();
  return (value) => {
    const known = made.get(value) ?? new RawJson(stringifyPythonJson(make(value)));
    made.set(value, known);
    return known;
  };
}

/** The body as an object. Throws where Python would: not JSON, or something without keys. */
async function readObject(request: DemoRequest): Promise<Record<string, unknown>> {
  const body = await readJson(request);
  if (Array.isArray(body)) return {};
  if (typeof body === 'string') return {};
  if (typeof body !== 'object' || body === null) throw new PythonError('TypeError', 'argument is not iterable');
  return body as Record<string, unknown>;
}

function idsToDelete(body: Record<string, unknown>): unknown[] {
  if (!Object.hasOwn(body, 'delete')) return [];
  const ids = body.delete;
  if (Array.isArray(ids)) return ids;
  if (typeof ids === 'string') return [...ids];
  if (typeof ids === 'object' && ids !== null) return Object.keys(ids);
  throw new PythonError('TypeError', 'object is not iterable');
}

/** The body of /interrupt may be empty or no JSON at all; an array is an error. */
function readInterrupt(text: string): Record<string, unknown> {
  let body: unknown;
  try {
    body = parsePythonJson(text);
  } catch {
    return {};
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new PythonError('AttributeError', "object has no attribute 'get'");
  }
  return body as Record<string, unknown>;
}
