/**
 * How the seed project runs a workflow, as a model for tests. Source: `workflow_manager.py` of the seed: a workflow's
 * tool fills the placeholders, `run_workflow` follows `override_mappings` or, without any, the placeholders.
 */
import type { Graph, WorkflowMeta } from '../../../shared/workflow.js';

const types = ['STR', 'STRING', 'TEXT', 'INT', 'FLOAT', 'BOOL'];
const optional = new Set(
  'seed width height model steps cfg sampler_name scheduler denoise negative_prompt seconds lyrics_strength duration fps'.split(
    ' ',
  ),
);
const builtIn: Record<string, unknown> = {
  ...{ width: 512, height: 512, model: 'v1-5-pruned-emaonly.ckpt', steps: 20, cfg: 8, sampler_name: 'euler' },
  ...{ scheduler: 'normal', denoise: 1, negative_prompt: 'text, watermark' },
};

interface SeedParam {
  type: string;
  required: boolean;
  bindings: [string, string][];
}

/** Only the first word after the prefix may be a type, and only when something follows it. */
export function seedParams(graph: Graph): Map<string, SeedParam> {
  const params = new Map<string, SeedParam>();
  for (const [id, { inputs }] of Object.entries(graph)) {
    for (const [input, value] of Object.entries(inputs)) {
      if (typeof value !== 'string' || !value.startsWith('PARAM_')) continue;
      const token = value.slice('PARAM_'.length);
      const [first = '', ...rest] = token.split('_');
      const typed = rest.length > 0 && types.includes(first.toUpperCase());
      const name =
        (typed ? rest.join('_') : token)
          .trim()
          .toLowerCase()
          .replace(/[^\p{L}\p{N}]/gu, '_')
          .replace(/^_+|_+$/g, '') || 'param';
      const param = params.get(name) ?? {
        type: typed ? first.toUpperCase() : 'STR',
        required: !optional.has(name),
        bindings: [],
      };
      param.bindings.push([id, input]);
      params.set(name, param);
    }
  }
  return params;
}

function coerced(value: unknown, type: string): unknown {
  if (type === 'INT') return Math.trunc(Number(value));
  if (type === 'FLOAT') return Number(value);
  if (type === 'BOOL')
    return typeof value === 'string' ? ['1', 'true', 'yes', 'y'].includes(value.toLowerCase()) : Boolean(value);
  return String(value);
}

/** A call of the workflow's own tool. Metadata has no say in it. */
export function seedTool(template: Graph, given: Record<string, unknown>): Graph {
  const graph = structuredClone(template);
  for (const [name, { type, required, bindings }] of seedParams(template)) {
    if (required && !(name in given)) throw new Error(`Missing required parameter '${name}'`);
    const value = given[name] ?? (name === 'seed' && type === 'INT' ? 4_294_967_295 : builtIn[name]);
    if (value === undefined) continue;
    for (const [id, input] of bindings) put(graph, id, input, coerced(value, type));
  }
  return graph;
}

/** A call of `run_workflow`. */
export function seedRun(template: Graph, meta: WorkflowMeta, given: Record<string, unknown>): Graph {
  const graph = structuredClone(template);
  const params = seedParams(template);
  const own = meta.override_mappings ?? {};
  const mappings =
    Object.keys(own).length > 0 ? own : Object.fromEntries([...params].map(([name, { bindings }]) => [name, bindings]));
  for (const [name, value] of Object.entries(given)) {
    const places = mappings[name];
    if (places === undefined) continue;
    const limits = meta.constraints?.[name] ?? {};
    if (limits.enum !== undefined && !limits.enum.includes(value as string)) throw new Error(`${name}: not in enum`);
    if (typeof value === 'number' && (value < (limits.min ?? value) || value > (limits.max ?? value))) {
      throw new Error(`${name}: out of limits`);
    }
    const type = params.get(name)?.type;
    for (const [id, input] of places) put(graph, id, input, type === undefined ? value : coerced(value, type));
  }
  for (const [name, { required, bindings }] of params) {
    if (name in given || required || builtIn[name] === undefined) continue;
    for (const [id, input] of bindings) put(graph, id, input, builtIn[name]);
  }
  return graph;
}

function put(graph: Graph, id: string, input: string, value: unknown): void {
  const node = graph[id];
  if (node !== undefined) node.inputs[input] = value;
}
