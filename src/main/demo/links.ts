/** Checking one link: its form, the node and slot it starts from, and whether the types fit. */
import { type InputError, inputConfig } from './coerce.js';
import type { DemoNode, InputSpec } from './node.js';
import { PythonError, repr, typeName } from './python.js';
import type { Graph } from './queue.js';

/** What is wrong with a link into input `name`. Throws what Python would for a node or slot that isn't there. */
export function linkError(
  name: string,
  spec: InputSpec,
  link: unknown[],
  graph: Graph,
  nodes: ReadonlyMap<string, DemoNode>,
): InputError | undefined {
  const config = { input_name: name, input_config: inputConfig(spec) };
  if (link.length !== 2) {
    return {
      type: 'bad_linked_input',
      message: 'Bad linked input, must be a length-2 list of [node_id, slot_index]',
      details: name,
      extra_info: { ...config, received_value: link },
    };
  }
  const received = outputType(graph, nodes, link);
  if (fits(received, spec[0])) return undefined;
  return {
    type: 'return_type_mismatch',
    message: 'Return type mismatch between linked nodes',
    details: `${name}, received_type(${shownType(received)}) mismatch input_type(${shownType(spec[0])})`,
    extra_info: { ...config, received_type: received, linked_node: link },
  };
}

/** Type of the output a link starts from. Throws what Python would for a node or slot that isn't there. */
function outputType(graph: Graph, nodes: ReadonlyMap<string, DemoNode>, [source, slot]: unknown[]): string | string[] {
  if (typeof source === 'object' && source !== null) {
    throw new PythonError('TypeError', `unhashable type: '${typeName(source)}'`);
  }
  if (typeof source !== 'string' || !Object.hasOwn(graph, source)) throw new PythonError('KeyError', repr(source));
  const outputs = nodes.get(graph[source]?.class_type ?? '')?.info.output ?? [];
  const index = typeof slot === 'boolean' ? Number(slot) : slot;
  if (typeof index === 'bigint') throw new PythonError('IndexError', 'tuple index out of range');
  if (typeof index !== 'number' || !Number.isInteger(index)) {
    throw new PythonError('TypeError', `tuple indices must be integers or slices, not ${typeName(slot)}`);
  }
  const type = outputs.at(index);
  if (type === undefined) throw new PythonError('IndexError', 'tuple index out of range');
  return type;
}

/** Whether an output may go into an input: equal types, a wildcard, or unions that share a member. */
function fits(received: string | string[], wanted: InputSpec[0]): boolean {
  if (received === '*' || wanted === '*') return true;
  if (typeof received !== 'string' || typeof wanted !== 'string') return repr(received) === repr(wanted);
  if (received === 'COMFY_MATCHTYPE_V3' || wanted === 'COMFY_MATCHTYPE_V3') return true;
  const members = new Set(wanted.split(',').map((type) => type.trim()));
  return received.split(',').some((type) => members.has(type.trim()) || type.trim() === '*') || members.has('*');
}

function shownType(type: InputSpec[0]): string {
  return typeof type === 'string' ? type : repr(type);
}
