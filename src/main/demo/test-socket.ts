/** A WebSocket client for tests: keeps every message in order and waits for the one that matters. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { parsePythonJson } from './json.js';

export interface TestMessage {
  /** The event's type, or `binary N`. */
  type: string;
  data: Record<string, unknown>;
  /** A binary frame's bytes after the type. */
  bytes?: Buffer;
}

export interface TestSocket {
  readonly messages: readonly TestMessage[];
  types(): string[];
  /** Resolves with the first message from `from` on that matches. Rejects when the socket closes first. */
  until(matches: (message: TestMessage) => boolean, from?: number): Promise<TestMessage>;
  /** Everything that was sent to us before has arrived when this resolves. */
  settle(): Promise<void>;
  send(message: unknown): void;
  close(): void;
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
}

/** Connects and resolves when the first message has come. */
export async function openSocket(url: string, headers: Record<string, string> = {}): Promise<TestSocket> {
  const socket = new WebSocket(url, { headers });
  const messages: TestMessage[] = [];
  const waiting = new Set<() => void>();
  socket.on('message', (raw: Buffer, isBinary: boolean) => {
    messages.push(isBinary ? binaryMessage(raw) : (parsePythonJson(raw.toString()) as TestMessage));
    for (const check of [...waiting]) check();
  });
  const closed = new Promise<number>((resolve) => {
    socket.on('close', (code) => {
      resolve(code);
      for (const check of [...waiting]) check();
    });
  });

  const until: TestSocket['until'] = (matches, from = 0) =>
    new Promise((resolve, reject) => {
      const check = () => {
        const found = messages.slice(from).find(matches);
        if (found) resolve(found);
        else if (socket.readyState === WebSocket.CLOSED) reject(new Error('the socket closed'));
        else return;
        waiting.delete(check);
      };
      waiting.add(check);
      check();
    });

  await once(socket, 'open');
  await until(() => true);
  return {
    messages,
    types: () => messages.map((message) => message.type),
    until,
    async settle() {
      const pong = once(socket, 'pong');
      socket.ping();
      await pong;
    },
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    close: () => socket.close(),
    closed,
  };
}

function binaryMessage(raw: Buffer): TestMessage {
  return { type: `binary ${raw.readUInt32BE(0)}`, data: {}, bytes: raw.subarray(4) };
}
