/**
 * A refusal of POST /prompt, in all the forms ComfyUI has had, as one error that says what to change. The message is a sentence
 * about the first problem; `details.problems` lists them all.
 */

import { isRecord } from '../../shared/config-text.js';
import { AppError, type ErrorCode } from '../../shared/errors.js';
import { printable, showValue } from '../../shared/exact-json.js';
import { nearest } from '../../shared/nearest.js';
import { danglingLinks, type Graph, titleOf } from './graph.js';
import { comboOptions, type InputSpec, type NodeErrors, type PromptRefusal } from './schemas.js';

/** One thing that is wrong with one node. Keys are those of an error's details. */
export interface NodeProblem {
  code: Extract<ErrorCode, 'MODEL_NOT_FOUND' | 'INVALID_VALUE' | 'NODE_NOT_FOUND' | 'PROMPT_REJECTED'>;
  message: string;
  node_id: string;
  class_type: string;
  node_title: string;
  /** ComfyUI's own name for the problem, such as `value_not_in_list`. */
  type: string;
  input?: string;
  value?: unknown;
  nearest?: string[];
  /** How many valid values there are. */
  choices?: number;
  min?: number;
  max?: number;
  hint?: string;
}

/** What else is known when problems are read. */
export interface RejectionContext {
  graph: Graph;
  /** Specification of an input, from /object_info: ComfyUI leaves out lists of more than 20 choices. */
  inputSpec?: (classType: string, input: string) => InputSpec | undefined;
  /** All node classes, if known, to suggest one for a class that is missing. */
  classTypes?: readonly string[];
}

const modelInput =
  /^(ckpt|unet|vae|lora|clip|control_net|style_model|gligen|hypernetwork|model|upscale_model|audio_encoder|clip_vision|text_encoder|photomaker|ipadapter)_name\d*$|_file$/;
const modelFile = /\.(safetensors|ckpt|pth?|bin|gguf|sft|onnx|pkl)$/i;

/** Most telling first: a missing node or model explains the others. */
const weight: Record<NodeProblem['code'], number> = {
  NODE_NOT_FOUND: 0,
  MODEL_NOT_FOUND: 1,
  INVALID_VALUE: 2,
  PROMPT_REJECTED: 3,
};

/** The refusal as an error: NODE_NOT_FOUND, MODEL_NOT_FOUND, INVALID_VALUE or PROMPT_REJECTED. */
export function refusalToError(refusal: PromptRefusal, context: RejectionContext): AppError {
  const problems = readNodeProblems(refusal.node_errors, context);
  const missing = missingNode(refusal, context);
  if (missing !== undefined) problems.unshift(missing);
  const first = problems[0];
  const nodeErrors = printable(withoutTracebacks(refusal.node_errors));
  const details = { error: printable(refusal.error), node_errors: nodeErrors, problems };
  if (first === undefined) {
    const { message, hint } = wholeRefusal(refusal);
    return new AppError('PROMPT_REJECTED', message, { hint, details });
  }
  const more = problems.length - 1;
  const tail =
    more === 0 ? '' : ` ${more === 1 ? 'One more problem is' : `${more} more problems are`} in details.problems.`;
  const { code, message, hint, type: _type, ...about } = first;
  return new AppError(code, message + tail, { hint, details: { ...about, ...details } });
}

/** The problems of a `node_errors` object, most telling first. An accepted prompt (200) may have some too. */
export function readNodeProblems(nodeErrors: NodeErrors, context: RejectionContext): NodeProblem[] {
  return Object.entries(nodeErrors)
    .flatMap(([nodeId, node]) =>
      node.errors.map((error) => {
        const classType = node.class_type || context.graph[nodeId]?.class_type || '';
        const { input_name: input, input_config: config, received_value: value } = error.extra_info;
        // This one names an input of the node downstream.
        const own = error.type === 'exception_during_inner_validation' ? undefined : input;
        return readProblem({ nodeId, classType, error, input: own, config, value: printable(value) }, context);
      }),
    )
    .sort((a, b) => weight[a.code] - weight[b.code]);
}

interface RawProblem {
  nodeId: string;
  classType: string;
  error: { type: string; message: string; details: string };
  input: string | undefined;
  config: unknown;
  value: unknown;
}

