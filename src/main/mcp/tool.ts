/**
 * A tool as the MCP room sees it: a name, compiled schemas and a function. The table is immutable; a change of the
 * workflow library builds the next one and swaps it.
 */
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
  /** Checks the input itself and throws AppError or ZodError; resolves with the structured content. */
  call(input: Record<string, unknown>, context: CallContext): Promise<Record<string, unknown>>;
}

export interface ToolTable {
  /** In the order clients see them: the same on every start. */
  readonly tools: readonly Tool[];
  get(name: string): Tool | undefined;
}
