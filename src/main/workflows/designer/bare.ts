/** A graph with values where its placeholders stand. */
import { isRecord } from '../../../shared/config-text.js';
import { placeKey } from '../../../shared/graph-link.js';
import { inputSpec, type NodeCatalog, type NodeInputSpec } from '../../../shared/nodes.js';
import type { ParamSpec, ParamValue } from '../../../shared/params.js';
import type { Graph, WorkflowMeta } from '../../../shared/workflow.js';
import { parsePlaceholder } from '../placeholders.js';

export type SpecOf = NodeCatalog['get'];

export type Literal = ParamValue | bigint;

export function isLiteral(value: unknown): value is Literal {
  return ['string', 'number', 'boolean', 'bigint'].includes(typeof value);
}

/** What the node class says of an input; undefined while the class is not known. */
export function specAt(graph: Graph, specOf: SpecOf, nodeId: string, input: string): NodeInputSpec | undefined {
  const node = Object.hasOwn(graph, nodeId) ? graph[nodeId] : undefined;
  const spec = node === undefined ? undefined : specOf(node.class_type);
  return spec === undefined ? undefined : inputSpec(spec, input);
}

/**
 * A copy of the graph in which every placeholder has given way to a value: to what stood there before, where the
 * metadata tells, else to the parameter's default, else to the node class's own. `placeholders` are their places. Those
 * that follow from other parameters stay.
 */
export function bareGraph(options: {
  graph: Graph;
  meta: WorkflowMeta;
  params: readonly ParamSpec[];
  specOf: SpecOf;
}): {
  graph: Graph;
  placeholders: ReadonlySet<string>;
} {
  const graph = structuredClone(options.graph);
  const defaults = new Map(options.params.map((spec) => [spec.name, spec.default]));
  const placeholders = new Set<string>();
  for (const [nodeId, node] of Object.entries(graph)) {
    for (const [input, value] of Object.entries(node.inputs)) {
      const found = typeof value === 'string' ? parsePlaceholder(value) : undefined;
      if (found === undefined || isDerived(options.meta, found.name)) continue;
      placeholders.add(placeKey(nodeId, input));
      const spec = specAt(graph, options.specOf, nodeId, input);
      node.inputs[input] =
        originalAt(options.meta, nodeId, input, spec) ?? defaults.get(found.name) ?? standIn(spec, found.type);
    }
  }
  return { graph, placeholders };
}

function isDerived({ derived = {} }: WorkflowMeta, name: string): boolean {
  return Object.hasOwn(derived, name);
}

/** A value that could be set; what is computed from other parameters is none. */
export function isSettable(value: unknown): value is Literal {
  return isLiteral(value) && !(typeof value === 'string' && parsePlaceholder(value) !== undefined);
}

/** What stood in the place of a placeholder, as the metadata tells. */
export function originalAt(
  { originals }: WorkflowMeta,
  nodeId: string,
  input: string,
  spec: NodeInputSpec | undefined,
): Literal | undefined {
  const ofNode = isRecord(originals) && Object.hasOwn(originals, nodeId) ? originals[nodeId] : undefined;
  const value = isRecord(ofNode) && Object.hasOwn(ofNode, input) ? ofNode[input] : undefined;
  return isLiteral(value) ? exact(value, spec) : undefined;
}

const longInteger = /^-?\d{16,20}$/;

/** Seeds beyond 2^53 travel as text where JSON can't hold them, and are numbers for ComfyUI. */
export function exact(value: Literal, spec: Pick<NodeInputSpec, 'kind'> | undefined): Literal {
  return spec?.kind === 'integer' && typeof value === 'string' && longInteger.test(value) ? BigInt(value) : value;
}

/** As JSON and forms can hold it. */
export function plainValue(value: Literal): ParamValue {
  return typeof value === 'bigint' ? String(value) : value;
}

function standIn(spec: NodeInputSpec | undefined, type: ParamSpec['type'] | undefined): ParamValue {
  const [first] = spec?.choices ?? [];
  const known = spec?.default ?? first;
  if (known !== undefined) return known;
  const kind = spec?.kind ?? type;
  if (kind === 'integer' || kind === 'number') return spec?.min ?? 0;
  return kind === 'boolean' ? false : '';
}
