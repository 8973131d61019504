/** JSON-RPC messages as this bridge looks at them: hardly at all. */

export interface Message {
  id?: string | number | null;
  method?: string;
  params?: Record<string, unknown>;
  result?: unknown;
  error?: unknown;
}

export type Request = Message & { id: string | number; method: string };

const versionKey = 'io.modelcontextprotocol/protocolVersion';
export const subscriptionKey = 'io.modelcontextprotocol/subscriptionId';

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Undefined for anything but one JSON object. */
export function parseMessage(text: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? (value as Message) : undefined;
  } catch {
    return undefined;
  }
}

export function isRequest(message: Message): message is Request {
  return typeof message.method === 'string' && (typeof message.id === 'string' || typeof message.id === 'number');
}

/** Whether it answers a request with this id. */
export function isAnswerTo(id: string | number, message: Message): boolean {
  return message.id === id && message.method === undefined;
}

/** The protocol version that a message of 2026-07-28 or later names for itself; undefined for the older generations. */
export function ownVersion({ params }: Message): string | undefined {
  const meta = params?._meta;
  const version = isObject(meta) ? meta[versionKey] : undefined;
  return typeof version === 'string' ? version : undefined;
}

/** Which parameter the header `Mcp-Name` repeats, by method (2026-07-28, "Standard Request Headers"). */
const nameParameters = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
]);

/** The headers that a request of 2026-07-28 carries over HTTP, besides those of every request. */
export function modernHeaders(request: Request, version: string): Record<string, string> {
  const parameter = nameParameters.get(request.method);
  const name = parameter === undefined ? undefined : request.params?.[parameter];
  return {
    'mcp-protocol-version': version,
    'mcp-method': request.method,
    ...(typeof name === 'string' ? { 'mcp-name': headerValue(name) } : {}),
  };
}

/** What plain ASCII can't carry goes in base64, and so does what looks as if it did. */
function headerValue(text: string): string {
  const plain = /^[\t\x20-\x7e]+$/.test(text) && text === text.trim() && !/^=\?base64\?.*\?=$/.test(text);
  return plain ? text : `=?base64?${Buffer.from(text).toString('base64')}?=`;
}

/** The lists that a server may tell the change of. */
const lists = ['tools', 'resources', 'prompts'];

/**
 * What to tell a client after a time without a connection, in which changes may have been missed.
 *
 * @param wants whether it is to be told of this list
 */
export function changesMissed(wants: (list: string) => boolean, params?: Record<string, unknown>): string[] {
  return lists
    .filter(wants)
    .map((list) => JSON.stringify({ jsonrpc: '2.0', method: `notifications/${list}/list_changed`, params }));
}

export function errorAnswer(id: string | number | null, code: number, message: string, data?: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code, message, ...(data === undefined ? {} : { data }) } });
}

/** One line: JSON holds raw ends of lines between values only, where a space means the same. */
export function asLine(json: string): string {
  return `${json.replaceAll(/[\r\n]+/g, ' ').trim()}\n`;
}