function readProblem(raw: RawProblem, context: RejectionContext): NodeProblem {
  const { nodeId, classType, error, input, value } = raw;
  // A server may have put nodes of its own into the graph.
  const title = Object.hasOwn(context.graph, nodeId) ? titleOf(context.graph, nodeId) : classType;
  const where = title === classType ? `${classType} (node ${nodeId})` : `${title} (${classType}, node ${nodeId})`;
  const base = { node_id: nodeId, class_type: classType, node_title: title, type: error.type, input, value };
  switch (error.type) {
    case 'value_not_in_list':
      return { ...base, ...notInList(raw, where, context) };
    case 'value_smaller_than_min':
    case 'value_bigger_than_max':
      return { ...base, ...outOfRange(raw, where, context) };
    case 'invalid_input_type': {
      const kind = typeOf(specOf(raw, context)) ?? 'another type';
      return {
        ...base,
        code: 'INVALID_VALUE',
        message: `${where}: ${input} must be ${kind}, not ${showValue(value)}.`,
      };
    }
    case 'required_input_missing': {
      const hint = `Connect or set ${input}. It also counts as missing when the node it comes from was muted or removed.`;
      return { ...base, code: 'PROMPT_REJECTED', message: `${where} lacks its input ${input}.`, hint };
    }
    case 'bad_linked_input':
      return { ...base, code: 'PROMPT_REJECTED', message: `${where}: ${input} must be a link, [node id, slot].` };
    case 'return_type_mismatch':
      return {
        ...base,
        code: 'PROMPT_REJECTED',
        message: `${where}: ${input} is linked to an output of another type.`,
      };
    case 'custom_validation_failed':
      return { ...base, ...customValidation(raw, where, context) };
    case 'dependency_cycle':
      return { ...base, code: 'PROMPT_REJECTED', message: `The graph has a cycle: ${error.details}.` };
    case 'exception_during_validation':
    case 'exception_during_inner_validation':
      return { ...base, code: 'PROMPT_REJECTED', ...unchecked(raw, where, context) };
    default: {
      const said = [error.message, error.details].filter((part) => part !== '').join(': ');
      return { ...base, code: 'PROMPT_REJECTED', message: `${where}: ${said || error.type}.` };
    }
  }
}

function notInList(raw: RawProblem, where: string, context: RejectionContext) {
  const { input = '', value } = raw;
  const options = comboOptions(specOf(raw, context));
  const isModel =
    modelInput.test(input) || modelFile.test(String(value)) || (options ?? []).some((name) => modelFile.test(name));
  const close = nearest(String(value), options ?? [], 5);
  const suggestion = close.length > 0 ? ` Nearest: ${close.map((name) => `"${name}"`).join(', ')}.` : '';
  const hint = isModel
    ? options?.length === 0
      ? 'ComfyUI has no model of this kind: put the file into its models folder, then refresh the model list.'
      : 'Put the file into the models folder of ComfyUI, or use a model it has: list_models tells them.'
    : options !== undefined && options.length <= 30
      ? `Use one of: ${options.join(', ')}.`
      : 'Use one of the values that ComfyUI offers.';
  return {
    code: isModel ? ('MODEL_NOT_FOUND' as const) : ('INVALID_VALUE' as const),
    message: isModel
      ? `ComfyUI has no model ${showValue(value)} for ${input} of ${where}.${suggestion}`
      : `${where}: ${showValue(value)} is not a value of ${input}.${suggestion}`,
    nearest: close,
    choices: options?.length,
    hint,
  };
}

function outOfRange(raw: RawProblem, where: string, context: RejectionContext) {
  const options = specOf(raw, context)?.[1];
  const min = limit(options?.min);
  const max = limit(options?.max);
  const range =
    min !== undefined && max !== undefined
      ? `${min} to ${max}`
      : min !== undefined
        ? `at least ${min}`
        : `at most ${max}`;
  return {
    code: 'INVALID_VALUE' as const,
    message: `${where}: ${raw.input} is ${showValue(raw.value)}, but must be ${range}.`,
    min,
    max,
  };
}

