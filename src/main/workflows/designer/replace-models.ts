/** Puts other model files in the place of missing ones. */
import { isRecord } from '../../../shared/config-text.js';
import type { ParamSpec } from '../../../shared/params.js';
import type { Graph, WorkflowMeta } from '../../../shared/workflow.js';
import { holdsModelFile } from '../problems.js';
import { type SpecOf, specAt } from './bare.js';

/**
 * A copy of graph and metadata with the new names wherever the old ones stand: in inputs that take model files, in
 * defaults, in lists of choices, and in what stood where placeholders are. A default that comes from elsewhere (settings,
 * what is built in) gets one of the workflow's own before it. `replaced` counts places. Pure.
 */
export function replaceModels(
  { graph, meta, params }: { graph: Graph; meta: WorkflowMeta; params: readonly ParamSpec[] },
  names: Readonly<Record<string, string>>,
  specOf: SpecOf,
): { graph: Graph; meta: WorkflowMeta; replaced: ReadonlyMap<string, number> } {
  const replaced = new Map<string, number>();
  const swap = <T>(value: T): T | string => {
    if (typeof value !== 'string' || !Object.hasOwn(names, value)) return value;
    replaced.set(value, (replaced.get(value) ?? 0) + 1);
    return names[value] ?? value;
  };
  const nextGraph = structuredClone(graph);
  for (const [nodeId, node] of Object.entries(nextGraph)) {
    for (const [input, value] of Object.entries(node.inputs)) {
      const spec = specAt(nextGraph, specOf, nodeId, input);
      // A prompt may be the very words of a file's name.
      if (spec === undefined || holdsModelFile(spec) || spec.kind === 'combo') node.inputs[input] = swap(value);
    }
  }
  const swapped = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(swapped);
    if (!isRecord(value)) return swap(value);
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, swapped(one)]));
  };
  const nextMeta: WorkflowMeta = { ...meta };
  for (const key of ['defaults', 'constraints', 'originals']) {
    if (meta[key] !== undefined) nextMeta[key] = swapped(meta[key]);
  }
  for (const { name, default: value, default_source, targets } of params) {
    const fromElsewhere = value !== undefined && default_source !== 'workflow' && default_source !== 'metadata';
    const [first] = targets;
    const spec = first === undefined ? undefined : specAt(graph, specOf, first.node_id, first.input);
    const used = fromElsewhere && (spec === undefined || holdsModelFile(spec)) ? swap(value) : value;
    if (used !== undefined && used !== value) nextMeta.defaults = { ...nextMeta.defaults, [name]: used };
  }
  return { graph: nextGraph, meta: nextMeta, replaced };
}
