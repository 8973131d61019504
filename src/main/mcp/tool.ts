/**
 * A tool as the MCP room sees it: a name, compiled schemas and a function. The table is immutable; a change of the
 * workflow library builds the next one and swaps it.
 */
import type { CallToolRequest, CallToolResult, InputRequiredResult, ServerContext } from '@modelcontextprotocol/server';
import type { Annotations, CallContext } from '../../shared/contract.js';

export type JsonSchema = { type: 'object'; [key: string]: unknown };

export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** JSON Schema 2020-12, compiled once when the table is built. */
  readonly inputSchema: JsonSchema;
  readonly outputSchema: JsonSchema;
  /** What the tool list says of both, where that is less. */
  readonly listed?: { readonly inputSchema: JsonSchema; readonly outputSchema: JsonSchema };
  readonly annotations: Annotations;
  /** It begins a job and answers as one: where the client takes tasks, a call need not wait for the end. */
  readonly startsJob?: boolean;
  /** Checks the input itself and throws AppError or ZodError; resolves with the structured content. */
  call(input: Record<string, unknown>, context: CallContext): Promise<Record<string, unknown>>;
  /** Instead of `call`, for answers in forms of the protocol that are more than structured content. */
  answer?(request: CallToolRequest, context: ServerContext): Promise<CallToolResult | InputRequiredResult>;
}

export interface ToolTable {
  /** In the order clients see them: the same on every start. */
  readonly tools: readonly Tool[];
  get(name: string): Tool | undefined;
}
