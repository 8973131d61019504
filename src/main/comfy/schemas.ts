/**
 * Shapes of ComfyUI's HTTP answers, as far as they are used. All are loose: unknown keys stay, missing optional ones are
 * fine, so that servers of 2023 and of next year both pass. Messages of the WebSocket are in messages.ts.
 */
import { z } from 'zod';
import { isRecord } from '../../shared/config-text.js';

/** An id: a text, though some custom nodes and old servers write numbers. */
export const idSchema = z.union([z.string(), z.number().transform(String)]);

/** A file that ComfyUI made or holds. `subfolder` uses the server's own separators. */
export const fileRefSchema = z.looseObject({
  filename: z.string(),
  subfolder: z.string().nullish(),
  type: z.string().nullish(),
});

export const promptAnswerSchema = z.looseObject({
  prompt_id: z.string(),
  number: z.coerce.number().optional().catch(undefined),
  node_errors: z.unknown().optional(),
});

const extraInfoSchema = z.looseObject({
  input_name: z.string().optional(),
  input_config: z.unknown().optional(),
  received_value: z.unknown().optional(),
});

export const nodeErrorSchema = z.looseObject({
  errors: z
    .array(
      z.looseObject({
        type: z.string().catch('unknown'),
        message: z.string().catch(''),
        details: z.string().catch(''),
        extra_info: extraInfoSchema.catch({}),
      }),
    )
    .catch([]),
  dependent_outputs: z.array(idSchema).catch([]),
  class_type: z.string().catch(''),
});

export type NodeErrors = Record<string, z.infer<typeof nodeErrorSchema>>;

/** `{}` and, before 2023-05, `[]` both mean none. Entries that can't be read are left out. */
export const nodeErrorsSchema: z.ZodType<NodeErrors> = z.preprocess(
  (value) => (Array.isArray(value) || value === null || value === undefined ? {} : value),
  z.record(z.string(), nodeErrorSchema),
);

/** A refusal of POST /prompt. Servers of early 2023 give a bare string instead of the error object. */
export const promptRefusalSchema = z.looseObject({
  error: z.union([
    z
      .string()
      .transform((message) => ({ type: 'unknown', message, details: '', extra_info: {} as Record<string, unknown> })),
    z.looseObject({
      type: z.string().catch('unknown'),
      message: z.string().catch(''),
      details: z.string().catch(''),
      extra_info: z.record(z.string(), z.unknown()).catch((): Record<string, unknown> => ({})),
    }),
  ]),
  node_errors: nodeErrorsSchema.catch({}),
});

export type PromptRefusal = z.infer<typeof promptRefusalSchema>;

/** `[number, prompt_id, prompt, extra_data, outputs_to_execute]`, with more elements some day. */
const queueItemSchema = z
  .tuple([z.coerce.number(), idSchema])
  .rest(z.unknown())
  .transform(([number, promptId, graph, extraData, outputs]) => ({
    number,
    promptId,
    graph: isRecord(graph) ? graph : {},
    extraData: isRecord(extraData) ? extraData : {},
    outputs: Array.isArray(outputs) ? outputs.map(String) : [],
  }));

export type QueueItem = z.infer<typeof queueItemSchema>;

export const queueSchema = z.looseObject({
  queue_running: z.array(queueItemSchema),
  queue_pending: z.array(queueItemSchema),
});

export const historyStatusSchema = z.looseObject({
  status_str: z.string().catch(''),
  completed: z.boolean().catch(false),
  messages: z.array(z.tuple([z.string(), z.record(z.string(), z.unknown())]).rest(z.unknown())).catch([]),
});

export type HistoryStatus = z.infer<typeof historyStatusSchema>;

/** One entry of the history. `status` is absent before 2024-01; `outputs` maps node id to whatever the node showed. */
export const historyEntrySchema = z.looseObject({
  prompt: queueItemSchema.nullish().catch(undefined),
  outputs: z.record(z.string(), z.unknown()).catch({}),
  status: historyStatusSchema.nullish().catch(undefined),
  meta: z.record(z.string(), z.unknown()).nullish().catch(undefined),
});

export type HistoryEntry = z.infer<typeof historyEntrySchema>;

export const historySchema = z.record(z.string(), historyEntrySchema);

const bytes = z.number().nullish().catch(undefined);

export const systemStatsSchema = z.looseObject({
  system: z
    .looseObject({
      os: z.string().optional(),
      comfyui_version: z.string().nullish(),
      python_version: z.string().nullish(),
      pytorch_version: z.string().nullish(),
      ram_total: bytes,
      ram_free: bytes,
      argv: z.array(z.string()).optional().catch(undefined),
    })
    .catch({}),
  devices: z
    .array(
      z.looseObject({
        name: z.string().catch('unknown'),
        type: z.string().catch('unknown'),
        index: z.number().nullish(),
        vram_total: bytes,
        vram_free: bytes,
        torch_vram_total: bytes,
        torch_vram_free: bytes,
      }),
    )
    .catch([]),
});

