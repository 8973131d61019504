/** Parts for tests of the endpoint: a small real tool table, a store in memory, clients of both generations. */

import { request } from 'node:http';
import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  ResourceListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { ProtocolError, ProtocolErrorCode, ResourceNotFoundError } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { CallContext } from '../../shared/contract.js';
import { AppError } from '../../shared/errors.js';
import { silentLogger, systemClock } from '../system.js';
import { createEndpoint, type Endpoint, type EndpointOptions } from './http.js';
import type { Offers } from './offers.js';
import type { SessionStore, StoredSession } from './sessions.js';
import type { Tool, ToolTable } from './tool.js';

export function memoryStore(): SessionStore & { sessions: Map<string, StoredSession> } {
  const sessions = new Map<string, StoredSession>();
  return {
    sessions,
    save: (session) => void sessions.set(session.id, session),
    load: (id) => sessions.get(id),
    remove: (id) => void sessions.delete(id),
    touch(id, lastSeen) {
      const session = sessions.get(id);
      if (session !== undefined) sessions.set(id, { ...session, lastSeen });
    },
    prune(before) {
      for (const [id, { lastSeen }] of sessions) if (lastSeen < before) sessions.delete(id);
    },
  };
}

export function tableOf(tools: Tool[]): ToolTable {
  return { tools, get: (name) => tools.find((tool) => tool.name === name) };
}

export function toolOf(name: string, call: Tool['call'], output: Record<string, unknown> = {}): Tool {
  return {
    name,
    title: name,
    description: `Test tool ${name}.`,
    inputSchema: { type: 'object', properties: { text: { type: 'string' } } },
    outputSchema: { type: 'object', ...output },
    annotations: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
    call,
  };
}

/** Tools for what a call can do, and the contexts they were called with. */
export function sampleTools() {
  const contexts: CallContext[] = [];
  const noted = (call: Tool['call']): Tool['call'] => {
    return (input, context) => {
      contexts.push(context);
      return call(input, context);
    };
  };
  const tools = [
    toolOf(
      'echo',
      noted(async (input) => ({ input })),
    ),
    toolOf('count', async (_input, { progress }) => {
      progress({ value: 1, max: 3, message: 'one' });
      progress({ value: 1, max: 3, message: 'one' });
      progress({ value: 1, max: 3, message: 'still one' });
      progress({ value: 3, max: 3, message: 'three' });
      return { counted: 3 };
    }),
    toolOf(
      'wait',
      noted(
        (_input, { signal }) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason));
          }),
      ),
    ),
    toolOf('fail', async () => {
      throw new AppError('MODEL_NOT_FOUND', 'No such model.', { hint: 'Try another.', details: { value: 'x' } });
    }),
    toolOf('crash', async () => {
      throw new TypeError('a bug');
    }),
    toolOf('picture', async (_input, { attachImage }) => {
      attachImage({ bytes: new Uint8Array([1, 2, 3]), mime_type: 'image/webp' });
      return { asset_url: 'http://127.0.0.1:1/a/1/x/p.png', filename: 'p.png', mime_type: 'image/png' };
    }),
  ];
  return { tools, contexts };
}

