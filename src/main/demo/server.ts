/**
 * The HTTP server: origin rule, limits, faults, routing, and the answers that aiohttp gives on its own.
 * Source: ComfyUI 0.3.64, server.py middlewares.
 */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { deflate, gzip } from 'node:zlib';
import type { Clock, Logger } from '../ports.js';
import type { Faults } from './faults.js';
import {
  type Answer,
  BodyTooLarge,
  type DemoRequest,
  empty,
  type Router,
  readBody,
  serverError,
  text,
} from './http.js';
import { hostRefused, originRefused } from './origin.js';
import type { Profile } from './profiles.js';
import type { Sockets } from './sockets.js';

export interface ServerOptions {
  router: Router;
  sockets: Sockets;
  profile: Profile;
  faults: Faults;
  clock: Clock;
  logger: Logger;
  /** Bytes. */
  maxBody: number;
  /** `Access-Control-Allow-Origin`; given, it replaces the origin rule. */
  corsOrigin: string | undefined;
  loopbackNamesOnly: boolean;
  compress: boolean;
}

export interface HttpServer {
  /** Listens; resolves with the port. */
  listen(host: string, port: number): Promise<number>;
  close(): Promise<void>;
}

export function createHttpServer(options: ServerOptions): HttpServer {
  const { profile, faults, clock, logger, sockets } = options;
  const server = createServer((request, response) => {
    void serve(request, response).catch((error: unknown) => {
      logger.debug('the client went away', { error });
      response.destroy();
    });
  });

  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { path, query } = address(message.url);
    const name = `${message.method} ${path}`;
    const delay = typeof faults.responseDelayMs === 'number' ? faults.responseDelayMs : faults.responseDelayMs(name);
    const refusal = faults.refuse(name);
    let answer = refusal === undefined ? await answerTo(message, path, query) : empty(refusal);
    if (delay > 0) await clock.sleep(delay);
    // 401, 413 and 500 leave the real server without CORS headers.
    const isPlain = [401, 413, 500].includes(answer.status);
    if (options.corsOrigin !== undefined && !isPlain) answer = withHeaders(answer, corsHeaders(options.corsOrigin));
    if (options.compress) answer = await compressed(answer, message.headers['accept-encoding']);
    await send(withHeaders(answer, cacheHeaders(path, answer.status)), message, response);
  };

  const refused = (headers: IncomingHttpHeaders) =>
    (options.loopbackNamesOnly && hostRefused(headers)) ||
    (options.corsOrigin === undefined && originRefused(headers, profile));

  const answerTo = async (message: IncomingMessage, path: string, query: URLSearchParams): Promise<Answer> => {
    const method = message.method ?? 'GET';
    if (refused(message.headers)) return empty(403);
    if (method === 'OPTIONS') return empty(200);
    if (isSocketPath(path)) {
      return text(400, 'No WebSocket UPGRADE hdr: None\n Can "Upgrade" only to "WebSocket".');
    }
    const found = options.router.find(method === 'HEAD' ? 'GET' : method, path);
    if (!found) return noRoute(method, path);
    const request: DemoRequest = {
      method,
      path,
      query,
      headers: message.headers,
      params: found.params,
      body: () => readBody(message, options.maxBody),
    };
    try {
      return await found.handler(request);
    } catch (error) {
      if (error instanceof BodyTooLarge) return text(413, `Maximum request body size ${options.maxBody} exceeded.`);
      logger.debug('a handler raised', { path, error });
      return serverError(message.headers.accept);
    }
  };

  /** Static files catch every GET, so GET on a route for POST is a missing file; other methods are told what goes. */
  const noRoute = (method: string, path: string): Answer => {
    if (method === 'GET' || method === 'HEAD') {
      return { status: 404, headers: { 'content-type': 'application/octet-stream' } };
    }
    const methods = new Set(['GET', 'HEAD', ...options.router.methods(path)]);
    const notAllowed = text(405, '405: Method Not Allowed');
    return withHeaders(notAllowed, { allow: [...methods].sort().join(',') });
  };

  const isSocketPath = (path: string): boolean => path === '/ws' || (profile.apiPrefix && path === '/api/ws');

  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const { path, query } = address(request.url);
    stream.on('error', (error) => logger.debug('upgrade failed', { error }));
    if (refused(request.headers)) refuse(stream, '403 Forbidden');
    else if (!isSocketPath(path)) refuse(stream, '404 Not Found');
    else sockets.accept(request, stream, head, query);
  });
  // A malformed request line or header: aiohttp answers 400 as well.
  server.on('clientError', (_error, stream) => refuse(stream, '400 Bad Request'));

  return {
    listen: (host, port) => listen(server, host, port),
    close: () =>
      new Promise((resolve) => {
        sockets.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Path and query of a request target; the path stays encoded, since `%2F` in it is no separator. */
function address(target = '/'): { path: string; query: URLSearchParams } {
  const local = target.replace(/^https?:\/\/[^/]*/i, '');
  const mark = local.indexOf('?');
  return {
    path: (mark < 0 ? local : local.slice(0, mark)) || '/',
    query: new URLSearchParams(mark < 0 ? '' : local.slice(mark + 1)),
  };
}

function refuse(stream: Duplex, status: string): void {
  if (stream.writable) stream.end(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
  else stream.destroy();
}

function withHeaders(answer: Answer, headers: Record<string, string>): Answer {
  return { ...answer, headers: { ...headers, ...answer.headers } };
}

function corsHeaders(origin: string): Record<string, string> {
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'POST, GET, DELETE, PUT, OPTIONS',
    'access-control-allow-headers': 'Content-Type, Authorization',
    'access-control-allow-credentials': 'true',
  };
}

/** The path decides, not the query: `/view?filename=x.png` isn't cached. */
function cacheHeaders(path: string, status: number): Record<string, string> {
  if (path === '/' || /\.(js|css)$|index[^/]*\.json$/.test(path)) return { 'cache-control': 'no-cache' };
  if (!/\.(jpg|jpeg|png|ppm|bmp|pgm|gif|tiff|webp|svg|ico|avif)$/i.test(path)) return {};
  if (status === 200 || status === 201) return { 'cache-control': 'public, max-age=86400' };
  return status === 404 ? { 'cache-control': 'public, max-age=3600' } : {};
}

const deflated = promisify(deflate);
const gzipped = promisify(gzip);

async function compressed(answer: Answer, accepts = ''): Promise<Answer> {
  const type = answer.headers?.['content-type'] ?? '';
  const isText = type.startsWith('application/json') || type.startsWith('text/plain');
  const { body } = answer;
  if (!isText || answer.status >= 400 || body === undefined || body instanceof Readable) return answer;
  if (accepts.includes('deflate')) {
    return withHeaders({ ...answer, body: await deflated(body) }, { 'content-encoding': 'deflate' });
  }
  if (accepts.includes('gzip')) {
    return withHeaders({ ...answer, body: await gzipped(body) }, { 'content-encoding': 'gzip' });
  }
  return answer;
}

async function send(answer: Answer, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, headers = {}, body } = answer;
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (body instanceof Readable) {
    if (message.method === 'HEAD') {
      // The file may have gone since it was looked at, and is being opened yet: nobody reads it.
      body.on('error', () => undefined);
      body.destroy();
      response.end();
    } else await pipeline(body, response);
    return;
  }
  if (body !== undefined && status !== 204) response.setHeader('content-length', Buffer.byteLength(body));
  // What a handler left unread would stand in the way of the connection's next request.
  if (!message.readableEnded) message.resume();
  response.end(message.method === 'HEAD' ? undefined : body);
}
