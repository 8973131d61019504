/**
 * The WebSocket of a ComfyUI server: typed messages, previews, and a connection that comes back. It replays nothing: after every
 * `connected` the listener must look into queue and history for what it missed.
 */
import type { IncomingMessage } from 'node:http';
import WebSocket from 'ws';
import type { Clock, Logger } from '../ports.js';
import { parseAddress } from './address.js';
import { type ComfyMessage, type PreviewFrame, parseBinaryFrame, parseTextFrame } from './messages.js';

export type SocketEvent =
  /** Open, and feature flags sent. `again` after the first time: resynchronise. */
  | { type: 'connected'; again: boolean }
  /** Gone; it is being tried again unless `close` was called. `wasConnected` false: an attempt failed. */
  | { type: 'disconnected'; reason: string; wasConnected: boolean; retryInMs: number | undefined }
  | { type: 'message'; message: ComfyMessage }
  /** A picture of work in progress. `promptId` is undefined when nobody can tell whose it is. */
  | { type: 'preview'; preview: PreviewFrame }
  /** A text a node shows while it runs. */
  | { type: 'text'; nodeId: string; text: string };

export interface ComfySocket {
  readonly clientId: string;
  readonly connected: boolean;
  /** Returns a function that stops listening. */
  listen(listener: (event: SocketEvent) => void): () => void;
  /** Connects and keeps connecting. Calling it again does nothing. */
  start(): void;
  /**
   * Drops the connection and makes a new one at once. For a socket that is open but silent: a server whose old socket of this
   * client id dies late forgets the new one too.
   */
  reconnect(): void;
  /** Closes for good; resolves when the connection is gone. */
  close(): Promise<void>;
}

export interface SocketTimings {
  /** First wait before trying again; doubles up to `maxRetryMs`. */
  retryMs: number;
  maxRetryMs: number;
  /** The server never pings, so we do. */
  pingEveryMs: number;
  /** Silence after which the connection counts as dead. Long, since a server that loads a model may be deaf for a while. */
  silentForMs: number;
  handshakeMs: number;
  /** How long a close may take before the connection is cut. */
  closeMs: number;
}

const usual: SocketTimings = {
  retryMs: 500,
  maxRetryMs: 15_000,
  pingEveryMs: 15_000,
  silentForMs: 60_000,
  handshakeMs: 10_000,
  closeMs: 3_000,
};

/** Frames larger than this end the connection: previews are some 100 KB, messages of huge graphs a few MB. */
const maxFrameBytes = 64 * 1_048_576;

/**
 * Creates a socket; `start` connects it. `clientId` is what jobs are submitted with, and stays the same over reconnections.
 * `random` (0 to 1) spreads the retries of many clients.
 */
