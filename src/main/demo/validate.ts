/**
 * What POST /prompt accepts. Walks up from each output node, as ComfyUI does: errors are filed under the node that has
 * them, with the outputs that depend on it. Source: ComfyUI 0.3.64, execution.py validate_prompt().
 */
import type { InputError } from './coerce.js';
import type { Profile } from './profiles.js';
import { PythonError, typeName } from './python.js';
import type { Graph } from './queue.js';
import { createWalk, type WalkOptions } from './walk.js';

/** The `error` of a 400. */
export interface PromptError {
  type: string;
  message: string;
  details: string;
  extra_info: Record<string, unknown>;
}

export type NodeErrors = Record<string, { errors: InputError[]; dependent_outputs: string[]; class_type: string }>;

export type Verdict =
  | { ok: true; graph: Graph; outputs: string[]; nodeErrors: NodeErrors }
  | { ok: false; error: PromptError; nodeErrors: NodeErrors };

export interface ValidationOptions extends WalkOptions {
  /** `partial_execution_targets`: only these output nodes count. */
  targets: readonly unknown[] | undefined;
}

/** Checks a graph and coerces its literals in place. Throws PythonError where the real server answers 500. */
export async function validatePrompt(prompt: unknown, options: ValidationOptions): Promise<Verdict> {
  const listed = outputNodes(prompt, options);
  if ('type' in listed) return { ok: false, error: listed, nodeErrors: {} };
  const { graph, outputs } = listed;
  if (outputs.length === 0) {
    return { ok: false, error: promptError('prompt_no_outputs', 'Prompt has no outputs'), nodeErrors: {} };
  }
  const walk = createWalk(graph, options);
  const good: string[] = [];
  const reasons: InputError[] = [];
  const nodeErrors: NodeErrors = {};
  for (const output of outputs) {
    const { valid, errors } = await walk.output(output);
    if (valid) {
      good.push(output);
      continue;
    }
    reasons.push(...errors);
    for (const [nodeId, found] of walk.failed()) {
      nodeErrors[nodeId] ??= {
        errors: found,
        dependent_outputs: [],
        class_type: graph[nodeId]?.class_type ?? '',
      };
      nodeErrors[nodeId].dependent_outputs.push(output);
    }
  }
  if (good.length > 0) return { ok: true, graph, outputs: good, nodeErrors };
  const details = reasons.map((reason) => `${reason.message}: ${reason.details}`).join('\n');
  const error = promptError('prompt_outputs_failed_validation', 'Prompt outputs failed validation', details);
  return { ok: false, error, nodeErrors };
}

function promptError(
  type: string,
  message: string,
  details = '',
  extra_info: Record<string, unknown> = {},
): PromptError {
  return { type, message, details, extra_info };
}

/** The output nodes of a graph whose classes are all known; else the error. Lists and texts fail as Python would. */
function outputNodes(
  prompt: unknown,
  { nodes, profile, targets }: ValidationOptions,
): { graph: Graph; outputs: string[] } | PromptError {
  if (prompt === '' || (Array.isArray(prompt) && prompt.length === 0)) return { graph: {}, outputs: [] };
  if (typeof prompt !== 'object' || prompt === null || Array.isArray(prompt)) {
    throw new PythonError('TypeError', `'${typeName(prompt)}' can't be read as a graph`);
  }
  const outputs: string[] = [];
  for (const [id, entry] of Object.entries(prompt)) {
    const node: unknown = entry;
    if (node === null || typeof node === 'number' || typeof node === 'boolean') {
      throw new PythonError('TypeError', `argument of type '${typeName(node)}' is not iterable`);
    }
    const title = titleOf(node) ?? `ID #${id}`;
    if (typeof node !== 'object' || !Object.hasOwn(node, 'class_type')) {
      return unknownNode(id, null, title, profile);
    }
    const classType = (node as { class_type: unknown }).class_type;
    if (typeof classType === 'object' && classType !== null) {
      throw new PythonError('TypeError', `unhashable type: '${typeName(classType)}'`);
    }
    const known = typeof classType === 'string' ? nodes.get(classType) : undefined;
    if (!known) return unknownNode(id, String(classType), titleOf(node) ?? String(classType), profile);
    if (known.info.output_node && (!targets || targets.includes(id))) outputs.push(id);
  }
  return { graph: prompt as Graph, outputs };
}

function titleOf(node: unknown): string | undefined {
  const meta = (node as { _meta?: { title?: unknown } } | undefined)?._meta;
  return typeof meta?.title === 'string' ? meta.title : undefined;
}

function unknownNode(id: string, classType: string | null, title: string, profile: Profile): PromptError {
  const details = `Node ID '#${id}'`;
  if (profile.lateValidation) {
    const message =
      classType === null
        ? `Node '${title}' has no class_type. The workflow may be corrupted or a custom node is missing.`
        : `Node '${title}' not found. The custom node may not be installed.`;
    const extra = { node_id: id, class_type: classType, node_title: title };
    return promptError('missing_node_type', message, details, extra);
  }
  const message =
    classType === null
      ? 'Cannot execute because a node is missing the class_type property.'
      : `Cannot execute because node ${classType} does not exist.`;
  return promptError('invalid_prompt', message, details);
}
