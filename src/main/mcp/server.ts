/**
 * The MCP server of one session (older generation) or one request (2026-07-28). Requests are handled on the low level:
 * the tool table is compiled elsewhere, so making a server costs two closures.
 */
import {
  type CallToolRequest,
  type CompleteRequestParams,
  type Implementation,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerCapabilities,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { CallContext } from '../../shared/contract.js';
import { AppError, toErrorValue } from '../../shared/errors.js';
import type { Logger } from '../ports.js';
import { type AttachedImage, toCallResult, toErrorResult } from './answers.js';
import { givenArguments } from './completion.js';
import { icons } from './icons.js';
import type { Offers } from './offers.js';
import { createdTask, mayBecomeTask, serveTasks, takesTasks, tasksExtension } from './tasks.js';
import type { Tool, ToolTable } from './tool.js';

/** The protocol version that brought resource links: to clients of older ones the block is unknown. */
const linksSince = '2025-06-18';

export interface ServerParts {
  name: string;
  version: string;
  instructions: string;
  tools: () => ToolTable;
  offers: Offers;
  /** Offered beside ours: for tests of the protocol, which try what we don't use. */
  capabilities?: ServerCapabilities;
  logger: Logger;
}

/** What a generation knows about who is calling. */
export interface Caller {
  /** The client asks who this is: the icon goes along, which else would travel with every answer of 2026-07-28. */
  readonly introduces: boolean;
  sessionId(context: ServerContext): string | undefined;
  /** A tool call begins. */
  called(client: CallContext['client']): void;
  /** Addresses whose changes the client wants to hear of; absent in the generation that names them with its stream. */
  readonly subscriptions?: {
    /** False when it has as many as it may. */
    subscribe(uri: string): boolean;
    unsubscribe(uri: string): void;
  };
  /** The client gave a call up: its answer will never be sent. */
  abandoned?(requestId: string | number): void;
}

type Listing = { tools: ReturnType<typeof listed>[] };

/** Values of one completion; the protocol allows no more. */
const maxChoices = 100;

/**
 * Milliseconds a client of 2026-07-28 may keep what only another version of the program changes. The tool list is not
 * kept: not every client listens for its changes, and a new workflow is there at once.
 */
const keptFor = 300_000;

/** Makes servers that share one tool table, which may change under way. */
export function createServerFactory(parts: ServerParts): (caller: Caller) => Server {
  const { name, version, instructions, tools, offers } = parts;
  let cached: { table: ToolTable; listing: Listing } | undefined;
  const listing = () => {
    const table = tools();
    if (cached?.table !== table) cached = { table, listing: { tools: table.tools.map(listed) } };
    return cached.listing;
  };
  const identity: Implementation = { name, title: 'ComfyUI MCP Desktop', version };
  const introduction: Implementation = { ...identity, icons: icons.picture };
  const capabilities: ServerCapabilities = {
    tools: { listChanged: true },
    resources: { listChanged: true, subscribe: true },
    prompts: {},
    completions: {},
    extensions: { [tasksExtension]: {} },
    ...parts.capabilities,
  };
  const fixed = { ttlMs: keptFor, cacheScope: 'private' } as const;
  const cacheHints = {
    'resources/templates/list': fixed,
    'prompts/list': fixed,
    'server/discover': fixed,
  };
  const prompts = [...offers.prompts.prompts];
  const resourceTemplates = [...offers.resources.templates];

  return (caller) => {
    const server = new Server(caller.introduces ? introduction : identity, { capabilities, instructions, cacheHints });
    const contextOf = (context: ServerContext) => callContext(server, caller, context, parts.logger);
    server.setRequestHandler('tools/list', () => listing());
    server.setRequestHandler('tools/call', (request, context) => callTool(parts, server, caller, request, context));
    server.setRequestHandler('resources/list', ({ params }, context) =>
      offers.resources.list(params?.cursor, contextOf(context)),
    );
    server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates }));
    server.setRequestHandler('resources/read', ({ params }, context) =>
      offers.resources.read(params.uri, contextOf(context)),
    );
    serveSubscriptions(server, caller);
    server.setRequestHandler('prompts/list', () => ({ prompts }));
    server.setRequestHandler('prompts/get', ({ params }, context) =>
      offers.prompts.get(params.name, params.arguments ?? {}, contextOf(context), context),
    );
    server.setRequestHandler('completion/complete', async ({ params }, context) => {
      const values = await complete(offers, params, contextOf(context));
      const shown = values.slice(0, maxChoices);
      return { completion: { values: shown, total: values.length, hasMore: values.length > shown.length } };
    });
    serveTasks(server, offers.tasks, contextOf);
    return server;
  };
}

