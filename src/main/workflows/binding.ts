/** Puts values into a graph's placeholders. */

import { sourceInWords, type ValueSource } from '../../shared/defaults.js';
import { AppError } from '../../shared/errors.js';
import { placeKey } from '../../shared/graph-link.js';
import { nearest } from '../../shared/nearest.js';
import { coerceParam, fitSeed, isSeedName, type ParamSpec, type ParamValue } from '../../shared/params.js';
import type { Graph, Namespace, Workflow, WorkflowMeta } from '../../shared/workflow.js';
import { applyDerived, withoutNodes } from './derived.js';
import { locating } from './located.js';

export interface BoundWorkflow {
  namespace: Namespace;
  /** Ready to be sent: no placeholder is left. */
  graph: Graph;
  /** Every value really used, by parameter name. */
  parameters: Record<string, ParamValue>;
  /** The seed used, drawn or given; undefined when the workflow has none. */
  seed: number | undefined;
  /** Which tier gave each parameter. */
  sources: Record<string, string>;
  /** Which tier gave the value of an input; undefined for what the graph itself holds. */
  sourceOf(nodeId: string, input: string): string | undefined;
  /** Given names that had no effect, because their value was null. */
  dropped: string[];
}

/**
 * Fills the placeholders of a copy of the graph. A parameter's value is the call's, else its default as the library
 * resolved it; null counts as not given. A seed that is absent or -1 is drawn. Values are never read as placeholders
 * themselves, whatever they contain. A file that may be left out and is takes its loader along, and what follows from
 * other values is worked out last.
 *
 * @throws AppError VALIDATION_ERROR for unknown names, for missing ones (all of them named) and values of the wrong type,
 * INVALID_VALUE for values outside the limits.
 */
export function bindWorkflow({
  workflow,
  graph: template,
  meta = {},
  values,
  drawSeed,
}: {
  workflow: Workflow;
  graph: Graph;
  meta?: WorkflowMeta;
  values: Readonly<Record<string, unknown>>;
  drawSeed: () => number;
}): BoundWorkflow {
  const { params } = workflow;
  refuseUnknown(workflow, Object.keys(values));
  const given = new Map(Object.entries(values).filter(([, value]) => value !== null && value !== undefined));
  refuseMissing(workflow, given);

  const graph = structuredClone(template);
  const parameters: Record<string, ParamValue> = {};
  const sources: Record<string, string> = {};
  const sourceByInput = new Map<string, string>();
  const absent = new Set<string>();
  for (const spec of params) {
    const chosen = locating(template, spec, () => choose(spec, given, drawSeed));
    if (chosen === undefined) {
      if (meta.optional?.includes(spec.name)) for (const { node_id } of spec.targets) absent.add(node_id);
      continue;
    }
    parameters[spec.name] = chosen.value;
    sources[spec.name] = chosen.source;
    // What the graph holds already stays: its places may hold different values.
    if (chosen.source === ('workflow' satisfies ValueSource)) continue;
    for (const { node_id, input } of spec.targets) {
      const node = graph[node_id];
      if (node === undefined) continue;
      node.inputs[input] = chosen.value;
      sourceByInput.set(placeKey(node_id, input), chosen.source);
    }
  }
  applyDerived(graph, template, meta.derived ?? {}, parameters);
  withoutNodes(graph, absent);
  return {
    namespace: workflow.namespace,
    graph,
    parameters,
    seed: usedSeed(parameters),
    sources,
    sourceOf: (nodeId, input) => sourceByInput.get(placeKey(nodeId, input)),
    dropped: Object.keys(values).filter((name) => values[name] === null),
  };
}

function choose(
  spec: ParamSpec,
  given: ReadonlyMap<string, unknown>,
  drawSeed: () => number,
): { value: ParamValue; source: string } | undefined {
  const source = given.has(spec.name) ? ('call' satisfies ValueSource) : spec.default_source;
  const value = given.has(spec.name) ? given.get(spec.name) : spec.default;
  if (isSeedName(spec.name) && (value === undefined || isMinusOne(value))) {
    return { value: fitSeed(drawSeed(), spec), source: 'drawn' satisfies ValueSource };
  }
  if (value === undefined || source === undefined) return undefined;
  return { value: source === 'call' ? coerceParam(spec, value) : coerceDefault(spec, value, source), source };
}

/** A default of the wrong kind is nobody's call: the error says which tier to mend. */
function coerceDefault(spec: ParamSpec, value: unknown, source: string): ParamValue {
  try {
    return coerceParam(spec, value);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, `${error.message} This value comes from ${sourceInWords(source)}.`, {
      hint: `Send ${spec.name} with the call, or change it there.`,
      details: { ...error.details, source },
      cause: error,
    });
  }
}

function isMinusOne(value: unknown): boolean {
  return value === -1 || (typeof value === 'string' && value.trim() === '-1');
}

function usedSeed(parameters: Readonly<Record<string, ParamValue>>): number | undefined {
  const name = Object.hasOwn(parameters, 'seed') ? 'seed' : Object.keys(parameters).find(isSeedName);
  const seed = name === undefined ? undefined : parameters[name];
  return typeof seed === 'number' ? seed : undefined;
}

function refuseUnknown(workflow: Workflow, names: readonly string[]): void {
  const known = workflow.params.map((spec) => spec.name);
  const unknown = names.filter((name) => !known.includes(name));
  const [first] = unknown;
  if (first === undefined) return;
  const close = nearest(first, known);
  const all = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`;
  throw new AppError(
    'VALIDATION_ERROR',
    `The workflow "${workflow.id}" has no parameter ${unknown.map((name) => `"${name}"`).join(', ')}; ${all}.`,
    {
      hint:
        close.length === 0
          ? 'list_workflows tells the parameters of each workflow.'
          : `Did you mean ${close.join(' or ')}?`,
      details: { unknown, known, nearest: close, issues: unknown.map((name) => issue(name, 'unknown parameter')) },
    },
  );
}

function refuseMissing(workflow: Workflow, given: ReadonlyMap<string, unknown>): void {
  const missing = workflow.params.filter((spec) => spec.required && !given.has(spec.name)).map((spec) => spec.name);
  if (missing.length === 0) return;
  throw new AppError('VALIDATION_ERROR', `The workflow "${workflow.id}" needs ${missing.join(', ')}.`, {
    hint: `Send ${missing.join(', ')} with the call.`,
    details: { missing, issues: missing.map((name) => issue(name, 'required')) },
  });
}

function issue(name: string, message: string): { path: string[]; message: string } {
  return { path: [name], message };
}
