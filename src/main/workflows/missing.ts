/** What the engine at hand lacks for a workflow, told before anybody runs it. */
import { placeKey } from '../../shared/graph-link.js';
import type { NodeCatalog } from '../../shared/nodes.js';
import type { ParamSpec } from '../../shared/params.js';
import { substituteModel } from './fit.js';
import type { LoadedWorkflow } from './library.js';
import { findProblems } from './problems.js';

export interface MissingParts {
  /** Node classes. */
  nodes: string[];
  /** Model files, as the graph or a default names them. */
  models: string[];
}

/**
 * Pure. Values that a call has to give are left alone, and a built-in default model counts as there when another takes
 * its place in a run.
 */
export function missingParts({ workflow, graph: template }: LoadedWorkflow, catalog: NodeCatalog): MissingParts {
  if (template === null) return { nodes: [], models: [] };
  const graph = structuredClone(template);
  const open = new Set<string>();
  const sources = new Map<string, string>();
  for (const spec of workflow.params) {
    for (const { node_id, input } of spec.targets) {
      const node = graph[node_id];
      const key = placeKey(node_id, input);
      if (node === undefined || spec.default_source === 'workflow') continue;
      if (spec.default === undefined) open.add(key);
      else {
        node.inputs[input] = spec.default;
        sources.set(key, spec.default_source ?? '');
      }
    }
  }
  const fitted = substituteModel(
    {
      namespace: workflow.namespace,
      graph,
      parameters: defaultsOf(workflow.params),
      seed: undefined,
      sources: {},
      sourceOf: (nodeId, input) => sources.get(placeKey(nodeId, input)),
      dropped: [],
    },
    catalog,
  );
  const problems = findProblems(fitted.graph, catalog, fitted.sourceOf);
  const models = problems
    .filter(({ code, node_id = '', input = '' }) => code === 'MODEL_NOT_FOUND' && !open.has(placeKey(node_id, input)))
    .map(({ value }) => String(value));
  const nodes = problems.flatMap(({ code, class_type }) =>
    code === 'NODE_NOT_FOUND' && class_type !== undefined ? [class_type] : [],
  );
  return { nodes: [...new Set(nodes)], models: [...new Set(models)] };
}

function defaultsOf(params: readonly ParamSpec[]) {
  return Object.fromEntries(params.flatMap(({ name, default: value }) => (value === undefined ? [] : [[name, value]])));
}
