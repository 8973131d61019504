/** Reading and converting graphs, by call: what the thread for it can be asked. */

import { AppError } from '../../shared/errors.js';
import { type NodeSpec, parseNodeSpec } from '../../shared/nodes.js';
import type { Graph, WorkflowMeta } from '../../shared/workflow.js';
import { type Exposable, type Exposure, exposureOf } from '../../shared/workflow-params.js';
import { describeParams } from './describe.js';
import { exposeParams } from './designer/expose.js';
import { proposeParams } from './designer/propose.js';
import { namespaceOf } from './files.js';
import { findPlaceholders } from './placeholders.js';
import { findProblems, type GraphProblem } from './problems.js';
import { askedBy, type GraphSource, type ReadEmbedded, type Taken, takeGraph } from './taking.js';

export interface ReadGraph extends Taken {
  /** What the parameters want to have beside the graph. */
  meta: WorkflowMeta;
  /** What is or may become a parameter, as the graph was read. */
  inputs: Exposable[];
  /** Why ComfyUI would refuse it; empty while `unchecked`. */
  problems: GraphProblem[];
  /** Names that people know the graph's node classes by; only of classes the engine has. */
  node_names: Record<string, string>;
  /** Why it was not held against an engine, where it was not. */
  unchecked?: string;
}

/** What is made of a graph once it is read. */
export interface GraphEdit {
  /** Values put into inputs of its nodes. */
  values?: readonly { node_id: string; input: string; value: string | number | boolean }[];
  /** All parameters there are to be. `proposed`: what is proposed, where it has none of its own. */
  parameters?: readonly Exposure[] | 'proposed';
}

export type TakeInput = { source: GraphSource; edit?: GraphEdit } & (
  | { infos: Readonly<Record<string, unknown>>; names: readonly string[] }
  | { away: string }
);

export function convertWork(readEmbedded: ReadEmbedded) {
  return {
    askedBy: ({ source }: { source: GraphSource }) => askedBy(source, readEmbedded),

    /** @throws AppError as `takeGraph`, and VALIDATION_ERROR for an edit that does not fit. */
    async take(input: TakeInput): Promise<ReadGraph> {
      const known = 'away' in input ? {} : input.infos;
      const infoOf = (name: string) => (Object.hasOwn(known, name) ? known[name] : undefined);
      const nodes = 'away' in input ? { away: input.away } : { infoOf };
      const taken = await takeGraph(input.source, nodes, readEmbedded);
      const { values = [], parameters = [] } = input.edit ?? {};
      const wanted = parameters === 'proposed' ? parameters : parameters.map((one) => upon(one, taken.graph, values));
      for (const value of values) putValue(taken.graph, value);
      const specs = new Map(
        [...new Set(Object.values(taken.graph).map(({ class_type }) => class_type))].flatMap((name) => {
          const spec = infoOf(name) === undefined ? undefined : parseNodeSpec(infoOf(name), name);
          return spec === undefined ? [] : [[name, spec] as const];
        }),
      );
      const checked =
        'away' in input
          ? { problems: [], unchecked: input.away }
          : { problems: findProblems(taken.graph, { get: (name) => specs.get(name), names: () => input.names }) };
      return {
        ...taken,
        ...exposed(taken.graph, specs, wanted),
        ...checked,
        node_names: Object.fromEntries([...specs].map(([name, spec]) => [name, spec.display_name])),
      };
    },
  };
}
export type ConvertWork = ReturnType<typeof convertWork>;

type GivenValue = NonNullable<GraphEdit['values']>[number];

/** A parameter that keeps what stands in the graph keeps what is put there, too. */
function upon(exposure: Exposure, graph: Graph, values: readonly GivenValue[]): Exposure {
  const put = values.find(({ node_id, input }) =>
    exposure.targets.some((target) => target.node_id === node_id && target.input === input),
  );
  const before = put === undefined ? undefined : graph[put.node_id]?.inputs[put.input];
  return put !== undefined && exposure.default === before ? { ...exposure, default: put.value } : exposure;
}

function putValue(graph: Graph, { node_id, input, value }: GivenValue): void {
  const node = Object.hasOwn(graph, node_id) ? graph[node_id] : undefined;
  if (node === undefined || input === '__proto__') {
    throw new AppError('VALIDATION_ERROR', `The graph has no node ${node_id} with an input ${input}.`, {
      hint: 'Review it anew: the file has changed since.',
      details: { issues: [{ path: ['values'], message: `no node ${node_id}` }] },
    });
  }
  node.inputs[input] = value;
}

/** The graph with its parameters, and what may be one. A graph that brings parameters keeps them unless others are given. */
function exposed(
  graph: Graph,
  specs: ReadonlyMap<string, NodeSpec>,
  wanted: NonNullable<GraphEdit['parameters']>,
): Pick<ReadGraph, 'graph' | 'meta' | 'inputs'> {
  const { placeholders, problem } = findPlaceholders(graph);
  if (problem !== undefined) throw new AppError('WORKFLOW_INVALID', problem);
  const specOf = (name: string) => specs.get(name);
  const catalog = { get: specOf, names: () => [...specs.keys()], refresh: async () => {} };
  const params = describeParams({
    ...{ graph, placeholders, meta: {}, namespace: namespaceOf(graph), catalog },
    defaults: () => undefined,
  });
  const inputs = proposeParams({ graph, params, specOf });
  const proposals = params.length > 0 ? [] : inputs.filter(({ proposed }) => proposed).map(exposureOf);
  const exposures = wanted === 'proposed' ? proposals : wanted;
  if (exposures.length === 0) return { graph, meta: {}, inputs };
  return { ...exposeParams({ graph, meta: {}, params, exposures, specOf }), inputs };
}
