/** Messages of ComfyUI's WebSocket: text frames as typed messages, binary frames as previews and texts. */
import { z } from 'zod';
import { isRecord } from '../../shared/config-text.js';
import { parseJson } from '../../shared/exact-json.js';
import { idSchema } from './schemas.js';

const promptId = idSchema;
const timestamp = z.number().optional();
const nodeIds = z.array(idSchema).catch([]);
const maybeNodeId = idSchema.nullish();

const progressNodeSchema = z.looseObject({
  value: z.number().catch(0),
  max: z.number().catch(1),
  /** Servers before 2026 leave a failed node 'running'. */
  state: z.enum(['pending', 'running', 'finished', 'error']).catch('running'),
  node_id: maybeNodeId,
  display_node_id: maybeNodeId,
  parent_node_id: maybeNodeId,
  real_node_id: maybeNodeId,
});

/** Known messages, by type. Everything else (custom nodes send their own) is ignored. */
const dataSchemas = {
  status: z.looseObject({
    status: z.looseObject({ exec_info: z.looseObject({ queue_remaining: z.number() }) }),
    sid: z.string().optional(),
  }),
  feature_flags: z.record(z.string(), z.unknown()),
  execution_start: z.looseObject({ prompt_id: promptId, timestamp }),
  execution_cached: z.looseObject({ prompt_id: promptId, nodes: nodeIds, timestamp }),
  /** `node: null` is the end of the prompt, good or bad. After a reconnect there is no prompt_id. */
  executing: z.looseObject({ node: maybeNodeId, display_node: maybeNodeId, prompt_id: promptId.optional() }),
  progress: z.looseObject({
    value: z.number(),
    max: z.number(),
    prompt_id: promptId.nullish(),
    node: maybeNodeId,
  }),
  progress_state: z.looseObject({ prompt_id: promptId, nodes: z.record(z.string(), progressNodeSchema) }),
  /** `output` is null for a cached output node that showed nothing. */
  executed: z.looseObject({
    prompt_id: promptId,
    node: idSchema,
    display_node: maybeNodeId,
    output: z.record(z.string(), z.unknown()).nullish(),
  }),
  execution_success: z.looseObject({ prompt_id: promptId, timestamp }),
  execution_error: z.looseObject({
    prompt_id: promptId,
    node_id: maybeNodeId,
    node_type: z.string().nullish(),
    executed: nodeIds,
    exception_message: z.string().catch(''),
    exception_type: z.string().catch(''),
    traceback: z.array(z.string()).catch([]),
    timestamp,
  }),
  execution_interrupted: z.looseObject({
    prompt_id: promptId,
    node_id: maybeNodeId,
    node_type: z.string().nullish(),
    executed: nodeIds,
    timestamp,
  }),
  logs: z.looseObject({
    entries: z.array(z.looseObject({ t: z.string().optional(), m: z.string() })).catch([]),
  }),
} as const;

type MessageType = keyof typeof dataSchemas;

/** A message as it came, `{type, data}`, with `data` checked and node ids as strings. */
export type ComfyMessage = { [T in MessageType]: { type: T; data: z.infer<(typeof dataSchemas)[T]> } }[MessageType];

export type ParsedText =
  | { kind: 'message'; message: ComfyMessage }
  | { kind: 'unknown'; type: string }
  | { kind: 'malformed'; reason: string };

/** Reads a text frame. Never throws: a bad frame must not end the connection. */
export function parseTextFrame(text: string): ParsedText {
  let frame: unknown;
  try {
    frame = parseJson(text);
  } catch (error) {
    return { kind: 'malformed', reason: `not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (!isRecord(frame) || typeof frame.type !== 'string') return { kind: 'malformed', reason: 'no type' };
  if (!isMessageType(frame.type)) return { kind: 'unknown', type: frame.type };
  const parsed = dataSchemas[frame.type].safeParse(frame.data);
  if (!parsed.success) return { kind: 'malformed', reason: `${frame.type}: ${z.prettifyError(parsed.error)}` };
  // The schema was chosen by the type, which the compiler can't follow through the table.
  return { kind: 'message', message: { type: frame.type, data: parsed.data } as ComfyMessage };
}

function isMessageType(type: string): type is MessageType {
  return Object.hasOwn(dataSchemas, type);
}

/** A preview picture. Ids are missing in the older form (type 1). */
export interface PreviewFrame {
  kind: 'preview';
  mimeType: string;
  /** A view of the frame, not a copy. */
  image: Uint8Array;
  nodeId?: string;
  promptId?: string;
  displayNodeId?: string;
}

export interface TextFrame {
  kind: 'text';
  nodeId: string;
  text: string;
}

const previewMetadataSchema = z.looseObject({
  node_id: maybeNodeId,
  prompt_id: maybeNodeId,
  display_node_id: maybeNodeId,
  image_type: z.string().catch('image/jpeg'),
});

/**
 * Reads a binary frame: a big-endian u32 says the kind. 1 is a picture, 3 a node's text, 4 a picture with metadata;
 * undefined for other kinds and for frames that are cut short.
 */
export function parseBinaryFrame(frame: Uint8Array): PreviewFrame | TextFrame | undefined {
  if (frame.byteLength < 8) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const kind = view.getUint32(0);
  const second = view.getUint32(4);
  if (kind === 1) {
    return { kind: 'preview', mimeType: second === 2 ? 'image/png' : 'image/jpeg', image: frame.subarray(8) };
  }
  if ((kind !== 3 && kind !== 4) || 8 + second > frame.byteLength) return undefined;
  const head = Buffer.from(frame.buffer, frame.byteOffset + 8, second).toString('utf8');
  const rest = frame.subarray(8 + second);
  if (kind === 3) return { kind: 'text', nodeId: head, text: Buffer.from(rest).toString('utf8') };
  return withMetadata(head, rest);
}

function withMetadata(json: string, image: Uint8Array): PreviewFrame | undefined {
  let value: unknown;
  try {
    value = parseJson(json);
  } catch {
    return undefined; // A preview is a nicety: one that can't be read is left out.
  }
  const metadata = previewMetadataSchema.safeParse(value);
  if (!metadata.success) return undefined;
  return {
    kind: 'preview',
    mimeType: metadata.data.image_type,
    image,
    nodeId: metadata.data.node_id ?? undefined,
    promptId: metadata.data.prompt_id ?? undefined,
    displayNodeId: metadata.data.display_node_id ?? undefined,
  };
}