/** For tests of tools alone. */
const noOffers: Offers = {
  resources: {
    templates: [],
    list: async () => ({ resources: [] }),
    read: async (uri) => {
      throw new ResourceNotFoundError(uri);
    },
    choiceOf: () => undefined,
  },
  prompts: {
    prompts: [],
    get: async (name) => {
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown prompt: ${name}`);
    },
    choiceOf: () => undefined,
  },
  choices: async () => [],
  tasks: { begin: () => undefined, get: noTask, update: noTask, cancel: noTask },
};

async function noTask(): Promise<never> {
  throw new AppError('JOB_NOT_FOUND', 'There are no tasks.');
}

/** A started endpoint on a free port; `stopAll` ends it and every client made by `connect`. */
export async function startEndpoint(options: Partial<EndpointOptions> = {}) {
  const { tools, contexts } = sampleTools();
  let table = tableOf(tools);
  const store = memoryStore();
  const endpoint: Endpoint = createEndpoint({
    name: 'test-endpoint',
    version: '1.2.3',
    instructions: 'Be kind.',
    tools: () => table,
    offers: noOffers,
    watchResources: () => ({ dispose() {} }),
    host: '127.0.0.1',
    port: 0,
    token: () => '',
    assetFile: async () => {
      throw new AppError('ASSET_NOT_FOUND', 'No such asset.');
    },
    assetKey: Buffer.from('key of the test'),
    sessionStore: store,
    onAgents: () => undefined,
    clock: systemClock,
    logger: silentLogger,
    ...options,
  });
  const { url } = await endpoint.start();
  return {
    endpoint,
    url,
    port: Number(new URL(url).port),
    store,
    tools,
    contexts,
    swapTable: (next: Tool[]) => {
      table = tableOf(next);
    },
  };
}

/** What tests need of a client, the same for both generations. */
export interface TestClient {
  readonly sessionId: string | undefined;
  readonly server: { name: string; version: string } | undefined;
  readonly instructions: string | undefined;
  list(): Promise<{ name: string; [key: string]: unknown }[]>;
  call(name: string, args?: Record<string, unknown>, options?: CallOptions): Promise<CallAnswer>;
  resources(cursor?: string): Promise<{ resources: ListedResource[]; nextCursor?: string | undefined }>;
  templates(): Promise<{ uriTemplate: string; title?: string | undefined; icons?: unknown[] | undefined }[]>;
  read(uri: string): Promise<{ uri: string; mimeType?: string | undefined; text?: string; blob?: string }[]>;
  prompts(): Promise<{ name: string; title?: string | undefined; icons?: unknown[] | undefined }[]>;
  prompt(name: string, args: Record<string, string>): Promise<unknown[]>;
  complete(ref: CompletionRef, name: string, value: string, given?: Record<string, string>): Promise<string[]>;
  /** Tells of changes: of the list, and of these resources. */
  follow(uris: string[], told: { updated(uri: string): void; listChanged(): void }): Promise<void>;
  close(): Promise<void>;
}

interface ListedResource {
  uri: string;
  name: string;
  title?: string | undefined;
  mimeType?: string | undefined;
}

type CompletionRef = { type: 'ref/prompt'; name: string } | { type: 'ref/resource'; uri: string };

/** What both clients have under the same names. */
type Reader = Pick<
  ModernClient,
  'listResources' | 'listResourceTemplates' | 'readResource' | 'listPrompts' | 'getPrompt' | 'complete'
>;

function readingOf(client: Reader | LegacyClient) {
  return {
    resources: async (cursor?: string) => client.listResources(cursor === undefined ? {} : { cursor }),
    templates: async () => (await client.listResourceTemplates()).resourceTemplates,
    read: async (uri: string) => (await client.readResource({ uri })).contents,
    prompts: async () => (await client.listPrompts()).prompts,
    prompt: async (name: string, args: Record<string, string>) =>
      (await client.getPrompt({ name, arguments: args })).messages,
    async complete(ref: CompletionRef, name: string, value: string, given: Record<string, string> = {}) {
      const { completion } = await client.complete({ ref, argument: { name, value }, context: { arguments: given } });
      return completion.values;
    },
  };
}

interface CallOptions {
  onprogress?: (progress: { progress: number; total?: number | undefined; message?: string | undefined }) => void;
  signal?: AbortSignal;
}

interface CallAnswer {
  content: unknown[];
  structuredContent?: unknown;
  isError?: boolean;
}

interface ConnectOptions {
  token?: string;
  onToolsChanged?: () => void;
}

const identity = { name: 'test-client', version: '9.9.9' };

export async function connectLegacy(url: string, options: ConnectOptions = {}): Promise<TestClient> {
  const client = new LegacyClient(identity, listeners(options));
  const transport = new LegacyTransport(new URL(url), requestOptions(options));
  await client.connect(transport);
  return {
    get sessionId() {
      return transport.sessionId;
    },
    server: client.getServerVersion(),
    instructions: client.getInstructions(),
    list: async () => (await client.listTools()).tools,
    call: async (name, args, callOptions) =>
      legacyAnswer.parse(await client.callTool({ name, arguments: args }, undefined, callOptions)),
    ...readingOf(client),
    async follow(uris, told) {
      client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => told.updated(params.uri));
      client.setNotificationHandler(ResourceListChangedNotificationSchema, () => told.listChanged());
      for (const uri of uris) await client.subscribeResource({ uri });
    },
    close: () => client.close(),
  };
}

export async function connectModern(url: string, options: ConnectOptions = {}): Promise<TestClient> {
  const client = new ModernClient(identity, {
    versionNegotiation: { mode: { pin: '2026-07-28' } },
    ...listeners(options),
  });
  const transport = new ModernTransport(new URL(url), requestOptions(options));
  await client.connect(transport);
  return {
    get sessionId() {
      return transport.sessionId;
    },
    server: client.getServerVersion(),
    instructions: client.getInstructions(),
    list: async () => (await client.listTools()).tools,
    call: (name, args, callOptions) => client.callTool({ name, arguments: args }, callOptions),
    ...readingOf(client),
    async follow(uris, told) {
      client.setNotificationHandler('notifications/resources/updated', ({ params }) => told.updated(params.uri));
      client.setNotificationHandler('notifications/resources/list_changed', () => told.listChanged());
      await client.listen({ resourceSubscriptions: uris, resourcesListChanged: true });
    },
    close: () => client.close(),
  };
}

/** The older client types its answer as one of two protocols'. */
const legacyAnswer = z.looseObject({
  content: z.array(z.unknown()),
  structuredContent: z.unknown().optional(),
  isError: z.boolean().optional(),
});

function listeners({ onToolsChanged }: ConnectOptions) {
  if (onToolsChanged === undefined) return {};
  return { listChanged: { tools: { autoRefresh: false, debounceMs: 0, onChanged: onToolsChanged } } };
}

function requestOptions({ token }: ConnectOptions) {
  return token === undefined ? {} : { requestInit: { headers: { authorization: `Bearer ${token}` } } };
}

export interface RawAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  json(): unknown;
}

const rpcAnswer = z.object({
  result: z.record(z.string(), z.unknown()).optional(),
  error: z.object({ code: z.number(), message: z.string() }).optional(),
});

/** One request of 2026-07-28, for what the official client has no words for. */
export async function modernRequest(
  url: string,
  method: string,
  params: Record<string, unknown>,
  capabilities: object = {},
): Promise<z.infer<typeof rpcAnswer>> {
  const named = params.name ?? params.uri ?? params.taskId;
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(typeof named === 'string' && { 'mcp-name': named }),
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method,
      params: {
        ...params,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientInfo': identity,
          'io.modelcontextprotocol/clientCapabilities': capabilities,
        },
      },
    }),
  });
  return rpcAnswer.parse(await response.json());
}

/** One request with exactly these headers, Host among them, which fetch would not let us choose. */
export function raw(
  port: number,
  path: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const req = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('error', reject);
      res.on('end', () => {
        const bytes = Buffer.concat(chunks);
        resolve({
          status: res.statusCode ?? 0,
          headers: res.headers,
          body: bytes,
          json: () => JSON.parse(bytes.toString('utf8')),
        });
      });
    });
    req.on('error', reject);
    req.end(body);
  });
}
