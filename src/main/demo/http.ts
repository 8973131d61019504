/** The bits of HTTP that the routes share: a request, an answer, a table of routes, and aiohttp's own answers. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { parsePythonJson, stringifyPythonJson } from './json.js';

export interface DemoRequest {
  readonly method: string;
  /** As sent, percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Decoded parts of the path that the route left open. */
  readonly params: Readonly<Record<string, string>>;
  /** The whole body. Throws BodyTooLarge. */
  body(): Promise<Buffer>;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer | Readable;
}

export type Handler = (request: DemoRequest) => Answer | Promise<Answer>;

export interface Route {
  method: string;
  /** `/history/{prompt_id}`; `{name}` stands for one segment, which may hold an encoded slash. */
  path: string;
  handler: Handler;
  /** Whether the same route is there under `/api`, there only, or not. Default: also. */
  api?: 'also' | 'only' | 'no';
}

/** Bytes beyond the limit that are read and forgotten before the connection is broken. */
const DRAIN = 64 * 1024 * 1024;

/** The body is beyond the limit: 413. */
export class BodyTooLarge extends Error {}

export function json(value: unknown, status = 200): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: stringifyPythonJson(value),
  };
}

/** An answer without a body, as aiohttp's `web.Response(status=…)`. */
export function empty(status = 200): Answer {
  return { status, body: '' };
}

export function text(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}

/** What aiohttp answers when a handler raises. */
export function serverError(accept: string | undefined): Answer {
  const title = '500 Internal Server Error';
  const line = 'Server got itself in trouble';
  if (!accept?.includes('text/html')) {
    return { ...text(500, `${title}\n\n${line}`), headers: { ...plainText, connection: 'close' } };
  }
  return {
    status: 500,
    headers: { 'content-type': 'text/html; charset=utf-8', connection: 'close' },
    body: `<html><head><title>${title}</title></head><body>\n<h1>${title}</h1>\n${line}\n</body></html>\n`,
  };
}

const plainText = { 'content-type': 'text/plain; charset=utf-8' };

/** Parses the request's body as Python would. Throws for anything that isn't JSON. */
export async function readJson(request: DemoRequest): Promise<unknown> {
  return parsePythonJson((await request.body()).toString('utf8'));
}

/** Reads the body up to `limit` bytes. Throws BodyTooLarge. */
export function readBody(message: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    message.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > limit) {
        chunks.length = 0;
        reject(new BodyTooLarge());
        // Reading on lets the client hear the answer; nobody needs to read for ever.
        if (length > 4 * limit + DRAIN) message.destroy();
      } else chunks.push(chunk);
    });
    message.on('end', () => resolve(Buffer.concat(chunks)));
    message.on('error', reject);
    message.on('close', () => reject(new Error('the client went away')));
  });
}

/** Finds routes by path; knows which methods a path has. */
export interface Router {
  find(method: string, path: string): { handler: Handler; params: Record<string, string> } | undefined;
  methods(path: string): string[];
}

export function createRouter(routes: readonly Route[], withApi: boolean): Router {
  const table = routes.flatMap((route) => {
    const paths = route.api === 'only' ? [] : [route.path];
    if (withApi && route.api !== 'no') paths.push(`/api${route.path}`);
    return paths.map((path) => ({ method: route.method, handler: route.handler, segments: path.split('/') }));
  });
  const matches = (path: string) => {
    const parts = path.split('/');
    return table.flatMap((entry) => {
      const params = match(entry.segments, parts);
      return params ? [{ ...entry, params }] : [];
    });
  };
  return {
    find: (method, path) => matches(path).find((entry) => entry.method === method),
    methods: (path) => [...new Set(matches(path).map((entry) => entry.method))],
  };
}

function match(segments: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  if (segments.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, segment] of segments.entries()) {
    const part = parts[at] ?? '';
    if (segment.startsWith('{')) {
      if (part === '') return undefined;
      params[segment.slice(1, -1)] = decode(part);
    } else if (segment !== decode(part)) return undefined;
  }
  return params;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A stray percent sign stands for itself.
    return part;
  }
}
