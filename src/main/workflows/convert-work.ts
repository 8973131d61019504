/** Reading and converting graphs, by call: what the thread for it can be asked. */
import { parseNodeSpec } from '../../shared/nodes.js';
import { findProblems, type GraphProblem } from './problems.js';
import { askedBy, type GraphSource, type ReadEmbedded, type Taken, takeGraph } from './taking.js';

export interface ReadGraph extends Taken {
  /** Why ComfyUI would refuse it; empty while `unchecked`. */
  problems: GraphProblem[];
  /** Names that people know the graph's node classes by; only of classes the engine has. */
  node_names: Record<string, string>;
  /** Why it was not held against an engine, where it was not. */
  unchecked?: string;
}

export type TakeInput = { source: GraphSource } & (
  | { infos: Readonly<Record<string, unknown>>; names: readonly string[] }
  | { away: string }
);

export function convertWork(readEmbedded: ReadEmbedded) {
  return {
    askedBy: ({ source }: { source: GraphSource }) => askedBy(source, readEmbedded),

    async take(input: TakeInput): Promise<ReadGraph> {
      if ('away' in input) {
        const taken = await takeGraph(input.source, input, readEmbedded);
        return { ...taken, problems: [], node_names: {}, unchecked: input.away };
      }
      const infoOf = (name: string) => (Object.hasOwn(input.infos, name) ? input.infos[name] : undefined);
      const taken = await takeGraph(input.source, { infoOf }, readEmbedded);
      const specs = new Map(
        [...new Set(Object.values(taken.graph).map(({ class_type }) => class_type))].flatMap((name) => {
          const spec = infoOf(name) === undefined ? undefined : parseNodeSpec(infoOf(name), name);
          return spec === undefined ? [] : [[name, spec] as const];
        }),
      );
      const catalog = {
        get: (name: string) => specs.get(name),
        names: () => [...input.names],
      };
      return {
        ...taken,
        problems: findProblems(taken.graph, catalog),
        node_names: Object.fromEntries([...specs].map(([name, spec]) => [name, spec.display_name])),
      };
    },
  };
}
export type ConvertWork = ReturnType<typeof convertWork>;
