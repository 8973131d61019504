/**
 * The way up from an output node through everything it needs: each node is checked once, what its own inputs lack is
 * its error. Source: ComfyUI 0.3.64, execution.py validate_inputs().
 */
import { checkValue, coerce, type InputError, inputConfig } from './coerce.js';
import { literalsOf } from './graph.js';
import { linkError } from './links.js';
import type { DemoFolders, DemoNode, InputSpec } from './node.js';
import type { Profile } from './profiles.js';
import { PythonError, typeName } from './python.js';
import type { Graph } from './queue.js';

/** Python gives up at about this many nodes in a row (its recursion limit). */
const MAX_DEPTH = 900;

export interface WalkOptions {
  nodes: ReadonlyMap<string, DemoNode>;
  folders: DemoFolders;
  profile: Profile;
}

export interface NodeVerdict {
  valid: boolean;
  errors: InputError[];
}

export interface Walk {
  /** Checks an output node and all above it; what raises becomes its error. */
  output(nodeId: string): Promise<NodeVerdict>;
  /** Nodes with errors of their own so far. */
  failed(): [nodeId: string, errors: InputError[]][];
}

/** Literals are coerced in `graph` itself. */
export function createWalk(graph: Graph, options: WalkOptions): Walk {
  const { nodes, profile } = options;
  const verdicts = new Map<string, NodeVerdict>();
  /** The nodes between the output and here, to notice cycles. */
  const path: string[] = [];
  /** Errors that LATE files under the node where a cycle closes; before, a cycle failed without a word. */
  const cycles = new Map<string, InputError>();

  const visit = async (nodeId: string): Promise<NodeVerdict> => {
    const known = verdicts.get(nodeId);
    if (known) return known;
    if (path.length >= MAX_DEPTH) throw new PythonError('RecursionError', 'maximum recursion depth exceeded');
    path.push(nodeId);
    try {
      const found = await checkNode(nodeId);
      const cycle = cycles.get(nodeId);
      const verdict = cycle ? { valid: false, errors: [...found.errors, cycle] } : found;
      verdicts.set(nodeId, verdict);
      return verdict;
    } finally {
      path.pop();
    }
  };

  const checkNode = async (nodeId: string): Promise<NodeVerdict> => {
    const { entry, node } = readable(graph, nodes, nodeId);
    const errors: InputError[] = [];
    let valid = true;
    const { required = {}, optional = {} } = node.info.input;
    for (const [name, spec] of Object.entries({ ...required, ...optional })) {
      const value = entry.inputs[name];
      let error: InputError | undefined;
      if (!Object.hasOwn(entry.inputs, name)) error = Object.hasOwn(required, name) ? missing(name) : undefined;
      else if (!Array.isArray(value)) error = literalError(entry, name, spec, node, profile);
      else {
        error = linkError(name, spec, value, graph, nodes);
        if (!error && !(await sourceIsValid(name, spec, value))) valid = false;
      }
      if (error) errors.push(error);
    }
    errors.push(...(await customErrors(graph, nodeId, node, options.folders)));
    return { valid: valid && errors.length === 0, errors };
  };

  /** Checks the node behind a link; what it raises is filed under it, with the link it was reached by. */
  const sourceIsValid = async (name: string, spec: InputSpec, link: unknown[]): Promise<boolean> => {
    const source = String(link[0]);
    if (path.includes(source)) {
      if (profile.lateValidation) cycles.set(source, cycles.get(source) ?? cycleError(graph, path, source));
      return false;
    }
    try {
      return (await visit(source)).valid;
    } catch (error) {
      verdicts.set(source, { valid: false, errors: [innerError(error, name, spec, link)] });
      return false;
    }
  };

  return {
    async output(nodeId) {
      try {
        return await visit(nodeId);
      } catch (error) {
        const verdict: NodeVerdict = { valid: false, errors: [outerError(error)] };
        verdicts.set(nodeId, verdict);
        return verdict;
      }
    },
    failed() {
      const invalid = [...verdicts].filter(([, { valid, errors }]) => !valid && errors.length > 0);
      return invalid.map(([id, { errors }]) => [id, errors]);
    },
  };
}

