/**
 * Tools that the official conformance suite calls, as its scenarios describe them. They try what the protocol allows and
 * the product has no use for. For tests only: nothing that is shipped imports this folder.
 */
import {
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  MissingRequiredClientCapabilityError,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { isRecord } from '../../../shared/config-text.js';
import type { Tool } from '../tool.js';

/** One red pixel, and a wave file without a sample. */
export const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';
const wav = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=';

export function text(words: string): CallToolResult {
  return { content: [{ type: 'text', text: words }] };
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A tool that answers in the protocol's own words. */
export function raw(
  name: string,
  answer: (args: Record<string, unknown>, context: ServerContext) => ReturnType<NonNullable<Tool['answer']>>,
  properties: Record<string, unknown> = {},
): Tool {
  return {
    name,
    title: name,
    description: `Conformance fixture ${name}.`,
    inputSchema: { type: 'object', properties },
    outputSchema: { type: 'object' },
    annotations: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
    call: () => Promise.reject(new Error('It answers by itself.')),
    answer: ({ params }, context) => answer(params.arguments ?? {}, context),
  };
}

/** What the client of a request says it can do: each request of 2026-07-28 tells it anew. */
export function clientCapabilities({ mcpReq }: ServerContext): Record<string, unknown> {
  const envelope: unknown = mcpReq.envelope;
  const told = isRecord(envelope) ? envelope[CLIENT_CAPABILITIES_META_KEY] : undefined;
  return isRecord(told) ? told : {};
}

async function logging({ mcpReq }: ServerContext): Promise<CallToolResult> {
  for (const words of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
    await mcpReq.log('info', words);
    await pause(50);
  }
  return text('Three messages were logged.');
}

const withDefaults = {
  name: { type: 'string', default: 'John Doe' },
  age: { type: 'integer', default: 30 },
  score: { type: 'number', default: 95.5 },
  status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
  verified: { type: 'boolean', default: true },
} as const;

const titled = (...titles: string[]) => titles.map((title, index) => ({ const: `value${index + 1}`, title }));
const options = ['option1', 'option2', 'option3'];
const withChoices = {
  untitledSingle: { type: 'string', enum: options },
  titledSingle: { type: 'string', oneOf: titled('First Option', 'Second Option', 'Third Option') },
  legacyEnum: {
    type: 'string',
    enum: ['opt1', 'opt2', 'opt3'],
    enumNames: ['Option One', 'Option Two', 'Option Three'],
  },
  untitledMulti: { type: 'array', items: { type: 'string', enum: options } },
  titledMulti: { type: 'array', items: { anyOf: titled('First Choice', 'Second Choice', 'Third Choice') } },
} as const;

type FormProperties = Parameters<ServerContext['mcpReq']['elicitInput']>[0] extends infer P
  ? P extends { requestedSchema: { properties: infer Q } }
    ? Q
    : never
  : never;

async function elicited({ mcpReq }: ServerContext, message: string, properties: FormProperties, required?: string[]) {
  const requestedSchema = { type: 'object' as const, properties, ...(required && { required }) };
  const { action, content } = await mcpReq.elicitInput({ mode: 'form', message, requestedSchema });
  return { action, content: JSON.stringify(content ?? {}) };
}

const dialect = 'https://json-schema.org/draft/2020-12/schema';
const fullSchema: Tool['inputSchema'] = {
  $schema: dialect,
  type: 'object',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  ...Object.fromEntries([['then', { required: ['phone'] }]]),
  else: { required: ['email'] },
  additionalProperties: false,
};

/** @param toolsChanged tells clients that the list changed */
export function contentTools(toolsChanged: () => void): Tool[] {
  return [
    raw('test_simple_text', async () => text('This is a simple text response for testing.')),
    raw('test_image_content', async () => ({ content: [{ type: 'image', data: png, mimeType: 'image/png' }] })),
    raw('test_audio_content', async () => ({ content: [{ type: 'audio', data: wav, mimeType: 'audio/wav' }] })),
    raw('test_embedded_resource', async () => ({
      content: [
        {
          type: 'resource',
          resource: {
            uri: 'test://embedded-resource',
            mimeType: 'text/plain',
            text: 'This is an embedded resource content.',
          },
        },
      ],
    })),
    raw('test_multiple_content_types', async () => ({
      content: [
        { type: 'text', text: 'Multiple content types test:' },
        { type: 'image', data: png, mimeType: 'image/png' },
        {
          type: 'resource',
          resource: {
            uri: 'test://mixed-content-resource',
            mimeType: 'application/json',
            text: JSON.stringify({ test: 'data', value: 123 }),
          },
        },
      ],
    })),
    raw('test_error_handling', async () => {
      throw new Error('This tool intentionally returns an error for testing');
    }),
    {
      // By the way that tools of the product go: progress is what their operations tell.
      ...raw('test_tool_with_progress', async () => text('')),
      answer: undefined,
      async call(_input, { progress }) {
        for (const value of [0, 50, 100]) {
          progress({ value, max: 100, message: `${value} of 100` });
          await pause(50);
        }
        return { done: true };
      },
    },
    raw('test_tool_with_logging', (_args, context) => logging(context)),
    raw('test_logging_tool', (_args, context) => logging(context)),
    raw(
      'test_sampling',
      async ({ prompt }, { mcpReq }) => {
        const content = { type: 'text' as const, text: String(prompt) };
        const answer = await mcpReq.requestSampling({ messages: [{ role: 'user', content }], maxTokens: 100 });
        return text(`LLM response: ${JSON.stringify(answer.content)}`);
      },
      { prompt: { type: 'string' } },
    ),
    raw(
      'test_elicitation',
      async ({ message }, context) => {
        const fields = {
          username: { type: 'string', description: "User's response" },
          email: { type: 'string', description: "User's email address" },
        } as const;
        const { action, content } = await elicited(context, String(message), fields, ['username', 'email']);
        return text(`User response: action: ${action}, content: ${content}`);
      },
      { message: { type: 'string' } },
    ),
    raw('test_elicitation_sep1034_defaults', async (_args, context) => {
      const { action, content } = await elicited(context, 'Confirm these values.', withDefaults);
      return text(`Elicitation completed: action=${action}, content=${content}`);
    }),
    raw('test_elicitation_sep1330_enums', async (_args, context) => {
      const { action, content } = await elicited(context, 'Choose.', withChoices as unknown as FormProperties);
      return text(`Elicitation completed: action=${action}, content=${content}`);
    }),
    raw('test_reconnection', async (_args, { http }) => {
      http?.closeSSE?.();
      await pause(100);
      return text('Reconnected.');
    }),
    raw('test_missing_capability', async (_args, context) => {
      if (clientCapabilities(context).sampling === undefined) {
        throw new MissingRequiredClientCapabilityError({ requiredCapabilities: { sampling: {} } });
      }
      return text('It can sample.');
    }),
    raw('test_trigger_tool_change', async () => {
      toolsChanged();
      return text('The list changed.');
    }),
    { ...raw('json_schema_2020_12_tool', async () => text('ok')), inputSchema: fullSchema },
  ];
}
