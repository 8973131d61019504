/** A small HTTP server for tests: says what it is told to say and writes down what it was asked. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

export type Answer = (asked: Asked, response: ServerResponse) => void | Promise<void>;

export interface ScriptedServer {
  baseUrl: string;
  server: Server;
  asked: Asked[];
  /** Answers by `METHOD /path`; everything else is ComfyUI's 404. */
  on(route: string, answer: Answer): void;
  close(): Promise<void>;
}

export async function startScriptedServer(): Promise<ScriptedServer> {
  const answers = new Map<string, Answer>();
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://host');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const entry: Asked = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: Buffer.concat(chunks),
    };
    asked.push(entry);
    const answer = answers.get(`${entry.method} ${entry.path}`);
    if (answer === undefined) response.writeHead(404, { 'content-type': 'application/octet-stream' }).end();
    else await answer(entry, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    server,
    asked,
    on: (route, answer) => void answers.set(route, answer),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** An answer of JSON. A text is sent as it is, for what JSON.stringify can't print. */
export function json(body: unknown, status = 200): Answer {
  return (_asked, response) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/** An answer with a status and no body. */
export function empty(status = 200): Answer {
  return (_asked, response) => void response.writeHead(status).end();
}
