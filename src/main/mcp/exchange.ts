/**
 * One HTTP request between node:http and the SDK, which speaks fetch's Request and Response. The body is read and
 * parsed here once, under a limit, so that neither generation parses it again.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Exchange {
  /** Method, address and headers; the body is in `body`. Its signal is aborted when the connection ends too early. */
  readonly request: Request;
  /** The parsed JSON body of a POST; undefined otherwise. */
  readonly body: unknown;
  readonly remoteAddress: string;
  /** Runs when the answer is out or the connection is gone. */
  onEnd(listener: () => void): void;
}

/** Builds the exchange of a request whose body was read already. */
export function createExchange(req: IncomingMessage, res: ServerResponse, body: unknown): Exchange {
  const abort = new AbortController();
  res.once('close', () => {
    if (!res.writableFinished) abort.abort(new Error('The connection was closed.'));
  });
  const headers = new Headers();
  for (const [name, value] of Object.entries(req.headers)) {
    if (typeof value === 'string') headers.set(name, value);
    else for (const one of value ?? []) headers.append(name, one);
  }
  // The guard has checked Host and path by now; what stands here is only read for its path.
  const request = new Request(`http://localhost${req.url ?? '/'}`, {
    method: req.method ?? 'GET',
    headers,
    signal: abort.signal,
  });
  return {
    request,
    body,
    remoteAddress: req.socket.remoteAddress ?? '',
    onEnd: (listener) => res.once('close', listener),
  };
}

/** Reads a body up to `limit` bytes; undefined when it is longer. Rejects when the connection breaks. */
export async function readBody(req: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  if (Number(req.headers['content-length'] ?? 0) > limit) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  // Left early, the request must not be destroyed: the refusal still has to go out over its socket.
  for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

/** Writes the SDK's answer: JSON in one piece, a stream as it comes. Resolves when it is out or the client is gone. */
export async function sendResponse(res: ServerResponse, response: Response): Promise<void> {
  const headers = Object.fromEntries(response.headers);
  if (response.body === null) {
    res.writeHead(response.status, headers).end();
    return;
  }
  if (!headers['content-type']?.startsWith('text/event-stream')) {
    const bytes = Buffer.from(await response.arrayBuffer());
    res.writeHead(response.status, { ...headers, 'content-length': bytes.length }).end(bytes);
    return;
  }
  res.writeHead(response.status, headers);
  res.flushHeaders();
  await pump(response.body.getReader(), res);
}

async function pump(reader: ReadableStreamDefaultReader<Uint8Array>, res: ServerResponse): Promise<void> {
  // Without this a reader would wait for the next frame before it learns that nobody listens.
  const cancel = () => void reader.cancel().catch(() => undefined);
  res.once('close', cancel);
  if (res.destroyed) cancel();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (!res.write(value)) await new Promise<void>((resolve) => onceEither(res, resolve));
  }
  res.end();
}

function onceEither(res: ServerResponse, resolve: () => void): void {
  const done = () => {
    res.off('drain', done);
    res.off('close', done);
    resolve();
  };
  res.once('drain', done);
  res.once('close', done);
}

/** Answers with JSON outside of the SDK. */
export function sendJson(
  res: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  const text = JSON.stringify(value);
  res.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  res.end(text);
}

/** Refuses in the form JSON-RPC clients can read, whatever they asked. */
export function sendRpcError(
  res: ServerResponse,
  status: number,
  message: string,
  { code = -32000, headers = {} }: { code?: number; headers?: Record<string, string> } = {},
): void {
  sendJson(res, status, { jsonrpc: '2.0', error: { code, message }, id: null }, headers);
}
