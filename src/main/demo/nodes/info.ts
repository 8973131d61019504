/** Writes the specification of a node without repeating what follows from the rest. */
import type { InputSpec, NodeInfo } from '../node.js';

/** The highest seed, 2^64 - 1: more than a double holds, so a specification has it as a bigint. */
export const SEED_MAX = 18446744073709551615n;

/** What PrimitiveInt and PrimitiveFloat allow, 2^63 - 1. */
export const LONG_MAX = 9223372036854775807n;

export interface InfoParts {
  name: string;
  /** Default: the name. V3 nodes without one have null. */
  display?: string | null;
  category: string;
  /** Default `nodes`; the files of comfy_extras otherwise. */
  module?: string;
  required?: Record<string, InputSpec>;
  optional?: Record<string, InputSpec>;
  hidden?: Record<string, unknown>;
  /** Types of the outputs; a pair names the output otherwise than its type. */
  outputs?: (string | [type: string, name: string])[];
  outputNode?: boolean;
  description?: string;
  /** Nodes of ComfyUI's newer interface carry three flags more. */
  v3?: boolean;
}

/** The complete `/object_info` entry. Source of the key order: ComfyUI 0.3.64, server.py node_info(). */
export function nodeInfo({
  name,
  display = name,
  category,
  module = 'nodes',
  required = {},
  optional,
  hidden,
  outputs = [],
  outputNode = false,
  description = '',
  v3 = false,
}: InfoParts): NodeInfo {
  return {
    input: { required, ...(optional ? { optional } : {}), ...(hidden ? { hidden } : {}) },
    input_order: {
      required: Object.keys(required),
      ...(optional ? { optional: Object.keys(optional) } : {}),
      ...(hidden ? { hidden: Object.keys(hidden) } : {}),
    },
    output: outputs.map((output) => (typeof output === 'string' ? output : output[0])),
    output_is_list: outputs.map(() => false),
    output_name: outputs.map((output) => (typeof output === 'string' ? output : output[1])),
    name,
    // Newer nodes without a title have null here in the real answer, so ours have it too.
    display_name: display as string,
    description,
    python_module: module,
    category,
    output_node: outputNode,
    ...(v3 ? { deprecated: false, experimental: false, api_node: false } : {}),
  };
}

/** The hidden inputs of everything that saves files. */
export const SAVES = { prompt: 'PROMPT', extra_pnginfo: 'EXTRA_PNGINFO' } as const;

export const seedInput: InputSpec = ['INT', { default: 0, min: 0, max: SEED_MAX, control_after_generate: true }];

/** A pixel size of EmptyImage, SolidMask and ImageCrop. */
export const sizeInput = (fallback = 512, min = 1): InputSpec => [
  'INT',
  { default: fallback, min, max: 16384, step: 1 },
];
