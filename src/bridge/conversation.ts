/** One conversation: what the client says goes to the endpoint, what comes back to the client, in both generations. */
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoint } from './find.js';
import type { Link } from './link.js';
import {
  asLine,
  errorAnswer,
  isAnswerTo,
  isRequest,
  type Message,
  modernHeaders,
  ownVersion,
  parseMessage,
  type Request,
} from './messages.js';
import { createSession, type Session } from './session.js';
import { createEventReader } from './sse.js';
import { createSubscription } from './subscription.js';
import { Broken, isEventStream, NotReached, readPieces, readText, send } from './wire.js';

export interface ConversationOptions {
  link: Link;
  /** Of this conversation, for the generation that has no sessions of its own. */
  name: string;
  /** Writes lines to the client. */
  write: (line: string) => void;
  say: (text: string) => void;
}

export interface Conversation {
  /** One line of the client. Never throws. */
  take(line: string): void;
  /** Waits a moment for what is under way, gives up the rest and ends the session. */
  close(): Promise<void>;
}

/** The endpoint takes no longer ones. */
const maxBytes = 4 * 1024 * 1024;
/** Milliseconds for requests under way when the client has said its last word, and for the goodbye. */
const lastAnswersWithin = 1000;
const goodbyeWithin = 500;
/** How often a request that has not reached the endpoint is sent anew, and the milliseconds in between. */
const attempts = 20;
const pause = 100;

const programEnded =
  'ComfyUI MCP Desktop ended while this was under way. What ComfyUI had begun goes on there: get_queue_status and list_assets tell.';

