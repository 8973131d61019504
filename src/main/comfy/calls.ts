/** What all calls to a ComfyUI server have in common: send, look at the status, parse, check. */
import { z } from 'zod';
import { AppError } from '../../shared/errors.js';
import { parseJson, parseJsonRounded, stringifyJson } from '../../shared/exact-json.js';
import { badResponse, badStatus } from './failures.js';
import type { ComfyRequest, Transport } from './http.js';

export interface CallOptions {
  signal?: AbortSignal;
}

export type Call = Partial<ComfyRequest> & {
  path: string;
  maxBytes?: number;
  /** Long integers may be rounded: see parseJsonRounded. */
  rounded?: boolean;
};

export interface TextAnswer {
  status: number;
  text: string;
}

export const mega = 1_048_576;

export type Calls = ReturnType<typeof createCalls>;

/** Calls for one server. `address` is shown in errors. */
export function createCalls(transport: Transport, address: string, timeoutMs: number) {
  function text(call: Call): Promise<TextAnswer> {
    return transport.sendForText({ method: 'GET', timeoutMs, maxBytes: 64 * mega, ...call });
  }

  /** An answer of 200, parsed and checked; undefined when the status is one of `absent`. */
  async function optional<T>(call: Call, schema: z.ZodType<T>, absent: readonly number[]): Promise<T | undefined> {
    const answer = await text(call);
    if (absent.includes(answer.status)) return undefined;
    if (answer.status !== 200) throw badStatus(address, nameOf(call), answer.status, answer.text);
    const parsed = schema.safeParse(parse(call, answer.text));
    if (parsed.success) return parsed.data;
    throw badResponse(address, `unexpected content of ${nameOf(call)}`, {
      problem: z.prettifyError(parsed.error),
    });
  }

  async function get<T>(call: Call, schema: z.ZodType<T>): Promise<T> {
    const value = await optional(call, schema, []);
    if (value === undefined) throw badResponse(address, `${nameOf(call)} is empty`);
    return value;
  }

  function parse(call: Call, content: string): unknown {
    try {
      return call.rounded ? parseJsonRounded(content) : parseJson(content);
    } catch (cause) {
      const start = content.slice(0, 200);
      throw badResponse(address, `${nameOf(call)} is not JSON`, { start, cause: String(cause) });
    }
  }

  function post(path: string, body: unknown, options: CallOptions | undefined): Promise<TextAnswer> {
    return text({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      body: stringifyJson(body),
      signal: options?.signal,
    });
  }

  /** A command: any 2xx is fine, the body is of no interest. */
  async function command(path: string, body: unknown, options: CallOptions | undefined): Promise<void> {
    const answer = await post(path, body, options);
    if (answer.status < 200 || answer.status > 299) {
      throw badStatus(address, `POST ${path}`, answer.status, answer.text);
    }
  }

  /** An answer of the jobs API. @throws AppError NOT_SUPPORTED when the server has no such route. */
  function jobsAnswer<T>(call: Call, answer: TextAnswer, schema: z.ZodType<T>): T {
    if (answer.status === 404 || answer.status === 405) {
      throw new AppError('NOT_SUPPORTED', 'This version of ComfyUI has no such call of the jobs API.', {
        details: { call: nameOf(call), status: answer.status },
      });
    }
    if (answer.status !== 200) throw badStatus(address, nameOf(call), answer.status, answer.text);
    const parsed = schema.safeParse(parse(call, answer.text));
    if (parsed.success) return parsed.data;
    throw badResponse(address, `unexpected content of ${nameOf(call)}`, {
      problem: z.prettifyError(parsed.error),
    });
  }

  return { text, optional, get, parse, post, command, jobsAnswer };
}

function nameOf(call: { method?: string; path: string }): string {
  return `${call.method ?? 'GET'} ${call.path}`;
}
