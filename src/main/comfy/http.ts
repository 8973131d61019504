/**
 * HTTP to ComfyUI on node:http. Not fetch, because fetch adds `Sec-Fetch-*` headers, forbids some that proxies want and hides
 * the stages of a connection; here every failure is told apart and no Origin header is ever sent.
 */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { AppError } from '../../shared/errors.js';
import type { Clock } from '../ports.js';
import type { ComfyAddress } from './address.js';
import { badResponse, type Delivered, timedOut, unreachable } from './failures.js';

export interface ComfyRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'HEAD';
  path: string;
  query?: Record<string, string | number | undefined>;
  headers?: Record<string, string>;
  /** Bytes are sent with their length; a stream is sent in chunks. */
  body?: Uint8Array | string | AsyncIterable<Uint8Array>;
  /** Milliseconds until the answer's headers; 0 waits for ever. */
  timeoutMs: number;
  signal?: AbortSignal;
  /** Asks for compressed answers. Off where byte counts and ranges matter. */
  compressed?: boolean;
}

/** An answer whose body has not been read. Whoever gets it must read or destroy the body. */
export interface ComfyResponse {
  status: number;
  headers: Record<string, string>;
  body: Readable;
}

export interface Transport {
  send(request: ComfyRequest): Promise<ComfyResponse>;
  /** Sends and reads the whole body as text. The deadline covers both. */
  sendForText(request: ComfyRequest & { maxBytes: number }): Promise<{ status: number; text: string }>;
  /** Milliseconds the server's clock is ahead of ours, by the Date of its latest answer; 0 while that may be chance. */
  skewMs(): number;
  dispose(): void;
}

interface Agents {
  'http:': HttpAgent;
  'https:': HttpsAgent;
}

/** Redirects that are followed, for GET and HEAD only. */
const maxRedirects = 4;
/** A body that is silent for this long is given up. */
const idleMs = 60_000;
/** A Date header tells whole seconds and may have been on its way for a while: less than this is no skew. Milliseconds. */
const surelySkewedMs = 3000;

/**
 * A transport for one address, with kept-alive connections. `connectTimeoutMs` bounds name lookup and TCP connect, so that a
 * dead address is told at once even for calls that may take minutes.
 */
