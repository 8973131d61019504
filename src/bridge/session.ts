/**
 * The session of the older generations: its id, its stream of notifications, and its second life. The endpoint keeps
 * sessions over a restart; one that it has forgotten is begun anew with what the client said at first, unseen by it.
 */
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoint } from './find.js';
import type { Link } from './link.js';
import { changesMissed, isAnswerTo, isObject, type Message, parseMessage, type Request } from './messages.js';
import { createEventReader } from './sse.js';
import { isEventStream, readPieces, readText, send } from './wire.js';

export interface Session {
  readonly isOpen: boolean;
  headers(): Record<string, string>;
  /** The client has asked for a session. */
  begin(initialize: Request): void;
  /** The endpoint's answer to that. */
  began(answer: IncomingMessage, message: Message): void;
  /** Begins anew, unless that has happened since `forgotten` was in use. @throws Error when the endpoint refuses. */
  renew(endpoint: Endpoint, forgotten: string | undefined): Promise<void>;
  /** Opens the stream of notifications, and opens it again whenever it ends. Once is enough. */
  listen(): void;
  end(signal: AbortSignal): Promise<void>;
}

export interface SessionOptions {
  link: Link;
  forward: (text: string) => void;
  say: (text: string) => void;
  signal: AbortSignal;
}

/** Milliseconds until the stream is opened again: at first, and at most. */
const firstDelay = 100;
const longestDelay = 4000;

export function createSession({ link, forward, say, signal }: SessionOptions): Session {
  let initialize: Request | undefined;
  let id: string | undefined;
  let version: string | undefined;
  let capabilities: Record<string, unknown> = {};
  let renewing: Promise<void> | undefined;
  let listening = false;

  const headers = (): Record<string, string> => ({
    ...(id === undefined ? {} : { 'mcp-session-id': id }),
    ...(version === undefined ? {} : { 'mcp-protocol-version': version }),
  });

  const tellsChanges = (list: string) => {
    const capability = capabilities[list];
    return isObject(capability) && capability.listChanged === true;
  };

  const began = (answer: IncomingMessage, { result }: Message) => {
    const given = answer.headers['mcp-session-id'];
    if (!isObject(result) || typeof given !== 'string') return;
    id = given;
    capabilities = isObject(result.capabilities) ? result.capabilities : {};
    version = typeof result.protocolVersion === 'string' ? result.protocolVersion : undefined;
  };

  const beginAnew = async (endpoint: Endpoint) => {
    if (initialize === undefined) throw new Error('Initialize first.');
    const own = { ...initialize, id: 'bridge-renewal' };
    const answer = await send(endpoint, { method: 'POST', headers: {}, body: JSON.stringify(own), signal });
    let message: Message | undefined;
    const take = (text: string) => {
      const one = parseMessage(text);
      if (one !== undefined && isAnswerTo(own.id, one)) message = one;
    };
    if (isEventStream(answer)) {
      const events = createEventReader(take);
      await readPieces(answer, (bytes) => events.push(bytes));
    } else take(await readText(answer));
    if (message?.result === undefined) throw new Error('ComfyUI MCP Desktop did not let this conversation begin anew.');
    began(answer, message);
    const body = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' });
    (await send(endpoint, { method: 'POST', headers: headers(), body, signal })).resume();
    say('The session was begun anew.');
  };

  const renew = async (endpoint: Endpoint, forgotten: string | undefined) => {
    if (id !== forgotten) return;
    renewing ??= beginAnew(endpoint).finally(() => {
      renewing = undefined;
    });
    await renewing;
  };

  /** Passes notifications on until the stream ends. Answers whether there was one. */
  const stream = async (endpoint: Endpoint, again: boolean): Promise<boolean> => {
    const used = headers();
    const answer = await send(endpoint, {
      method: 'GET',
      headers: { ...used, accept: 'text/event-stream' },
      signal,
    });
    if (answer.statusCode !== 200) {
      answer.resume();
      if (answer.statusCode === 404) await renew(endpoint, used['mcp-session-id']);
      return false;
    }
    // Another program may answer now, or the same with other tools: nobody told meanwhile.
    if (again) for (const text of changesMissed(tellsChanges)) forward(text);
    const events = createEventReader(forward);
    await readPieces(answer, (bytes) => events.push(bytes)).catch(() => undefined);
    return true;
  };

  const keepListening = async () => {
    let delay = firstDelay;
    let again = false;
    while (!signal.aborted) {
      const endpoint = await link.present();
      const opened: boolean =
        endpoint !== undefined &&
        (await stream(endpoint, again).catch((error: unknown) => {
          if (!signal.aborted) link.lost(endpoint);
          // What matters of it comes with the next request of the client.
          void error;
          return false;
        }));
      again ||= opened;
      delay = opened ? firstDelay : Math.min(delay * 2, longestDelay);
      await sleep(delay, undefined, { signal }).catch(() => undefined);
    }
  };

  return {
    get isOpen() {
      return id !== undefined;
    },
    headers,
    begin(request) {
      initialize = request;
    },
    began,
    renew,
    listen() {
      if (listening) return;
      listening = true;
      void keepListening();
    },
    async end(withinSignal) {
      if (id === undefined) return;
      try {
        const endpoint = await link.present();
        if (endpoint === undefined) return;
        (await send(endpoint, { method: 'DELETE', headers: headers(), signal: withinSignal })).resume();
      } catch {
        // A session that nobody ends is forgotten after two days.
      }
    },
  };
}
