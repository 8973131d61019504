/**
 * Node classes as ComfyUI's `/object_info` describes them, in one form for every version: choices as a list (old) or as
 * COMBO with options (new), unions, missing options, limits that are no numbers.
 */
import { isRecord } from './config-text.js';
import type { InputMedia, ParamValue } from './params.js';
import type { GraphNode } from './workflow.js';

/** How a literal for an input looks; `link`: it takes another node's output, or is a widget of a kind we don't know. */
export type NodeInputKind = 'combo' | 'integer' | 'number' | 'string' | 'boolean' | 'link';

export interface NodeInputSpec {
  readonly name: string;
  readonly kind: NodeInputKind;
  /** The type as ComfyUI names it: `INT`, `MODEL`, `A,B`, `*`; `COMBO` for every list of choices. */
  readonly type: string;
  readonly required: boolean;
  /** Of a combo. Absent where the list comes from elsewhere (remote combos), empty where nothing is installed. */
  readonly choices?: readonly (string | number | boolean)[];
  /** A combo that takes several of its choices at once. */
  readonly multiselect?: boolean;
  /** The choices are files that can be uploaded: ComfyUI checks the file itself, not the list. */
  readonly upload?: boolean;
  /** And of this kind; absent where the server tells no kind we know. */
  readonly media?: InputMedia;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  readonly default?: ParamValue;
  readonly multiline?: boolean;
  readonly tooltip?: string;
}

export interface NodeSpec {
  readonly class_type: string;
  readonly display_name: string;
  /** By name; ask with `inputSpec`, since names come from outside. */
  readonly inputs: Readonly<Record<string, NodeInputSpec>>;
  /** Type of each output slot. */
  readonly outputs: readonly string[];
  /** Its results are outputs of the job, such as saved files. */
  readonly output_node: boolean;
  /** Python module that brings it, such as `nodes` or `custom_nodes.ComfyUI-Impact-Pack`; older servers don't tell. */
  readonly module?: string;
}

/** The node classes that the engine has, as last read from it. */
export interface NodeCatalog {
  get(classType: string): NodeSpec | undefined;
  /** Every class name, for suggestions. */
  names(): readonly string[];
  /**
   * Reads them anew, unless what is known is no older than `olderThanMs`. Rejects with COMFYUI_UNREACHABLE and its like
   * when the engine can't be asked.
   */
  refresh(options?: { olderThanMs?: number }): Promise<void>;
}

/** The specification of one input, or nothing when the node has no such input. */
export function inputSpec(spec: NodeSpec, name: string): NodeInputSpec | undefined {
  return Object.hasOwn(spec.inputs, name) ? spec.inputs[name] : undefined;
}

/**
 * One entry of `/object_info`, normalised; undefined when it has no such form. `classType` is the entry's key, for the
 * servers that leave out `name`. Source: ComfyUI's node_info() and its V1 and V3 node schemas.
 */
export function parseNodeSpec(entry: unknown, classType?: string): NodeSpec | undefined {
  if (!isRecord(entry)) return undefined;
  const name = classType ?? entry.name;
  if (typeof name !== 'string' || name === '') return undefined;
  const input = isRecord(entry.input) ? entry.input : {};
  const order = isRecord(entry.input_order) ? entry.input_order : {};
  const inputs = [
    ...parseInputs(input.required, order.required, true),
    ...parseInputs(input.optional, order.optional, false),
  ];
  const outputs = Array.isArray(entry.output) ? entry.output : [];
  // A picture that only ever becomes a mask is wanted as one.
  const onlyMasks = outputs.length > 0 && outputs.every((type) => type === 'MASK');
  return {
    class_type: name,
    display_name: typeof entry.display_name === 'string' && entry.display_name !== '' ? entry.display_name : name,
    inputs: Object.fromEntries(
      inputs.map((spec) => [spec.name, onlyMasks && spec.media === 'image' ? { ...spec, media: 'mask' } : spec]),
    ),
    outputs: outputs.map((type) => (typeof type === 'string' ? type : 'COMBO')),
    output_node: entry.output_node === true,
    ...(typeof entry.python_module === 'string' ? { module: entry.python_module } : {}),
  };
}