export function createTransport({
  address,
  clock,
  connectTimeoutMs,
}: {
  address: ComfyAddress;
  clock: Clock;
  connectTimeoutMs: number;
}): Transport {
  const options = { keepAlive: true, maxSockets: 16, maxFreeSockets: 4 };
  const agentsFor = () => ({ 'http:': new HttpAgent(options), 'https:': new HttpsAgent(options) });
  const calls = agentsFor();
  // Files have connections of their own: sixteen paused videos must not hold up a look at the queue.
  const files = agentsFor();
  let skewMs = 0;

  const readClock = ({ headers: { date } }: IncomingMessage) => {
    const told = Date.parse(date ?? '');
    if (Number.isNaN(told)) return;
    const difference = told + 500 - clock.now();
    skewMs = Math.abs(difference) < surelySkewedMs ? 0 : difference;
  };

  /** One exchange, up to the answer's headers. */
  function exchange(target: URL, request: ComfyRequest, agents: Agents, home: boolean): Promise<IncomingMessage> {
    const secure = target.protocol === 'https:';
    // A kept-alive connection may just be closing. A GET is repeated then; anything else gets a connection of its own,
    // because nobody could tell whether it had arrived.
    const safe = request.method === 'GET' || request.method === 'HEAD';
    const agent = safe ? agents[secure ? 'https:' : 'http:'] : false;
    return new Promise((resolve, reject) => {
      const outgoing = (secure ? httpsRequest : httpRequest)(target, {
        method: request.method,
        agent,
        headers: {
          accept: '*/*',
          'accept-encoding': request.compressed ? 'gzip, deflate' : 'identity',
          ...(home ? address.headers : {}),
          ...request.headers,
          ...lengthOf(request.body),
        },
        signal: request.signal,
      });
      let delivered: Delivered = false;
      const connecting = new AbortController();
      outgoing.once('socket', (socket) => {
        if (!socket.connecting) {
          delivered = 'unknown';
          return;
        }
        socket.once(secure ? 'secureConnect' : 'connect', () => {
          delivered = 'unknown';
          connecting.abort();
        });
        clock.sleep(connectTimeoutMs, connecting.signal).then(
          () => outgoing.destroy(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' })),
          () => {}, // connected, or failed otherwise
        );
      });
      outgoing.once('error', (error) => {
        connecting.abort();
        if (request.signal?.aborted) reject(request.signal.reason);
        else if (safe && outgoing.reusedSocket && isReset(error)) resolve(exchange(target, request, agents, home));
        else reject(unreachable(address.display, error, delivered));
      });
      outgoing.once('response', resolve);
      writeBody(outgoing, request.body);
    });
  }

  async function follow(request: ComfyRequest, agents: Agents): Promise<ComfyResponse> {
    let target = address.http(request.path, request.query);
    const home = target.origin;
    for (let hops = 0; ; hops += 1) {
      // Credentials stay at home: a redirect elsewhere (a cloud's file store) doesn't get them.
      const answer = await exchange(target, request, agents, target.origin === home);
      if (target.origin === home) readClock(answer);
      const status = answer.statusCode ?? 0;
      const location = answer.headers.location;
      if (status < 300 || status >= 400 || status === 304 || location === undefined) return opened(answer, status);
      answer.resume();
      const next = URL.canParse(location, target.href) ? new URL(location, target) : undefined;
      const safe = request.method === 'GET' || request.method === 'HEAD';
      if (!safe || next === undefined || hops >= maxRedirects || !next.protocol.startsWith('http')) {
        throw badResponse(
          address.display,
          `it redirects ${request.method} ${request.path}`,
          { status, location: next === undefined ? location : `${next.origin}${next.pathname}` },
          'Use the address it redirects to as the address of ComfyUI.',
        );
      }
      target = next;
    }
  }

  /** Runs `work` with a signal that also fires after the deadline. */
  async function within<T>(request: ComfyRequest, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const deadline = new AbortController();
    const done = new AbortController();
    const signal = request.signal ? AbortSignal.any([request.signal, deadline.signal]) : deadline.signal;
    if (request.timeoutMs > 0) {
      clock.sleep(request.timeoutMs, done.signal).then(
        () => deadline.abort(timedOut(address.display, `${request.method} ${request.path}`, request.timeoutMs)),
        () => {}, // the work was done first
      );
    }
    try {
      return await work(signal);
    } finally {
      done.abort();
    }
  }

  return {
    send(request) {
      // Only the headers are under the deadline: the body may be a long video read slowly. It has an idle limit instead.
      return within(request, (signal) => follow({ ...request, signal }, files));
    },
    sendForText(request) {
      return within(request, async (signal) => {
        const answer = await follow({ ...request, signal, compressed: true }, calls);
        try {
          return { status: answer.status, text: await readText(answer.body, request.maxBytes) };
        } catch (error) {
          if (signal.aborted) throw signal.reason;
          if (error instanceof AppError) throw error;
          throw unreachable(address.display, error, 'unknown');
        }
      });
    },
    skewMs: () => skewMs,
    dispose() {
      for (const agents of [calls, files]) {
        agents['http:'].destroy();
        agents['https:'].destroy();
      }
    },
  };

  async function readText(body: Readable, maxBytes: number): Promise<string> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of body) {
      const bytes: Buffer = chunk;
      size += bytes.length;
      if (size > maxBytes) {
        throw badResponse(address.display, `its answer is larger than ${Math.round(maxBytes / 1_048_576)} MB`, {
          maxBytes,
        });
      }
      chunks.push(bytes);
    }
    return Buffer.concat(chunks).toString('utf8');
  }
}

function opened(answer: IncomingMessage, status: number): ComfyResponse {
  limitIdleness(answer);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const decoder = decoderFor(headers['content-encoding']);
  // pipeline hands errors of the connection on to the decoder, whose reader sees them.
  const body = decoder === undefined ? answer : pipeline(answer, decoder, () => {});
  return { status, headers, body };
}

/** Gives up when the other side is silent; not when our own reader is slow and bytes wait for it. */
function limitIdleness(answer: IncomingMessage): void {
  const { socket } = answer;
  const onTimeout = () => {
    if (answer.readableLength === 0) answer.destroy(new Error('the answer stopped coming'));
  };
  socket.setTimeout(idleMs);
  socket.on('timeout', onTimeout);
  // The connection lives on for other requests, which have their own limits.
  answer.once('close', () => {
    socket.off('timeout', onTimeout);
    socket.setTimeout(0);
  });
}

function decoderFor(encoding: string | undefined) {
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip();
  if (encoding === 'deflate') return createInflate();
  return encoding === 'br' ? createBrotliDecompress() : undefined;
}

function lengthOf(body: ComfyRequest['body']): Record<string, string> {
  if (body === undefined) return {};
  if (typeof body === 'string') return { 'content-length': String(Buffer.byteLength(body)) };
  return body instanceof Uint8Array ? { 'content-length': String(body.byteLength) } : {};
}

function writeBody(outgoing: ReturnType<typeof httpRequest>, body: ComfyRequest['body']): void {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
    outgoing.end(body);
    return;
  }
  // An error of the source ends the request, whose own error handler reports it.
  pipeline(body, outgoing, (error) => {
    if (error) outgoing.destroy(error);
  });
}

function isReset(error: Error): boolean {
  return 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}