/** A node of the graph with its class. Throws what Python would when it has no inputs. */
function readable(
  graph: Graph,
  nodes: ReadonlyMap<string, DemoNode>,
  nodeId: string,
): { entry: Graph[string]; node: DemoNode } {
  const entry = graph[nodeId];
  const node = nodes.get(entry?.class_type ?? '');
  const inputs: unknown = entry?.inputs;
  if (!entry || !node || inputs === undefined) throw new PythonError('KeyError', "'inputs'");
  if (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs)) {
    throw new PythonError('TypeError', `'${typeName(inputs)}' object is not a mapping of inputs`);
  }
  return { entry, node };
}

function literalError(
  entry: Graph[string],
  name: string,
  spec: InputSpec,
  node: DemoNode,
  profile: Profile,
): InputError | undefined {
  const raw = entry.inputs[name];
  const { value, error } = coerce(name, spec, profile.wrappedValues ? unwrapped(raw) : raw);
  entry.inputs[name] = value;
  if (error || validatedInputs(node).includes(name)) return error;
  return checkValue(name, spec, value, profile.lateValidation);
}

async function customErrors(graph: Graph, nodeId: string, node: DemoNode, folders: DemoFolders): Promise<InputError[]> {
  const text = await node.validate?.(literalsOf(graph, nodeId), folders);
  if (text === undefined) return [];
  return validatedInputs(node)
    .filter((name) => Object.hasOwn(graph[nodeId]?.inputs ?? {}, name))
    .map((name) => ({
      type: 'custom_validation_failed',
      message: 'Custom validation failed for node',
      details: `${name} - ${text}`,
      extra_info: { input_name: name },
    }));
}

function missing(name: string): InputError {
  return {
    type: 'required_input_missing',
    message: 'Required input is missing',
    details: name,
    extra_info: { input_name: name },
  };
}

function unwrapped(value: unknown): unknown {
  const isWrapped = typeof value === 'object' && value !== null && Object.hasOwn(value, '__value__');
  return isWrapped ? (value as { __value__: unknown }).__value__ : value;
}

/** The inputs that a node's own check looks at, which are exempt from the general one. */
function validatedInputs(node: DemoNode): readonly string[] {
  if (!node.validate) return [];
  return node.validatedInputs ?? Object.keys(node.info.input.required ?? {}).slice(0, 1);
}

function cycleError(graph: Graph, path: readonly string[], nodeId: string): InputError {
  const ids = [...path.slice(path.indexOf(nodeId)), nodeId];
  return {
    type: 'dependency_cycle',
    message: 'Dependency cycle detected',
    details: ids.map((id) => `${id} (${graph[id]?.class_type})`).join(' -> '),
    extra_info: { node_id: nodeId, cycle_nodes: ids },
  };
}

/** An exception while an output node itself was checked. */
function outerError(error: unknown): InputError {
  const { type, message } = asPython(error);
  return {
    type: 'exception_during_validation',
    message: 'Exception when validating node',
    details: message,
    extra_info: { exception_type: type, traceback: traceback('validate_prompt') },
  };
}

/** An exception in a node behind a link. */
function innerError(error: unknown, name: string, spec: InputSpec, link: unknown[]): InputError {
  const { type, message } = asPython(error);
  return {
    type: 'exception_during_inner_validation',
    message: 'Exception when validating inner node',
    details: message,
    extra_info: {
      input_name: name,
      input_config: inputConfig(spec),
      exception_message: message,
      exception_type: type,
      traceback: traceback('validate_inputs'),
      linked_node: link,
    },
  };
}

function asPython(error: unknown): { type: string; message: string } {
  if (error instanceof PythonError) return { type: error.type, message: error.message };
  return { type: 'RuntimeError', message: error instanceof Error ? error.message : String(error) };
}

function traceback(place: string): string[] {
  return [`  File "demo/validate", in ${place}\n`, '  File "demo/validate", in validate_inputs\n'];
}