/** In the order of `input_order`, where there is one: JSON objects put names that look like integers first. */
function parseInputs(group: unknown, order: unknown, required: boolean): NodeInputSpec[] {
  if (!isRecord(group)) return [];
  const ordered = Array.isArray(order) ? order.filter((name) => typeof name === 'string') : [];
  const names = new Set([...ordered.filter((name) => Object.hasOwn(group, name)), ...Object.keys(group)]);
  return [...names].map((name) => parseInput(name, group[name], required));
}

function parseInput(name: string, spec: unknown, required: boolean): NodeInputSpec {
  const parts: unknown[] = Array.isArray(spec) ? spec : [spec];
  const options = isRecord(parts[1]) ? parts[1] : {};
  const common = { name, required, ...commonOptions(options) };
  const [type] = parts;
  if (Array.isArray(type)) return { ...common, kind: 'combo', type: 'COMBO', ...comboOptions(type, options) };
  if (type === 'COMBO') return { ...common, kind: 'combo', type, ...comboOptions(options.options, options) };
  if (type === 'COMFY_DYNAMICCOMBO_V3') {
    const keys = Array.isArray(options.options)
      ? options.options.map((option) => (isRecord(option) ? option.key : undefined))
      : [];
    return { ...common, kind: 'combo', type, ...comboOptions(keys, options) };
  }
  const typeName = typeof type === 'string' ? type : '*';
  return { ...common, kind: options.forceInput === true ? 'link' : literalKind(typeName), type: typeName };
}

function literalKind(type: string): NodeInputKind {
  switch (type) {
    case 'INT':
      return 'integer';
    case 'FLOAT':
      return 'number';
    case 'STRING':
      return 'string';
    case 'BOOLEAN':
      return 'boolean';
    default:
      return 'link';
  }
}

function commonOptions(options: Record<string, unknown>): Partial<NodeInputSpec> {
  const limits = (['min', 'max', 'step'] as const).flatMap((key) => {
    const value = finite(options[key]);
    return value === undefined ? [] : [[key, value] as const];
  });
  const fallback = paramValue(options.default);
  return {
    ...Object.fromEntries(limits),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(options.multiline === true ? { multiline: true } : {}),
    ...(typeof options.tooltip === 'string' ? { tooltip: options.tooltip } : {}),
  };
}

function comboOptions(choices: unknown, options: Record<string, unknown>): Partial<NodeInputSpec> {
  const uploads = Object.keys(options).filter((key) => key.endsWith('_upload') && options[key] === true);
  const media = uploads.map((key) => uploadKinds[key]).find((kind) => kind !== undefined);
  return {
    ...(Array.isArray(choices) ? { choices: choices.filter(isChoice) } : {}),
    ...(options.multiselect === true ? { multiselect: true } : {}),
    ...(uploads.length > 0 ? { upload: true } : {}),
    ...(media === undefined ? {} : { media }),
  };
}

/** What ComfyUI's loaders say of the files that their choices are. */
const uploadKinds: Readonly<Record<string, InputMedia>> = {
  image_upload: 'image',
  animated_image_upload: 'image',
  audio_upload: 'audio',
  video_upload: 'video',
};

/** ComfyUI's own loaders, for while no engine tells its nodes. */
const knownLoaders: Readonly<Record<string, readonly [input: string, media: InputMedia]>> = {
  LoadImage: ['image', 'image'],
  LoadImageMask: ['image', 'mask'],
  LoadAudio: ['audio', 'audio'],
  LoadVideo: ['file', 'video'],
};

/** What kind of file an input of a node wants, by its specification where that is known; undefined for any other value. */
export function mediaOfInput(classType: string, input: string, spec: NodeSpec | undefined): InputMedia | undefined {
  if (spec !== undefined) return inputSpec(spec, input)?.media;
  const [name, media] = (Object.hasOwn(knownLoaders, classType) ? knownLoaders[classType] : undefined) ?? [];
  return name === input ? media : undefined;
}

/** A limit as a number. Python's JSON may hold NaN and infinities, and seeds end at 2^64-1. */
function finite(value: unknown): number | undefined {
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function paramValue(value: unknown): ParamValue | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return finite(value);
}

function isChoice(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number';
}

/** What people call a node: the title it was given, else what its class is called. */
export function titleOfNode(node: GraphNode, spec: NodeSpec | undefined): string {
  return node._meta?.title ?? spec?.display_name ?? node.class_type;
}
