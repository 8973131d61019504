/** What the engine at hand lacks for a workflow, told before anybody runs it. */
import { placeKey } from '../../shared/graph-link.js';
import type { NodeCatalog } from '../../shared/nodes.js';
import type { ParamSpec } from '../../shared/params.js';
import { substituteModel } from './fit.js';
import type { LoadedWorkflow } from './library.js';
import { parsePlaceholder } from './placeholders.js';
import { findProblems, type GraphProblem } from './problems.js';

export interface MissingParts {
  /** Node classes. */
  nodes: string[];
  /** Model files, as the graph or a default names them. */
  models: string[];
}

/** Pure; see `problemsOf` for what counts. */
export function missingParts(entry: LoadedWorkflow, catalog: NodeCatalog): MissingParts {
  const problems = problemsOf(entry, catalog);
  const named = (code: GraphProblem['code'], name: (problem: GraphProblem) => unknown) => [
    ...new Set(problems.filter((problem) => problem.code === code).map((problem) => String(name(problem)))),
  ];
  return {
    nodes: named('NODE_NOT_FOUND', ({ class_type }) => class_type),
    models: named('MODEL_NOT_FOUND', ({ value }) => value),
  };
}

/**
 * What keeps a workflow from running with its defaults. Pure. Values that a call has to give are left alone, and a
 * built-in default model counts as there when another takes its place in a run.
 */
export function problemsOf({ workflow, graph: template }: LoadedWorkflow, catalog: NodeCatalog): GraphProblem[] {
  if (template === null) return [];
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
  // What follows from other parameters has no default of its own.
  for (const [node_id, { inputs }] of Object.entries(graph)) {
    for (const [input, value] of Object.entries(inputs)) {
      if (typeof value === 'string' && parsePlaceholder(value) !== undefined) open.add(placeKey(node_id, input));
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
  return findProblems(fitted.graph, catalog, fitted.sourceOf).filter(
    ({ node_id = '', input }) => input === undefined || !open.has(placeKey(node_id, input)),
  );
}

function defaultsOf(params: readonly ParamSpec[]) {
  return Object.fromEntries(params.flatMap(({ name, default: value }) => (value === undefined ? [] : [[name, value]])));
}
