/** The protocol generations before 2026-07-28: sessions, a GET stream for notifications, DELETE to end them. */
import { randomUUID } from 'node:crypto';
import {
  isInitializeRequest,
  type Server,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Clock, Logger } from '../ports.js';
import type { AgentBook } from './agents.js';
import type { Changes } from './changes.js';
import type { Exchange } from './exchange.js';
import type { Caller } from './server.js';
import { createSessions, type LiveSession, type SessionStore, type StoredSession } from './sessions.js';

export interface LegacyDoor {
  handle(exchange: Exchange): Promise<Response>;
  /** Tells every session with an open stream that the tool list changed. */
  toolsChanged(): void;
  /** The same of resources; of single ones those sessions that subscribed to them. */
  resourcesChanged(changes: Changes): void;
  close(): Promise<void>;
}

/** Of the initialize parameters only what a revived session needs is kept: clients may send whole icons. */
const keptSchema = z.object({
  protocolVersion: z.string(),
  capabilities: z.record(z.string(), z.unknown()).default({}),
  clientInfo: z.object({ name: z.string().max(200), version: z.string().max(100) }),
});
/** What the client wants to hear of outlives its connection as the session does. */
const subscribedSchema = z.object({ subscriptions: z.array(z.string()).catch([]) });
const maxCapabilitiesLength = 8192;

/** Addresses that one session may subscribe to. */
const maxSubscriptions = 1024;

export function createLegacyDoor({
  createServer,
  agents,
  store,
  clock,
  logger,
  maxLiveSessions,
}: {
  createServer: (caller: Caller) => Server;
  agents: AgentBook;
  store: SessionStore;
  clock: Clock;
  logger: Logger;
  maxLiveSessions?: number;
}): LegacyDoor {
  const sessions = createSessions({
    clock,
    store,
    revive,
    logger,
    ...(maxLiveSessions && { maxLive: maxLiveSessions }),
  });

  /** A connected server whose transport takes `id` when it is initialised. */
  async function open(id: string, subscribed: readonly string[] = []) {
    const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: () => id });
    const subscriptions = new Set(subscribed);
    const server = createServer({
      introduces: true,
      sessionId: () => id,
      subscriptions: {
        subscribe(uri) {
          if (subscriptions.size >= maxSubscriptions) return false;
          subscriptions.add(uri);
          remember(id, subscriptions);
          return true;
        },
        unsubscribe(uri) {
          if (subscriptions.delete(uri)) remember(id, subscriptions);
        },
      },
      called: () => agents.called(id),
      // The SDK keeps the stream of a cancelled call open for an answer that will never come.
      abandoned: (requestId) => transport.closeSSEStream(requestId),
    });
    server.onerror = (error) => logger.debug('A session reported an error', { error: error.message });
    await server.connect(transport);
    return { transport, server, subscriptions };
  }

  function remember(id: string, subscriptions: ReadonlySet<string>): void {
    const stored = store.load(id);
    if (stored === undefined) return;
    store.save({ ...stored, initialize: { ...stored.initialize, subscriptions: [...subscriptions] } });
  }

  async function revive(stored: StoredSession): Promise<LiveSession> {
    const { transport, server, subscriptions } = await open(
      stored.id,
      subscribedSchema.parse(stored.initialize).subscriptions,
    );
    const params = keptSchema.parse({ ...stored.initialize, protocolVersion: stored.protocolVersion });
    const answer = await say(transport, { jsonrpc: '2.0', id: 'revived', method: 'initialize', params });
    await answer.body?.cancel();
    await say(transport, { jsonrpc: '2.0', method: 'notifications/initialized' }, stored.id);
    logger.debug('A session was revived', { client: params.clientInfo.name });
    return { id: stored.id, client: params.clientInfo, server, transport, subscriptions };
  }

  async function initialize({ request, body }: Exchange): Promise<Response> {
    const kept = keptSchema.safeParse(z.object({ params: z.unknown() }).parse(body).params);
    if (!kept.success) return refuse(400, -32602, `Invalid initialize request: ${z.prettifyError(kept.error)}`);
    const id = randomUUID();
    const { transport, server, subscriptions } = await open(id);
    const response = await transport.handleRequest(request, { parsedBody: body });
    const protocolVersion = server.getNegotiatedProtocolVersion();
    if (transport.sessionId === undefined || protocolVersion === undefined) {
      await server.close();
      return response;
    }
    const { capabilities, clientInfo } = kept.data;
    const small = JSON.stringify(capabilities).length <= maxCapabilitiesLength;
    sessions.add(
      { id, client: clientInfo, server, transport, subscriptions },
      { protocolVersion, initialize: { clientInfo, capabilities: small ? capabilities : {} } },
    );
    agents.seen(id, clientInfo);
    return response;
  }

  async function inSession(session: LiveSession, exchange: Exchange): Promise<Response> {
    const { request, body } = exchange;
    agents.seen(session.id, session.client);
    if (request.method === 'DELETE') {
      const response = await session.transport.handleRequest(request);
      if (response.ok) {
        await sessions.end(session.id);
        agents.gone(session.id);
      }
      return response;
    }
    const stream = request.method === 'GET';
    exchange.onEnd(sessions.use(session, stream ? 'stream' : 'request'));
    if (stream) exchange.onEnd(agents.hold(session.id));
    return session.transport.handleRequest(request, { parsedBody: body });
  }

  return {
    async handle(exchange) {
      const id = exchange.request.headers.get('mcp-session-id');
      if (id === null) {
        if (isInitializeRequest(exchange.body)) return initialize(exchange);
        return refuse(400, -32000, 'Bad Request: Mcp-Session-Id header is required. Initialize first.');
      }
      const session = await sessions.get(id);
      // 404 tells the client to initialise anew.
      return session === undefined ? refuse(404, -32001, 'Session not found') : inSession(session, exchange);
    },
    toolsChanged() {
      for (const { server } of sessions.live()) {
        server.sendToolListChanged().catch((error: unknown) => logger.debug('list_changed was not sent', { error }));
      }
    },
    resourcesChanged({ uris, list }) {
      const untold = (error: unknown) => logger.debug('A change was not told', { error });
      for (const { server, subscriptions } of sessions.live()) {
        if (list) server.sendResourceListChanged().catch(untold);
        if (subscriptions.size === 0) continue;
        for (const uri of uris) if (subscriptions.has(uri)) server.sendResourceUpdated({ uri }).catch(untold);
      }
    },
    close: () => sessions.dispose(),
  };
}

function say(transport: WebStandardStreamableHTTPServerTransport, message: object, id?: string): Promise<Response> {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...(id === undefined ? {} : { 'mcp-session-id': id }),
  };
  return transport.handleRequest(new Request('http://localhost/mcp', { method: 'POST', headers }), {
    parsedBody: message,
  });
}

function refuse(status: number, code: number, message: string): Response {
  return Response.json({ jsonrpc: '2.0', error: { code, message }, id: null }, { status });
}
