/**
 * The `/ws` side: who is connected, what each negotiated, and who hears which event.
 * Source of the rules: ComfyUI 0.3.64, server.py websocket_handler(), send() and protocol.py.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Logger } from '../ports.js';
import type { Faults } from './faults.js';
import { parsePythonJson, stringifyPythonJson } from './json.js';
import type { Profile } from './profiles.js';

/** A client's message beyond this many bytes breaks the connection, without a close frame. */
const MAX_INBOUND = 4 * 1024 * 1024;
/** A client that doesn't read until this much waits is let go: previews must not fill the memory. */
const MAX_WAITING = 64 * 1024 * 1024;

const PREVIEW_IMAGE = 1;
const TEXT = 3;
const PREVIEW_IMAGE_WITH_METADATA = 4;

/** Where one prompt's events go. */
export interface EventSink {
  /** To the submitter's socket; to nobody when the prompt came without a client id. */
  toSubmitter(type: string, data: Record<string, unknown>): void;
  /** As toSubmitter, but to everybody when the prompt came without a client id. */
  toSubmitterOrAll(type: string, data: Record<string, unknown>): void;
  /** Whether the submitter's socket negotiated previews with metadata. */
  wantsPreviewMetadata(): boolean;
  /** Binary type 1. `image` is an encoded JPEG or PNG. */
  preview(image: Uint8Array): void;
  /** Binary type 4. */
  previewWithMetadata(metadata: Record<string, unknown>, image: Uint8Array): void;
  /** Binary type 3. */
  text(nodeId: string, text: string): void;
  /** Sends what a fault still holds back. */
  flush(): void;
}

interface Client {
  socket: WebSocket;
  /** `supports_preview_metadata` was the first thing it said. */
  previewMetadata: boolean;
}

export interface Sockets {
  /** Takes over an upgrade request; `query` is the address's. */
  accept(request: IncomingMessage, stream: Duplex, head: Buffer, query: URLSearchParams): void;
  broadcast(type: string, data: Record<string, unknown>): void;
  /** To one client, if it is there. */
  send(clientId: string, type: string, data: Record<string, unknown>): void;
  sinkFor(clientId: string | undefined): EventSink;
  has(clientId: string): boolean;
  /** Breaks all connections, without a close frame. */
  dropAll(): void;
  close(): void;
}

export interface SocketsOptions {
  profile: Profile;
  faults: Faults;
  logger: Logger;
  /** `status` of the queue, the first thing every socket hears. */
  queueStatus(): Record<string, unknown>;
  /** The node that runs now for this client, if one does. */
  runningNodeOf(clientId: string): string | undefined;
  /** What the server can do, the reply to a client's feature flags. */
  features(): Record<string, unknown>;
}

