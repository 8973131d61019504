/** Agents of both protocol generations, through the official clients: over streamable HTTP, or what they are given. */
import {
  Client as CurrentClient,
  StreamableHTTPClientTransport as CurrentHttp,
  type Transport as CurrentTransport,
} from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';

export type Generation = '2025-11-25' | '2026-07-28';
export const generations: readonly Generation[] = ['2025-11-25', '2026-07-28'];

export interface Agent {
  /**
   * Calls a tool and answers its structured content, its content blocks, and whether it was an error. Rejects when the
   * signal gives the call up.
   */
  call(
    name: string,
    args: Record<string, unknown>,
    onProgress?: (progress: Progress) => void,
    signal?: AbortSignal,
  ): Promise<ToolAnswer>;
  tools(): Promise<ListedTool[]>;
  close(): Promise<void>;
}

export interface Progress {
  progress: number;
  total?: number;
  message?: string;
}

export interface ToolAnswer {
  structured: Record<string, unknown>;
  content: { type: string; text?: string; data?: string; mimeType?: string }[];
  isError: boolean;
}

export interface ListedTool {
  name: string;
  title?: string;
  description?: string;
  inputSchema: Record<string, unknown>;
  outputSchema?: Record<string, unknown>;
  annotations?: Record<string, unknown>;
}

export interface AgentOptions {
  name?: string;
  generation?: Generation;
  /** Told when the server says that its tools have changed. */
  onToolsChanged?: () => void;
}

/** Ways to an endpoint, one for each generation's client. */
export interface Transports {
  '2025-11-25': () => Transport;
  '2026-07-28': () => CurrentTransport;
}

/** `to`: the address of an endpoint, or another way to one. */
export function connectAgent(to: string | Transports, options: AgentOptions = {}): Promise<Agent> {
  const ways = typeof to === 'string' ? overHttp(new URL(to)) : to;
  return options.generation === '2026-07-28'
    ? connectCurrent(ways['2026-07-28'](), options)
    : connectWithSession(ways['2025-11-25'](), options);
}

function overHttp(url: URL): Transports {
  return {
    '2025-11-25': () => new StreamableHTTPClientTransport(url),
    '2026-07-28': () => new CurrentHttp(url),
  };
}

/** The generation with sessions, which most clients speak. */
async function connectWithSession(
  transport: Transport,
  { name = 'e2e-agent', onToolsChanged }: AgentOptions,
): Promise<Agent> {
  const client = new Client({ name, version: '1.0.0' });
  if (onToolsChanged) client.setNotificationHandler(ToolListChangedNotificationSchema, onToolsChanged);
  await client.connect(transport);
  return {
    async call(tool, args, onProgress, signal) {
      return answerOf(
        await client.callTool({ name: tool, arguments: args }, undefined, callOptions(onProgress, signal)),
      );
    },
    tools: async () => (await client.listTools()).tools,
    close: () => client.close(),
  };
}

async function connectCurrent(
  transport: CurrentTransport,
  { name = 'e2e-agent', onToolsChanged }: AgentOptions,
): Promise<Agent> {
  const listChanged = onToolsChanged && { tools: { autoRefresh: false, debounceMs: 0, onChanged: onToolsChanged } };
  const client = new CurrentClient(
    { name, version: '1.0.0' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } }, ...(listChanged ? { listChanged } : {}) },
  );
  await client.connect(transport);
  return {
    async call(tool, args, onProgress, signal) {
      return answerOf(await client.callTool({ name: tool, arguments: args }, callOptions(onProgress, signal)));
    },
    tools: async () => (await client.listTools()).tools,
    close: () => client.close(),
  };
}

function callOptions(onProgress: ((progress: Progress) => void) | undefined, signal: AbortSignal | undefined) {
  return { ...(onProgress ? { onprogress: onProgress } : {}), ...(signal ? { signal } : {}) };
}

function answerOf(answer: unknown): ToolAnswer {
  const { structuredContent, content, isError } = answer as Record<string, unknown>;
  return {
    structured: (structuredContent ?? {}) as Record<string, unknown>,
    content: content as ToolAnswer['content'],
    isError: isError === true,
  };
}