export function createConversation({ link, name, write, say }: ConversationOptions): Conversation {
  const active = new Map<string | number, AbortController>();
  const closing = new AbortController();
  /** Notifications reach the endpoint in their order, and before what is asked after them. */
  let notified: Promise<unknown> = Promise.resolve();
  const forward = (text: string) => write(asLine(text));
  const fail = (id: string | number | null, code: number, message: string, data?: unknown) =>
    forward(errorAnswer(id, code, message, data));
  const session: Session = createSession({ link, forward, say, signal: closing.signal });

  /** Sends until the endpoint has taken it; a dead one is looked for anew, and a session it has forgotten begun anew. */
  const deliver = async (
    text: string,
    headers: () => Record<string, string>,
    signal: AbortSignal,
    inSession: boolean,
  ) => {
    for (let attempt = 1; ; attempt += 1) {
      const endpoint = await link.needed();
      signal.throwIfAborted();
      const used = headers();
      const answer = await reach(endpoint, text, used, signal, attempt);
      if (answer === undefined) continue;
      if (inSession && answer.statusCode === 404 && attempt < attempts) {
        answer.resume();
        await session.renew(endpoint, used['mcp-session-id']);
        continue;
      }
      return answer;
    }
  };

  /** Undefined: not now, but perhaps in a moment. */
  const reach = async (
    endpoint: Endpoint,
    body: string,
    headers: Record<string, string>,
    signal: AbortSignal,
    attempt: number,
  ): Promise<IncomingMessage | undefined> => {
    try {
      const answer = await send(endpoint, { method: 'POST', body, headers, signal });
      // Stopping, or another owner since: in both cases it was refused before anything was done.
      const refused = answer.statusCode === 503 || answer.statusCode === 401;
      if (!refused || attempt >= attempts) return answer;
      answer.resume();
    } catch (error) {
      if (!(error instanceof NotReached) || attempt >= attempts) throw error;
    }
    link.lost(endpoint);
    await sleep(pause, undefined, { signal });
    return undefined;
  };

  /** Passes on what comes; answers whether the answer to `id` was among it. */
  const passOn = async (answer: IncomingMessage, id: string | number, onMessage: (message: Message) => boolean) => {
    let answered = false;
    const take = (text: string) => {
      const message = parseMessage(text);
      if (message === undefined) return;
      if (isAnswerTo(id, message)) answered = true;
      if (onMessage(message)) forward(text);
    };
    if (isEventStream(answer)) {
      const events = createEventReader(take);
      await readPieces(answer, (bytes) => events.push(bytes)).catch((error: unknown) => {
        if (!answered) throw error;
      });
      return answered;
    }
    const text = await readText(answer);
    const message = parseMessage(text);
    // A refusal of the endpoint names no request, since it may not even have read it.
    if (message?.error !== undefined && message.id !== id) take(JSON.stringify({ ...message, id }));
    else take(text);
    return answered;
  };

  const legacyRequest = async (request: Request, text: string, signal: AbortSignal) => {
    if (request.method === 'initialize') session.begin(request);
    const inSession = request.method !== 'initialize';
    const answer = await deliver(text, () => (inSession ? session.headers() : {}), signal, inSession);
    const answered = await passOn(answer, request.id, (message) => {
      if (!inSession && isAnswerTo(request.id, message)) session.began(answer, message);
      return true;
    });
    if (!answered) throw new Broken('The answer did not come.');
  };

  const modernRequest = async (request: Request, text: string, version: string, signal: AbortSignal) => {
    const headers = { ...modernHeaders(request, version), 'mcp-session-id': name };
    const subscription = request.method === 'subscriptions/listen' ? createSubscription(request, forward) : undefined;
    for (;;) {
      const answer = await deliver(text, () => headers, signal, false);
      const accepted = answer.statusCode === 200;
      const broken = await passOn(answer, request.id, (message) =>
        subscription === undefined || !accepted ? true : subscription.take(message),
      ).then(
        (answered) => (answered ? undefined : new Broken('The answer did not come.')),
        (error: unknown) => error,
      );
      signal.throwIfAborted();
      if (subscription === undefined || !accepted || subscription.refused) {
        if (broken !== undefined) throw broken;
        return;
      }
      // It ends when the client says so. Until then an endpoint that has gone is awaited, and no program started for it.
      await presence(signal);
    }
  };

  const presence = async (signal: AbortSignal) => {
    for (let delay = 250; ; delay = Math.min(delay * 2, 4000)) {
      await sleep(delay, undefined, { signal });
      if ((await link.present()) !== undefined) return;
    }
  };

  const ask = async (request: Request, text: string) => {
    const { id } = request;
    if (active.has(id)) return fail(id, -32600, 'A request with this id is under way.');
    const own = new AbortController();
    active.set(id, own);
    const signal = AbortSignal.any([own.signal, closing.signal]);
    try {
      await notified;
      const version = ownVersion(request);
      if (version === undefined) await legacyRequest(request, text, signal);
      else await modernRequest(request, text, version, signal);
    } catch (error) {
      // Whom the client has given up on needs no answer.
      if (signal.aborted) return;
      if (error instanceof Broken) fail(id, -32000, programEnded, { error_code: 'PROGRAM_ENDED' });
      else fail(id, -32000, error instanceof Error ? error.message : String(error), { error_code: 'NOT_CONNECTED' });
    } finally {
      active.delete(id);
    }
  };

  /** Notifications, and the client's answers to what the endpoint has asked. */
  const tell = async (message: Message, text: string) => {
    const cancelled = message.method === 'notifications/cancelled' ? message.params?.requestId : undefined;
    const request = typeof cancelled === 'string' || typeof cancelled === 'number' ? active.get(cancelled) : undefined;
    try {
      if (session.isOpen && ownVersion(message) === undefined) {
        const answer = await deliver(text, () => session.headers(), closing.signal, true);
        answer.resume();
        if (message.method === 'notifications/initialized') session.listen();
      }
    } catch (error) {
      if (!closing.signal.aborted) say(`A notification did not arrive: ${(error as Error).message}`);
    }
    // Over HTTP a request is cancelled by closing its connection.
    request?.abort(new Error('The client has cancelled it.'));
  };

  return {
    take(line) {
      const message = parseMessage(line);
      if (message === undefined) {
        const isJson = line.startsWith('[');
        fail(
          null,
          isJson ? -32600 : -32700,
          isJson ? 'Batches are not supported.' : 'Parse error: not one JSON object a line.',
        );
      } else if (Buffer.byteLength(line) > maxBytes) {
        fail(message.id ?? null, -32600, `The message is too large: at most ${maxBytes} bytes.`);
      } else if (isRequest(message)) {
        void ask(message, line);
      } else if (message.method !== undefined || message.id !== undefined) {
        notified = notified.then(() => tell(message, line));
      } else {
        fail(null, -32600, 'Invalid request: neither a method nor an answer.');
      }
    },
    async close() {
      const until = Date.now() + lastAnswersWithin;
      while (active.size > 0 && Date.now() < until) await sleep(20);
      closing.abort(new Error('The client has ended the conversation.'));
      await session.end(AbortSignal.timeout(goodbyeWithin));
    },
  };
}