function serveSubscriptions(server: Server, { subscriptions }: Caller): void {
  if (subscriptions === undefined) return;
  server.setRequestHandler('resources/subscribe', ({ params }) => {
    if (!subscriptions.subscribe(params.uri)) {
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'This session has as many subscriptions as it may.');
    }
    return {};
  });
  server.setRequestHandler('resources/unsubscribe', ({ params }) => {
    subscriptions.unsubscribe(params.uri);
    return {};
  });
}

async function complete(offers: Offers, params: CompleteRequestParams, context: CallContext): Promise<string[]> {
  const { ref, argument } = params;
  const kind =
    ref.type === 'ref/prompt'
      ? offers.prompts.choiceOf(ref.name, argument.name)
      : offers.resources.choiceOf(ref.uri, argument.name);
  if (kind === undefined) return [];
  return offers.choices({ kind, value: argument.value, given: givenArguments(params.context) }, context);
}

function listed(tool: Tool) {
  const { name, title, description, annotations } = tool;
  const { inputSchema, outputSchema } = tool.listed ?? tool;
  return {
    name,
    title,
    description,
    inputSchema,
    outputSchema,
    annotations: {
      readOnlyHint: annotations.readOnly,
      destructiveHint: annotations.destructive,
      idempotentHint: annotations.idempotent,
      openWorldHint: annotations.openWorld,
    },
  };
}

/** A request as operations see it. */
function callContext(server: Server, caller: Caller, context: ServerContext, logger: Logger): CallContext {
  const identity = server.getClientVersion();
  const cancelled = context.mcpReq.signal;
  const disconnected = context.http?.req?.signal;
  return {
    door: 'mcp',
    sessionId: caller.sessionId(context),
    client: identity && { name: identity.name, version: identity.version },
    signal: disconnected === undefined ? cancelled : AbortSignal.any([cancelled, disconnected]),
    progress: progressSender(context, logger),
    attachImage() {},
  };
}

async function callTool(
  { tools, offers, logger }: ServerParts,
  server: Server,
  caller: Caller,
  request: CallToolRequest,
  context: ServerContext,
) {
  const { name, arguments: input = {} } = request.params;
  const tool = tools().get(name);
  if (tool === undefined) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool: ${name}`);
  const call = callContext(server, caller, context, logger);
  const { signal } = call;
  caller.called(call.client);
  const images: AttachedImage[] = [];
  const links = (server.getNegotiatedProtocolVersion() ?? linksSince) >= linksSince;
  const asTask = tool.startsJob === true && takesTasks(context) && mayBecomeTask(input);
  try {
    if (tool.answer !== undefined) return await tool.answer(request, context);
    const structured = await tool.call(asTask ? { ...input, wait_seconds: 0 } : input, {
      ...call,
      attachImage: (image) => void images.push(image),
    });
    const task = asTask ? offers.tasks.begin(structured) : undefined;
    return task === undefined ? toCallResult(structured, images, { links }) : createdTask(task);
  } catch (error) {
    if (error instanceof ProtocolError) throw error;
    if (!signal.aborted) report(name, error, logger);
    return toErrorResult(signal.aborted && !(error instanceof AppError) ? givenUp(error) : error);
  } finally {
    if (context.mcpReq.signal.aborted) caller.abandoned?.(context.mcpReq.id);
  }
}

function givenUp(cause: unknown): AppError {
  return new AppError('CANCELLED', 'The caller gave up waiting.', { cause });
}

function report(tool: string, error: unknown, logger: Logger): void {
  const { code, message } = toErrorValue(error);
  if (code === 'INTERNAL_ERROR') logger.error('A tool failed unexpectedly', { tool, error });
  else logger.debug('A tool call was refused', { tool, code, message });
}

/** Progress has to rise with every notification, so a new message at an old value counts a thousandth more. */
const nudges = 1000;

/** Progress for who asked for it (a progressToken); otherwise nothing is sent. */
function progressSender({ mcpReq }: ServerContext, logger: Logger): CallContext['progress'] {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined) return () => undefined;
  let last = -1;
  let lastMessage = '';
  return ({ value, max, message }) => {
    if (mcpReq.signal.aborted || (value <= last && message === lastMessage)) return;
    last = value > last ? value : Math.round(last * nudges + 1) / nudges;
    lastMessage = message;
    const params = { progressToken, progress: last, ...(max > 0 && { total: max }), message };
    mcpReq
      .notify({ method: 'notifications/progress', params })
      .catch((error: unknown) => logger.debug('Progress could not be sent', { error }));
  };
}
