/** Fixtures of the conformance suite that ask the client for something before they answer. For tests only. */
import { randomBytes } from 'node:crypto';
import {
  createRequestStateCodec,
  type GetPromptResult,
  type InputRequests,
  type InputRequiredResult,
  inputRequired,
  ProtocolError,
  ProtocolErrorCode,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Tool } from '../tool.js';
import { clientCapabilities, raw, text } from './tools.js';

export function form(message: string, properties: Record<string, { type: 'string' } | { type: 'boolean' }>) {
  return inputRequired.elicit({
    message,
    requestedSchema: { type: 'object', properties, required: Object.keys(properties) },
  });
}

const userName = () => form('What is your name?', { name: { type: 'string' } });
const sampling = (words: string, maxTokens: number) =>
  inputRequired.createMessage({
    messages: [{ role: 'user', content: { type: 'text', text: words } }],
    maxTokens,
  });

const accepted = z.object({ action: z.literal('accept'), content: z.record(z.string(), z.unknown()) });

/** One value of a form that the person filled in; undefined when there is none, or it is something else. */
export function answered({ mcpReq }: ServerContext, key: string, field: string): unknown {
  const answer = accepted.safeParse(mcpReq.inputResponses?.[key]);
  return answer.success ? answer.data.content[field] : undefined;
}

const has = ({ mcpReq }: ServerContext, key: string) => mcpReq.inputResponses?.[key] !== undefined;

export function roundTools(): Tool[] {
  const codec = createRequestStateCodec<{ step: number }>({ key: randomBytes(32) });
  const ask = async (inputRequests: InputRequests, step: number): Promise<InputRequiredResult> =>
    inputRequired({ inputRequests, requestState: await codec.mint({ step }) });
  /** The step that the client brought back; 0 when it brought none. */
  const stepOf = async (context: ServerContext): Promise<number> => {
    const state = context.mcpReq.requestState();
    if (typeof state !== 'string') return 0;
    const checked = await codec.verify(state, context).catch(() => undefined);
    if (checked === undefined) throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'requestState was changed.');
    return checked.step;
  };
  const confirm = () => form('Please confirm', { ok: { type: 'boolean' } });
  const stateful = (name: string) =>
    raw(name, async (_args, context) => {
      if ((await stepOf(context)) === 0 || !has(context, 'confirm')) return ask({ confirm: confirm() }, 1);
      return text('state-ok');
    });

  return [
    raw('test_input_required_result_elicitation', async (_args, context) => {
      const name = answered(context, 'user_name', 'name');
      return typeof name === 'string'
        ? text(`Hello, ${name}!`)
        : inputRequired({ inputRequests: { user_name: userName() } });
    }),
    raw('test_input_required_result_sampling', async (_args, context) => {
      const key = 'capital_question';
      if (!has(context, key)) {
        return inputRequired({ inputRequests: { [key]: sampling('What is the capital of France?', 100) } });
      }
      return text(JSON.stringify(context.mcpReq.inputResponses?.[key]));
    }),
    raw('test_input_required_result_list_roots', async (_args, context) => {
      const key = 'client_roots';
      if (!has(context, key)) return inputRequired({ inputRequests: { [key]: inputRequired.listRoots() } });
      return text(JSON.stringify(context.mcpReq.inputResponses?.[key]));
    }),
    stateful('test_input_required_result_request_state'),
    stateful('test_input_required_result_tampered_state'),
    raw('test_input_required_result_multiple_inputs', async (_args, context) => {
      const keys = ['user_name', 'greeting', 'client_roots'];
      if ((await stepOf(context)) > 0 && keys.every((key) => has(context, key))) return text('All three came.');
      const greeting = sampling('Generate a greeting', 50);
      return ask({ user_name: userName(), greeting, client_roots: inputRequired.listRoots() }, 1);
    }),
    raw('test_input_required_result_multi_round', async (_args, context) => {
      const step = await stepOf(context);
      if (step === 0) return ask({ step1: form('Step 1: What is your name?', { name: { type: 'string' } }) }, 1);
      if (step === 1) {
        return ask({ step2: form('Step 2: What is your favorite color?', { color: { type: 'string' } }) }, 2);
      }
      return text(`You like ${String(answered(context, 'step2', 'color'))}.`);
    }),
    raw('test_input_required_result_capabilities', async (_args, context) => {
      const can = clientCapabilities(context);
      const inputRequests: InputRequests = {
        ...(can.sampling !== undefined && { greeting: sampling('Generate a greeting', 50) }),
        ...(can.elicitation !== undefined && { user_name: userName() }),
        ...(can.roots !== undefined && { client_roots: inputRequired.listRoots() }),
      };
      if (Object.keys(inputRequests).length === 0) return text('There is nothing to ask you.');
      return Object.keys(inputRequests).every((key) => has(context, key))
        ? text('Thank you.')
        : inputRequired({ inputRequests });
    }),
    raw('test_streaming_elicitation', async (_args, context) => {
      await context.mcpReq.notify({
        method: 'notifications/progress',
        params: { progressToken: context.mcpReq._meta?.progressToken ?? 'none', progress: 1 },
      });
      return has(context, 'user_name')
        ? text('Thank you.')
        : inputRequired({ inputRequests: { user_name: userName() } });
    }),
  ];
}

export async function askingPrompt(context: ServerContext): Promise<GetPromptResult | InputRequiredResult> {
  const told = answered(context, 'user_context', 'context');
  if (typeof told !== 'string') {
    const user_context = form('What context should the prompt use?', { context: { type: 'string' } });
    return inputRequired({ inputRequests: { user_context } });
  }
  return { messages: [{ role: 'user', content: { type: 'text', text: `Use this context: ${told}` } }] };
}