export function createComfySocket({
  baseUrl,
  headers,
  clientId,
  logger,
  clock,
  timings = {},
  random = Math.random,
}: {
  baseUrl: string;
  headers?: Readonly<Record<string, string>>;
  clientId: string;
  logger: Logger;
  clock: Clock;
  timings?: Partial<SocketTimings>;
  random?: () => number;
}): ComfySocket {
  const address = parseAddress(baseUrl, headers);
  const times = { ...usual, ...timings };
  const listeners = new Set<(event: SocketEvent) => void>();
  const stopped = new AbortController();
  let running: Promise<void> | undefined;
  let current: WebSocket | undefined;
  let everConnected = false;
  let failures = 0;
  let hurry = new AbortController();
  const attribution = createAttribution();

  function emit(event: SocketEvent): void {
    for (const listener of [...listeners]) {
      try {
        listener(event);
      } catch (error) {
        logger.error('a listener failed', { event: event.type, error });
      }
    }
  }

  /** One connection after the other. The next is made only when the last is closed: see `reconnect`. */
  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      const { reason, wasConnected } = await connection();
      if (wasConnected) failures = 0;
      const retryInMs = stopped.signal.aborted ? undefined : hurry.signal.aborted ? 0 : waitBeforeRetry();
      failures += 1;
      emit({ type: 'disconnected', reason, wasConnected, retryInMs });
      if (retryInMs === undefined) return;
      // Aborted by close or reconnect, which want no waiting.
      if (retryInMs > 0) await clock.sleep(retryInMs, AbortSignal.any([stopped.signal, hurry.signal])).catch(() => {});
      hurry = new AbortController();
    }
  }

  function waitBeforeRetry(): number {
    const full = Math.min(times.maxRetryMs, times.retryMs * 2 ** Math.min(failures, 10));
    return Math.round(full * (0.75 + 0.5 * random()));
  }

  /** Lives as long as one WebSocket. */
  function connection(): Promise<{ reason: string; wasConnected: boolean }> {
    return new Promise((resolve) => {
      const socket = new WebSocket(address.socket(clientId), {
        headers: { ...address.headers },
        handshakeTimeout: times.handshakeMs,
        maxPayload: maxFrameBytes,
        perMessageDeflate: false,
        followRedirects: true,
        skipUTF8Validation: true,
      });
      current = socket;
      const closed = new AbortController();
      let reason = '';
      let wasConnected = false;
      let heard = false;

      socket.on('open', () => {
        // Must be the first message, or it is ignored; and it holds for this connection only.
        socket.send(JSON.stringify({ type: 'feature_flags', data: { supports_preview_metadata: true } }));
        wasConnected = true;
        attribution.reset();
        emit({ type: 'connected', again: everConnected });
        everConnected = true;
        const takeHeard = () => {
          const was = heard;
          heard = false;
          return was;
        };
        void heartbeat(socket, takeHeard, closed.signal);
      });
      socket.on('message', (data, isBinary) => {
        heard = true;
        if (isBinary) takeBinary(bytesOf(data));
        else takeText(bytesOf(data).toString('utf8'));
      });
      socket.on('pong', () => {
        heard = true;
      });
      socket.on('unexpected-response', (_request, response: IncomingMessage) => {
        reason = refusal(response.statusCode ?? 0);
        response.resume();
        socket.terminate();
      });
      socket.on('error', (error) => {
        reason ||= error.message || error.name;
      });
      socket.on('close', (code, text) => {
        closed.abort();
        if (current === socket) current = undefined;
        reason ||= text.toString('utf8') || `closed with code ${code}`;
        resolve({ reason, wasConnected });
      });
      if (stopped.signal.aborted) socket.terminate();
    });
  }

  /** Counts rounds, not time: after a standstill of our own (a sleeping laptop) the server gets its chance to answer. */
  async function heartbeat(socket: WebSocket, takeHeard: () => boolean, closed: AbortSignal): Promise<void> {
    const patience = Math.max(1, Math.ceil(times.silentForMs / times.pingEveryMs));
    for (let silent = 0; silent < patience; ) {
      if (socket.readyState === WebSocket.OPEN) socket.ping();
      await clock.sleep(times.pingEveryMs, closed).catch(() => {}); // rejected only by the close
      if (closed.aborted) return;
      silent = takeHeard() ? 0 : silent + 1;
    }
    logger.warn('the connection is silent, making a new one', { address: address.display });
    socket.terminate();
  }

  function takeText(text: string): void {
    const parsed = parseTextFrame(text);
    if (parsed.kind === 'unknown') return;
    if (parsed.kind === 'malformed') {
      logger.warn('ignored a message of ComfyUI', { reason: parsed.reason });
      return;
    }
    attribution.take(parsed.message);
    emit({ type: 'message', message: parsed.message });
  }

  function takeBinary(frame: Buffer): void {
    const parsed = parseBinaryFrame(frame);
    if (parsed === undefined) return;
    if (parsed.kind === 'text') emit({ type: 'text', nodeId: parsed.nodeId, text: parsed.text });
    else emit({ type: 'preview', preview: attribution.complete(parsed) });
  }

  /** Asks for a proper close, and cuts the connection if none comes. */
  function shut(socket: WebSocket): void {
    if (socket.readyState === WebSocket.CONNECTING) {
      socket.terminate();
      return;
    }
    socket.close(1000);
    const gone = new AbortController();
    socket.once('close', () => gone.abort());
    clock.sleep(times.closeMs, gone.signal).then(
      () => socket.terminate(),
      () => {}, // closed properly
    );
  }

  return {
    clientId,
    get connected() {
      return current?.readyState === WebSocket.OPEN;
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start() {
      running ??= run();
    },
    reconnect() {
      if (stopped.signal.aborted) return;
      hurry.abort();
      if (current !== undefined) shut(current);
    },
    async close() {
      stopped.abort();
      if (current !== undefined) shut(current);
      await running;
      listeners.clear();
    },
  };
}

/**
 * Whose picture is it? The older frames don't say. One job runs at a time, so it is that of the node last heard of, whether ours or
 * that of a job without a client, whose events go to everybody.
 */
function createAttribution() {
  let at: { nodeId?: string; promptId?: string; displayNodeId?: string } = {};
  return {
    reset(): void {
      at = {};
    },
    take(message: ComfyMessage): void {
      switch (message.type) {
        case 'execution_start':
          at = { promptId: message.data.prompt_id };
          break;
        case 'executing': {
          const { node, display_node: display, prompt_id: promptId } = message.data;
          // After a reconnection the server names the node only.
          at = node ? { nodeId: node, displayNodeId: display ?? node, promptId: promptId ?? at.promptId } : {};
          break;
        }
        case 'progress':
          if (message.data.node && message.data.prompt_id) {
            const { node, prompt_id: promptId } = message.data;
            if (at.nodeId !== node || at.promptId !== promptId) at = { nodeId: node, displayNodeId: node, promptId };
          }
          break;
      }
    },
    complete(preview: PreviewFrame): PreviewFrame {
      return preview.promptId === undefined ? { ...preview, ...at } : preview;
    },
  };
}

function bytesOf(data: WebSocket.RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}

function refusal(status: number): string {
  if (status === 401 || status === 403) return `the server refuses the connection (HTTP ${status}): check the headers`;
  if (status === 404) return 'the server has no WebSocket at this address (HTTP 404)';
  return `the server answered HTTP ${status}`;
}
