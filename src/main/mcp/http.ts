/**
 * The endpoint: one HTTP server with `/mcp` for agents of both protocol generations, `/a/…` for the person's browser
 * and `/health`.
 */
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { preloadSchemas, type ServerCapabilities } from '@modelcontextprotocol/server';
import { AppError } from '../../shared/errors.js';
import type { Agent } from '../../shared/status.js';
import type { Clock, Logger } from '../ports.js';
import { createAgentBook } from './agents.js';
import { type AssetFile, createAssetDoor } from './assets.js';
import type { Changes, ChangeWatch } from './changes.js';
import { createExchange, readBody, sendJson, sendResponse, sendRpcError } from './exchange.js';
import { createGuard, hostInUrl, isLoopback } from './guard.js';
import { createLegacyDoor } from './legacy.js';
import { createModernDoor } from './modern.js';
import type { Offers } from './offers.js';
import { createOwnerDoor, type OwnerOptions } from './owner.js';
import { createServerFactory } from './server.js';
import type { SessionStore } from './sessions.js';
import type { ToolTable } from './tool.js';

export interface EndpointOptions {
  name: string;
  version: string;
  /** Told to the model when a client connects. */
  instructions: string;
  /** The table in force; after it changed, `toolsChanged()` tells the clients. */
  tools: () => ToolTable;
  /** Resources, prompts, completion and tasks. */
  offers: Offers;
  /** Tells what changes resources, from each start until the stop. */
  watchResources: (onChange: (changes: Changes) => void) => ChangeWatch;
  /** Offered beside our own: for tests of the protocol. */
  capabilities?: ServerCapabilities;
  host: string;
  /** 0 = any free one. */
  port: number;
  /** Bearer token, read for every request; '' = none. */
  token: () => string;
  /** Origins of web pages that may call; none by default. */
  allowedOrigins?: readonly string[];
  /** The file of an asset; throws AppError when it can't be had. */
  assetFile: (assetId: string) => Promise<AssetFile>;
  /** HMAC key for the addresses of assets. */
  assetKey: Buffer;
  sessionStore: SessionStore;
  /** What proves to programs of the same person whose endpoint this is; without it nobody is told. */
  owner?: OwnerOptions;
  /** Who is connected, whenever that changed. */
  onAgents: (agents: Agent[]) => void;
  clock: Clock;
  logger: Logger;
}

export interface Endpoint {
  /** Listens. Throws PORT_IN_USE or CONFIG_INVALID. */
  start(): Promise<{ url: string }>;
  /** Ends every stream and stops listening; can be started again. */
  stop(): Promise<void>;
  toolsChanged(): void;
  agents(): Agent[];
  /** Address that opens an asset in a browser on this machine. */
  assetUrl(asset: { asset_id: string; filename: string }): string;
  /** Address of `/mcp`; null while not listening. */
  readonly url: string | null;
}

const maxBodyBytes = 4 * 1024 * 1024;
/** Calls wait for ComfyUI, so many may be open at once; beyond this somebody runs wild. */
const maxOpenRequests = 512;
const maxConnections = 1024;
/** Milliseconds for answers to leave when the endpoint stops. */
const stopGrace = 200;

/** Everything that lives from start to stop. */
interface Running {
  server: Server;
  base: string;
  agents: () => Agent[];
  toolsChanged(): void;
  close(): Promise<void>;
}

