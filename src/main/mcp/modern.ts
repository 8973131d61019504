/** The protocol of 2026-07-28: no sessions, each request by itself, changes told over `subscriptions/listen`. */
import { CLIENT_INFO_META_KEY, createMcpHandler, isLegacyRequest, type Server } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Logger } from '../ports.js';
import type { AgentBook } from './agents.js';
import type { Changes } from './changes.js';
import type { Exchange } from './exchange.js';
import type { Caller } from './server.js';

export interface ModernDoor {
  /** Whether an exchange is of this generation. */
  accepts(exchange: Exchange): Promise<boolean>;
  handle(exchange: Exchange): Promise<Response>;
  toolsChanged(): void;
  resourcesChanged(changes: Changes): void;
  close(): Promise<void>;
}

/** `_meta` key by which a client may name its conversation, since this generation has no sessions. */
export const sessionMetaKey = 'comfyui-mcp/session_id';

const sessionIdSchema = z.string().regex(/^[\x21-\x7e]{1,128}$/);

const messageSchema = z.object({
  method: z.string(),
  params: z.object({
    _meta: z.object({ [CLIENT_INFO_META_KEY]: z.object({ name: z.string(), version: z.string() }) }),
  }),
});

export function createModernDoor({
  createServer,
  agents,
  logger,
}: {
  createServer: (caller: Caller) => Server;
  agents: AgentBook;
  logger: Logger;
}): ModernDoor {
  const keys = new WeakMap<Request, string>();
  const handler = createMcpHandler(
    ({ requestInfo }) =>
      createServer({
        introduces: requestInfo?.headers.get('mcp-method') === 'server/discover',
        sessionId: ({ mcpReq, http }) => {
          const named = mcpReq._meta?.[sessionMetaKey] ?? http?.req?.headers.get('mcp-session-id');
          return sessionIdSchema.safeParse(named).data;
        },
        called: () => {
          const key = requestInfo && keys.get(requestInfo);
          if (key !== undefined) agents.called(key);
        },
      }),
    {
      legacy: 'reject',
      responseMode: 'auto',
      onerror: (error) => logger.debug('A request was refused', { error: error.message }),
    },
  );

  /** Notes who is speaking; a client that tells no name stays unlisted. */
  function note({ request, body, remoteAddress, onEnd }: Exchange): void {
    const message = messageSchema.safeParse(body);
    if (!message.success) return;
    const client = message.data.params._meta[CLIENT_INFO_META_KEY];
    const key = `${client.name.slice(0, 200)}@${remoteAddress}`;
    keys.set(request, key);
    agents.seen(key, client);
    if (message.data.method === 'subscriptions/listen') onEnd(agents.hold(key));
  }

  return {
    accepts: async ({ request, body }) => !(await isLegacyRequest(request, body)),
    handle(exchange) {
      note(exchange);
      return handler.fetch(exchange.request, { parsedBody: exchange.body });
    },
    toolsChanged: () => handler.notify.toolsChanged(),
    resourcesChanged({ uris, list }) {
      if (list) handler.notify.resourcesChanged();
      for (const uri of uris) handler.notify.resourceUpdated(uri);
    },
    close: () => handler.close(),
  };
}