export type SystemStats = z.infer<typeof systemStatsSchema>;

export const featuresSchema = z.looseObject({
  supports_preview_metadata: z.boolean().optional().catch(undefined),
  max_upload_size: z.number().optional().catch(undefined),
});

export type Features = z.infer<typeof featuresSchema>;

export const namesSchema = z.array(z.string());

export const uploadAnswerSchema = z.looseObject({
  name: z.string(),
  subfolder: z.string().catch(''),
  type: z.string().catch('input'),
});

/** One job of the jobs API (December 2025 and later). Null keys are left out by the server. */
export const serverJobSchema = z.looseObject({
  id: z.string(),
  status: z.enum(['pending', 'in_progress', 'completed', 'failed', 'cancelled']).or(z.string()),
  priority: z.number().nullish(),
  create_time: z.number().nullish(),
  execution_start_time: z.number().nullish(),
  execution_end_time: z.number().nullish(),
  execution_error: z.record(z.string(), z.unknown()).nullish(),
  outputs_count: z.number().nullish(),
  outputs: z.record(z.string(), z.unknown()).nullish(),
  execution_status: historyStatusSchema.nullish().catch(undefined),
});

export type ServerJob = z.infer<typeof serverJobSchema>;

export const serverJobsSchema = z.looseObject({ jobs: z.array(serverJobSchema) });

export const cancelAnswerSchema = z.looseObject({ cancelled: z.boolean().catch(false) });

/** `[type, options?]`; type is a name, or the list of choices of an older combo. */
export type InputSpec = readonly [type: unknown, options?: Record<string, unknown>];

/** One node class of `/object_info`, with what old servers leave out filled in. Unknown keys stay. */
export interface NodeInfo {
  name: string;
  display_name: string | null;
  category: string;
  description: string;
  python_module: string;
  output_node: boolean;
  input: {
    required: Record<string, InputSpec>;
    optional: Record<string, InputSpec>;
    hidden: Record<string, unknown>;
  };
  /** Order of the inputs; key order where the server is older than 2024-08-15. */
  input_order: { required: string[]; optional: string[] };
  output: unknown[];
  output_name: string[];
  output_is_list: boolean[];
  [extra: string]: unknown;
}

export type ObjectInfo = Record<string, NodeInfo>;

/**
 * Reads `/object_info`. By hand and shallow, because it is several megabytes with custom nodes: one pass over the classes, none
 * over their options. A class or an input that can't be read is left out, not fatal. The value is changed in place.
 */
export function readObjectInfo(value: unknown): ObjectInfo | undefined {
  if (!isRecord(value)) return undefined;
  const info: ObjectInfo = {};
  for (const [name, raw] of Object.entries(value)) {
    if (isRecord(raw)) info[name] = readNodeInfo(name, raw);
  }
  return info;
}

/** Completes a class in place: the value is ours, fresh from the parser, and copies of thousands of classes cost a second. */
function readNodeInfo(name: string, raw: Record<string, unknown>): NodeInfo {
  const input = isRecord(raw.input) ? raw.input : {};
  const order = isRecord(raw.input_order) ? raw.input_order : {};
  const required = specs(input.required);
  const optional = specs(input.optional);
  return Object.assign(raw, {
    name,
    display_name: typeof raw.display_name === 'string' ? raw.display_name : null,
    category: text(raw.category),
    description: text(raw.description),
    python_module: text(raw.python_module),
    output_node: raw.output_node === true,
    input: Object.assign(input, { required, optional, hidden: isRecord(input.hidden) ? input.hidden : {} }),
    input_order: {
      required: names(order.required) ?? Object.keys(required),
      optional: names(order.optional) ?? Object.keys(optional),
    },
    output: Array.isArray(raw.output) ? raw.output : [],
    output_name: names(raw.output_name) ?? [],
    output_is_list: Array.isArray(raw.output_is_list) ? raw.output_is_list.map(Boolean) : [],
  });
}

/** Drops what is no specification, and options that are none. */
function specs(value: unknown): Record<string, InputSpec> {
  if (!isRecord(value)) return {};
  for (const [name, spec] of Object.entries(value)) {
    if (!Array.isArray(spec) || spec.length === 0) delete value[name];
    else if (spec.length > 1 && !isRecord(spec[1])) value[name] = [spec[0]];
  }
  return value as Record<string, InputSpec>;
}

/** The choices of a combo, whichever way the node is written; undefined for inputs of other types and for remote combos. */
export function comboOptions(spec: InputSpec | undefined): string[] | undefined {
  if (spec === undefined) return undefined;
  const [type, options] = spec;
  if (Array.isArray(type)) return type.map(String);
  if (type === 'COMBO' && Array.isArray(options?.options)) return options.options.map(String);
  return undefined;
}

function names(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.map(String) : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
