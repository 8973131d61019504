/** /object_info: the specifications of the nodes. Source: ComfyUI 0.3.64, server.py node_info(). */
import type { EngineParts } from '../engine.js';
import { json, type Route } from '../http.js';
import type { DemoNode, InputSpec, NodeInfo } from '../node.js';

const TWO_64 = 2 ** 64;
const TWO_63 = 2 ** 63;

export function objectInfoRoutes(engine: EngineParts): Route[] {
  const { nodes, profile } = engine;
  const describe = async (list: Iterable<DemoNode>): Promise<Map<string, unknown>> => {
    const infos = await Promise.all([...list].map(({ info }) => engine.currentInfo(info)));
    return new Map(infos.map((info) => [info.name, forProfile(info)]));
  };
  const forProfile = (info: NodeInfo): Record<string, unknown> => {
    if (!profile.modernRoutes) return { ...info, input_order: undefined, output_tooltips: undefined };
    if (!profile.jobs) return info;
    return {
      ...info,
      is_input_list: false,
      has_intermediate_output: false,
      search_aliases: [],
      essentials_category: null,
      dev_only: false,
    };
  };
  return [
    { method: 'GET', path: '/object_info', handler: async () => json(await describe(nodes.values())) },
    {
      method: 'GET',
      path: '/object_info/{class}',
      async handler({ params }) {
        const node = nodes.get(params.class ?? '');
        return json(await describe(node ? [node] : []));
      },
    },
  ];
}

/**
 * Limits of 2^64 - 1 and 2^63 - 1 as the integers that they are: a double holds only the power of two above.
 * Gives the node a specification of its own.
 */
export function withExactLimits(node: DemoNode): DemoNode {
  const exact = (value: unknown): unknown => {
    if (value === TWO_64) return 2n ** 64n - 1n;
    if (value === TWO_63) return 2n ** 63n - 1n;
    if (value === -TWO_63) return 1n - 2n ** 63n;
    return value;
  };
  const fill = (specs: Record<string, InputSpec> | undefined) =>
    specs &&
    Object.fromEntries(
      Object.entries(specs).map(([name, [type, options]]): [string, InputSpec] => {
        if (!options || (type !== 'INT' && type !== 'FLOAT')) return [name, options ? [type, options] : [type]];
        const { min, max } = options;
        const limits = {
          ...('min' in options ? { min: exact(min) } : {}),
          ...('max' in options ? { max: exact(max) } : {}),
        };
        return [name, [type, { ...options, ...limits }]];
      }),
    );
  const { required, optional } = node.info.input;
  const input = { ...node.info.input };
  if (required) input.required = fill(required);
  if (optional) input.optional = fill(optional);
  // The node's own methods must keep their `this`, so it becomes the prototype.
  return Object.create(node, { info: { value: { ...node.info, input } } }) as DemoNode;
}
