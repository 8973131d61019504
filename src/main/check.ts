/** The product's own check of its endpoint: connects as an agent would, with the official client. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport, StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { OperationOutput } from '../shared/contract.js';
import { AppError } from '../shared/errors.js';

/** Milliseconds after which an endpoint that says nothing counts as failed. */
const timeout = 10_000;

/**
 * Connects, lists the tools and takes its leave. Never throws: a failure is in `error`, with UNAUTHORIZED for a wrong
 * or missing token.
 * @param url address of `/mcp`
 * @param token bearer token; '' = none
 */
export async function checkEndpoint({
  url,
  token = '',
}: {
  url: string;
  token?: string;
}): Promise<OperationOutput<'check_endpoint'>> {
  const started = performance.now();
  const elapsed = () => Math.round(performance.now() - started);
  const client = new Client({ name: 'connection-check', version: '1' });
  try {
    const transport = new StreamableHTTPClientTransport(new URL(url), {
      requestInit: token === '' ? {} : { headers: { authorization: `Bearer ${token}` } },
    });
    await client.connect(transport, { timeout });
    const { tools } = await client.listTools(undefined, { timeout });
    await transport.terminateSession();
    return { ok: true, tools: tools.length, elapsed_ms: elapsed(), error: null };
  } catch (error) {
    return { ok: false, tools: 0, elapsed_ms: elapsed(), error: explain(error, url).toValue() };
  } finally {
    await client.close();
  }
}

function explain(error: unknown, url: string): AppError {
  const details = { url };
  if (error instanceof StreamableHTTPError && error.code === 401) {
    return new AppError('UNAUTHORIZED', 'The endpoint refused the token.', {
      hint: 'Give the token of the settings.',
      details,
      cause: error,
    });
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new AppError('INTERNAL_ERROR', `No MCP endpoint answers at ${url}: ${why}`, {
    hint: 'Is the endpoint switched on, and is this its address?',
    details,
    cause: error,
  });
}