/** `image - Invalid image file: foo.png` and whatever custom nodes say. */
function customValidation(raw: RawProblem, where: string, context: RejectionContext) {
  const said = raw.error.details.replace(/^\S+ - /, '');
  const value = raw.input === undefined ? undefined : context.graph[raw.nodeId]?.inputs[raw.input];
  const file = /^Invalid (image|audio|video|model)? ?file: /i.test(said);
  return {
    code: 'INVALID_VALUE' as const,
    value,
    message: `${where}: ${said || 'it refuses its inputs'}.`,
    hint: file ? 'The file is not in the input folder of ComfyUI: upload it first.' : undefined,
  };
}

/** The refusals that name one node for the whole graph: `invalid_prompt`, and `missing_node_type` since 2026. */
function missingNode({ error }: PromptRefusal, context: RejectionContext): NodeProblem | undefined {
  if (error.type !== 'invalid_prompt' && error.type !== 'missing_node_type') return undefined;
  const nodeId = stringOf(error.extra_info.node_id) ?? /Node ID '#([^']*)'/.exec(error.details)?.[1] ?? '';
  const classType =
    stringOf(error.extra_info.class_type) ??
    context.graph[nodeId]?.class_type ??
    /node (.+) does not exist/.exec(error.message)?.[1];
  const base = { node_id: nodeId, node_title: titleOf(context.graph, nodeId), type: error.type };
  if (classType === undefined) {
    return { ...base, class_type: '', code: 'PROMPT_REJECTED', message: `Node ${nodeId} has no class_type.` };
  }
  const close = nearest(classType, context.classTypes ?? [], 5);
  const suggestion = close.length > 0 ? ` Nearest: ${close.join(', ')}.` : '';
  return {
    ...base,
    class_type: classType,
    code: 'NODE_NOT_FOUND',
    message: `ComfyUI has no node class "${classType}" (node ${nodeId}).${suggestion}`,
    nearest: close,
    hint: 'Install the custom node that brings it, or change the workflow.',
  };
}

function wholeRefusal({ error }: PromptRefusal): { message: string; hint?: string } {
  if (error.type === 'prompt_no_outputs') {
    const hint = 'Add a node such as SaveImage, SaveAudio or SaveVideo.';
    return { message: 'The workflow has no output node: nothing would be saved.', hint };
  }
  const said = [error.message, error.details].filter((part, index, all) => part !== '' && all.indexOf(part) === index);
  return {
    message: `ComfyUI refuses the workflow: ${said.join(': ') || error.type}.`,
    hint: 'Open the workflow in ComfyUI itself: its window marks the nodes that are wrong.',
  };
}

function specOf(raw: RawProblem, context: RejectionContext): InputSpec | undefined {
  if (Array.isArray(raw.config) && raw.config.length > 0) {
    return isRecord(raw.config[1]) ? [raw.config[0], raw.config[1]] : [raw.config[0]];
  }
  return raw.input === undefined ? undefined : context.inputSpec?.(raw.classType, raw.input);
}

function typeOf(spec: InputSpec | undefined): string | undefined {
  const names: Record<string, string> = {
    INT: 'a whole number',
    FLOAT: 'a number',
    STRING: 'a text',
    BOOLEAN: 'true or false',
  };
  const type = spec?.[0];
  return typeof type === 'string' ? (names[type] ?? type) : undefined;
}

/** Python's exception says little: a KeyError only the key, so `'99'` is a link to a node that is not there. */
function unchecked({ nodeId, error }: RawProblem, where: string, { graph }: RejectionContext) {
  const key = /^'([^']*)'$/.exec(error.details)?.[1];
  if (key === 'inputs') return { message: `${where} has no inputs.` };
  if (key !== undefined) {
    const link = danglingLinks(graph).find((found) => found.nodeId === nodeId && found.from === key);
    const input = link?.input;
    return { input, message: `${where}: ${input ?? 'an input'} is linked to node ${key}, which is not in the graph.` };
  }
  if (error.details.includes('index out of range')) {
    return { message: `${where} is linked to an output slot that does not exist.` };
  }
  return { message: `${where} could not be checked: ${error.details || 'ComfyUI does not say why'}.` };
}

function withoutTracebacks(nodeErrors: NodeErrors): NodeErrors {
  return Object.fromEntries(
    Object.entries(nodeErrors).map(([nodeId, node]) => [
      nodeId,
      {
        ...node,
        errors: node.errors.map((error) => {
          const { traceback: _traceback, ...info } = error.extra_info;
          return { ...error, extra_info: info };
        }),
      },
    ]),
  );
}

function limit(value: unknown): number | undefined {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
}

function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
