/** One HTTP request to the endpoint. Each has a connection of its own: a reused one may be dead, and nobody could tell. */
import { type IncomingMessage, request } from 'node:http';
import type { Endpoint } from './find.js';

/** The endpoint was not there, and nothing of the request has reached it: it may be sent again. */
export class NotReached extends Error {}

/** The connection broke when the request was on its way: it may have been done. */
export class Broken extends Error {}

export interface Sent {
  method: 'POST' | 'GET' | 'DELETE';
  headers: Record<string, string>;
  body?: string;
  signal: AbortSignal;
}

/** Resolves with the head of the answer. @throws NotReached, Broken, or what `signal` was aborted with. */
export function send({ url, secret }: Endpoint, { method, headers, body, signal }: Sent): Promise<IncomingMessage> {
  const bytes = body === undefined ? undefined : Buffer.from(body);
  return new Promise((resolve, reject) => {
    let connected = false;
    const sent = request(url, {
      method,
      agent: false,
      signal,
      headers: {
        accept: 'application/json, text/event-stream',
        authorization: `Bearer ${secret}`,
        ...(bytes === undefined ? {} : { 'content-type': 'application/json', 'content-length': bytes.length }),
        ...headers,
      },
    });
    sent.once('socket', (socket) =>
      socket.once('connect', () => {
        connected = true;
      }),
    );
    sent.once('response', resolve);
    sent.on('error', (error) => {
      if (signal.aborted) reject(error);
      else
        reject(
          connected ? new Broken(error.message, { cause: error }) : new NotReached(error.message, { cause: error }),
        );
    });
    sent.end(bytes);
  });
}

/** Tells each piece; resolves at the end. @throws Broken, or what the request's signal was aborted with. */
export function readPieces(answer: IncomingMessage, onPiece: (bytes: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    answer.on('data', onPiece);
    answer.once('end', resolve);
    answer.once('error', (error) => reject(new Broken(error.message, { cause: error })));
    answer.once('close', () => reject(new Broken('The connection was closed.')));
  });
}

export async function readText(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  await readPieces(answer, (piece) => pieces.push(piece));
  return Buffer.concat(pieces).toString('utf8');
}

export function isEventStream({ headers }: IncomingMessage): boolean {
  return headers['content-type']?.startsWith('text/event-stream') === true;
}