export function createEndpoint(options: EndpointOptions): Endpoint {
  const { name, version, host, logger } = options;
  const assets = createAssetDoor({ key: options.assetKey, assetFile: options.assetFile, logger });
  const ownerDoor = options.owner && createOwnerDoor({ owner: options.owner, name, version, logger });
  const createServer = createServerFactory(options);
  let running: Running | undefined;
  /** Stays after a stop, so that addresses in answers under way keep their form. */
  let lastPort = options.port;

  async function run(): Promise<Running> {
    const server = createHttpServer();
    const port = await listen(server, options);
    const guard = createGuard({ ...options, secret: options.owner?.secret, port });
    const agents = createAgentBook({ clock: options.clock, onChange: options.onAgents });
    const parts = { createServer, agents, clock: options.clock, logger };
    const legacy = createLegacyDoor({ ...parts, store: options.sessionStore });
    const modern = createModernDoor(parts);
    const watch = options.watchResources((changes) => {
      legacy.resourcesChanged(changes);
      modern.resourcesChanged(changes);
    });
    let open = 0;
    let closing = false;

    const mcp = async (req: IncomingMessage, res: ServerResponse) => {
      const refusal = guard.checkToken(req.headers);
      if (refusal !== undefined) return sendRpcError(res, refusal.status, refusal.message, refusal);
      if (open >= maxOpenRequests) {
        return sendRpcError(res, 503, 'Too many requests are open.', { headers: { 'retry-after': '1' } });
      }
      open += 1;
      res.once('close', () => {
        open -= 1;
      });
      const read = await readMessage(req, res);
      if (read === undefined) return;
      const exchange = createExchange(req, res, read.body);
      const door = (await modern.accepts(exchange)) ? modern : legacy;
      await sendResponse(res, await door.handle(exchange));
    };

    const route = async (req: IncomingMessage, res: ServerResponse) => {
      const refusal = guard.checkAddress(req.headers);
      if (refusal !== undefined) return sendRpcError(res, refusal.status, refusal.message, refusal);
      if (closing) return sendRpcError(res, 503, 'The endpoint is stopping.', { headers: { connection: 'close' } });
      const path = (req.url ?? '').split('?', 1)[0] ?? '';
      if (path === '/mcp' || path === '/mcp/') return mcp(req, res);
      if (path.startsWith('/a/')) return assets.handle(req, res);
      if (path === '/health' && req.method === 'GET') return sendJson(res, 200, { ok: true, name, version });
      const answered = ownerDoor?.handle(path, req, res);
      if (answered !== undefined) return answered;
      return sendJson(res, 404, { error: 'Not found. Agents connect to /mcp.' });
    };

    server.on('error', (error) => logger.error('The HTTP server reported an error', { error }));
    server.on('request', (req, res) => {
      route(req, res).catch((error: unknown) => {
        if (!res.destroyed) logger.error('A request failed unexpectedly', { method: req.method, error });
        if (res.headersSent) res.destroy();
        else sendRpcError(res, 500, 'Internal server error', { code: -32603 });
      });
    });

    return {
      server,
      base: `http://${hostInUrl(host)}:${port}`,
      agents: () => agents.list(),
      toolsChanged() {
        legacy.toolsChanged();
        modern.toolsChanged();
      },
      async close() {
        closing = true;
        const closed = new Promise<void>((resolve) => server.close(() => resolve()));
        watch.dispose();
        agents.dispose();
        await Promise.all([legacy.close(), modern.close()]);
        server.closeIdleConnections();
        const cut = setTimeout(() => server.closeAllConnections(), stopGrace);
        await closed;
        clearTimeout(cut);
      },
    };
  }

  return {
    async start() {
      if (running === undefined) {
        checkExposure(options);
        preloadSchemas();
        running = await run();
        lastPort = Number(new URL(running.base).port || 80);
        logger.info('The endpoint listens', { url: `${running.base}/mcp` });
      }
      return { url: `${running.base}/mcp` };
    },
    async stop() {
      const ending = running;
      if (ending === undefined) return;
      running = undefined;
      await ending.close();
      options.onAgents([]);
    },
    toolsChanged: () => running?.toolsChanged(),
    agents: () => running?.agents() ?? [],
    assetUrl: (asset) => `${running?.base ?? `http://${hostInUrl(host)}:${lastPort}`}${assets.pathOf(asset)}`,
    get url() {
      return running === undefined ? null : `${running.base}/mcp`;
    },
  };
}

function checkExposure({ host, token }: EndpointOptions): void {
  if (isLoopback(host) || token() !== '') return;
  throw new AppError('CONFIG_INVALID', `The endpoint would be open to the network on ${host} without a token.`, {
    hint: 'Set a token (--token or COMFY_MCP_TOKEN), or listen on 127.0.0.1.',
    details: { host },
  });
}

/** The parsed JSON of a POST, or undefined when the request was answered here because it is unusable. */
async function readMessage(req: IncomingMessage, res: ServerResponse): Promise<{ body: unknown } | undefined> {
  if (req.method === 'GET' || req.method === 'DELETE') return { body: undefined };
  if (req.method !== 'POST') {
    sendRpcError(res, 405, 'Method not allowed.', { headers: { allow: 'GET, POST, DELETE' } });
    return undefined;
  }
  const type = req.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json' || (req.headers['content-encoding'] ?? 'identity') !== 'identity') {
    sendRpcError(res, 415, 'Unsupported Media Type: send plain application/json.');
    return undefined;
  }
  const bytes = await readBody(req, maxBodyBytes);
  if (bytes === undefined) {
    sendRpcError(res, 413, `Payload Too Large: at most ${maxBodyBytes} bytes.`);
    return undefined;
  }
  try {
    return { body: JSON.parse(bytes.toString('utf8')) };
  } catch {
    sendRpcError(res, 400, 'Parse error: the request body is not valid JSON', { code: -32700 });
    return undefined;
  }
}

async function listen(server: Server, { host, port }: EndpointOptions): Promise<number> {
  // The time to send a request is limited; the time to answer is not, since streams stay open.
  server.headersTimeout = 15_000;
  server.requestTimeout = 60_000;
  server.keepAliveTimeout = 30_000;
  server.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(listenError(error, host, port));
    server.once('error', fail);
    server.listen({ host, port }, () => {
      server.off('error', fail);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): AppError {
  const details = { host, port };
  if (error.code === 'EADDRINUSE') {
    return new AppError('PORT_IN_USE', `Port ${port} on ${host} is used by another program.`, {
      hint: 'Close that program, or choose another port (--port or COMFY_MCP_PORT; 0 takes any free one).',
      details,
      cause: error,
    });
  }
  if (error.code === 'EACCES') {
    return new AppError('CONFIG_INVALID', `The system does not let this program listen on port ${port}.`, {
      hint: 'Choose a port above 1023 (--port or COMFY_MCP_PORT).',
      details,
      cause: error,
    });
  }
  return new AppError('CONFIG_INVALID', `The endpoint can't listen on ${host}: ${error.message}.`, {
    hint: 'Use an address of this machine (--host or COMFY_MCP_HOST), usually 127.0.0.1.',
    details,
    cause: error,
  });
}
