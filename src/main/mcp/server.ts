/**
 * The MCP server of one session (older generation) or one request (2026-07-28). Requests are handled on the low level:
 * the tool table is compiled elsewhere, so making a server costs two closures.
 */
import { ProtocolError, ProtocolErrorCode, Server, type ServerContext } from '@modelcontextprotocol/server';
import type { CallContext } from '../../shared/contract.js';
import { AppError, toErrorValue } from '../../shared/errors.js';
import type { Logger } from '../ports.js';
import { type AttachedImage, toCallResult, toErrorResult } from './answers.js';
import type { Tool, ToolTable } from './tool.js';

/** The protocol version that brought resource links: to clients of older ones the block is unknown. */
const linksSince = '2025-06-18';

export interface ServerParts {
  name: string;
  version: string;
  instructions: string;
  tools: () => ToolTable;
  logger: Logger;
}

/** What a generation knows about who is calling. */
export interface Caller {
  sessionId(context: ServerContext): string | undefined;
  /** A tool call begins. */
  called(client: CallContext['client']): void;
  /** The client gave a call up: its answer will never be sent. */
  abandoned?(requestId: string | number): void;
}

type Listing = { tools: ReturnType<typeof listed>[] };

/** Makes servers that share one tool table, which may change under way. */
export function createServerFactory({
  name,
  version,
  instructions,
  tools,
  logger,
}: ServerParts): (caller: Caller) => Server {
  let cached: { table: ToolTable; listing: Listing } | undefined;
  const listing = () => {
    const table = tools();
    if (cached?.table !== table) cached = { table, listing: { tools: table.tools.map(listed) } };
    return cached.listing;
  };

  return (caller) => {
    const server = new Server({ name, version }, { capabilities: { tools: { listChanged: true } }, instructions });
    server.setRequestHandler('tools/list', () => listing());
    server.setRequestHandler('tools/call', async (request, context) => {
      const tool = tools().get(request.params.name);
      if (tool === undefined) {
        throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool: ${request.params.name}`);
      }
      const identity = server.getClientVersion();
      const client = identity && { name: identity.name, version: identity.version };
      caller.called(client);
      const links = (server.getNegotiatedProtocolVersion() ?? linksSince) >= linksSince;
      return callTool({ tool, input: request.params.arguments ?? {}, client, caller, context, links, logger });
    });
    return server;
  };
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

async function callTool({
  tool,
  input,
  client,
  caller,
  context,
  links,
  logger,
}: {
  tool: Tool;
  input: Record<string, unknown>;
  client: CallContext['client'];
  caller: Caller;
  context: ServerContext;
  links: boolean;
  logger: Logger;
}) {
  const images: AttachedImage[] = [];
  const cancelled = context.mcpReq.signal;
  const disconnected = context.http?.req?.signal;
  const signal = disconnected === undefined ? cancelled : AbortSignal.any([cancelled, disconnected]);
  try {
    const structured = await tool.call(input, {
      door: 'mcp',
      sessionId: caller.sessionId(context),
      client,
      signal,
      progress: progressSender(context, logger),
      attachImage: (image) => void images.push(image),
    });
    return toCallResult(structured, images, { links });
  } catch (error) {
    if (!signal.aborted) report(tool.name, error, logger);
    return toErrorResult(signal.aborted && !(error instanceof AppError) ? givenUp(error) : error);
  } finally {
    if (cancelled.aborted) caller.abandoned?.(context.mcpReq.id);
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