export function createSockets(options: SocketsOptions): Sockets {
  const { profile, faults, logger } = options;
  const server = new WebSocketServer({ noServer: true, maxPayload: 4 * MAX_INBOUND, perMessageDeflate: false });
  /** Whom events reach, by client id. */
  const clients = new Map<string, Client>();
  /** Every open socket, also those that were replaced. */
  const open = new Set<WebSocket>();

  const write = ({ socket }: Client, payload: string | Buffer): void => {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > MAX_WAITING) socket.terminate();
    else socket.send(payload);
  };

  const sendJson = (client: Client, type: string, data: Record<string, unknown>): void => {
    if (faults.dropSocketAt(type)) client.socket.terminate();
    else write(client, stringifyPythonJson({ type, data }));
  };

  const greet = (clientId: string, client: Client): void => {
    sendJson(client, 'status', { ...options.queueStatus(), sid: clientId });
    const node = options.runningNodeOf(clientId);
    if (node !== undefined) sendJson(client, 'executing', { node });
  };

  const listen = (clientId: string, client: Client): void => {
    let isFirst = true;
    client.socket.on('message', (raw: RawData, isBinary: boolean) => {
      const bytes = Array.isArray(raw) ? Buffer.concat(raw) : Buffer.from(raw as ArrayBuffer);
      if (bytes.byteLength > MAX_INBOUND) {
        client.socket.terminate();
        return;
      }
      if (isBinary || !isFirst || !profile.featureFlags) return;
      const message = readObject(bytes.toString('utf8'));
      // What isn't a JSON object doesn't count as the first message.
      if (!message) return;
      isFirst = false;
      if (message.type !== 'feature_flags') return;
      const flags = message.data as Record<string, unknown> | undefined;
      client.previewMetadata = flags?.supports_preview_metadata === true;
      sendJson(client, 'feature_flags', options.features());
    });
    client.socket.on('close', () => {
      open.delete(client.socket);
      if (faults.socketReplacementBug || clients.get(clientId) === client) clients.delete(clientId);
    });
    client.socket.on('error', (error) => logger.debug('socket failed', { clientId, error }));
  };

  const sockets: Sockets = {
    accept(request, stream, head, query) {
      server.handleUpgrade(request, stream, head, (socket) => {
        const clientId = query.get('clientId') || randomUUID().replaceAll('-', '');
        const client: Client = { socket, previewMetadata: false };
        open.add(socket);
        clients.set(clientId, client);
        listen(clientId, client);
        greet(clientId, client);
      });
    },
    broadcast(type, data) {
      for (const client of [...clients.values()]) sendJson(client, type, data);
    },
    send(clientId, type, data) {
      const client = clients.get(clientId);
      if (client) sendJson(client, type, data);
    },
    sinkFor: (clientId) => createSink(clientId, clients, sockets, write, faults),
    has: (clientId) => clients.has(clientId),
    dropAll() {
      for (const socket of open) socket.terminate();
    },
    close() {
      sockets.dropAll();
      server.close();
    },
  };
  return sockets;
}

function createSink(
  clientId: string | undefined,
  clients: ReadonlyMap<string, Client>,
  sockets: Sockets,
  write: (client: Client, payload: Buffer) => void,
  faults: Faults,
): EventSink {
  let held: (() => void) | undefined;
  /** Applies the faults that concern the stream of events. */
  const deliver = (send: () => void) => {
    if (faults.duplicateEvents) send();
    if (faults.swapEvents && !held) {
      held = send;
      return;
    }
    send();
    flush();
  };
  const flush = () => {
    held?.();
    held = undefined;
  };
  const binary = (payload: Buffer) => {
    const client = clientId === undefined ? undefined : clients.get(clientId);
    if (clientId === undefined) for (const each of clients.values()) write(each, payload);
    else if (client) write(client, payload);
  };
  return {
    toSubmitter(type, data) {
      if (clientId !== undefined) deliver(() => sockets.send(clientId, type, data));
    },
    toSubmitterOrAll(type, data) {
      if (clientId === undefined) deliver(() => sockets.broadcast(type, data));
      else deliver(() => sockets.send(clientId, type, data));
    },
    wantsPreviewMetadata: () => clientId !== undefined && clients.get(clientId)?.previewMetadata === true,
    preview(image) {
      binary(Buffer.concat([words(PREVIEW_IMAGE, isJpeg(image) ? 1 : 2), image]));
    },
    previewWithMetadata(metadata, image) {
      const json = Buffer.from(
        stringifyPythonJson({ ...metadata, image_type: isJpeg(image) ? 'image/jpeg' : 'image/png' }),
      );
      binary(Buffer.concat([words(PREVIEW_IMAGE_WITH_METADATA, json.length), json, image]));
    },
    text(nodeId, text) {
      const id = Buffer.from(nodeId);
      binary(Buffer.concat([words(TEXT, id.length), id, Buffer.from(text)]));
    },
    flush,
  };
}

/** Big-endian 32-bit words, the header of a binary frame. */
function words(...values: number[]): Buffer {
  const header = Buffer.alloc(4 * values.length);
  for (const [at, value] of values.entries()) header.writeUInt32BE(value, 4 * at);
  return header;
}

function isJpeg(image: Uint8Array): boolean {
  return image[0] === 0xff && image[1] === 0xd8;
}

function readObject(text: string): Record<string, unknown> | undefined {
  try {
    const value = parsePythonJson(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    // Not JSON: the real server logs it and goes on.
    return undefined;
  }
}
