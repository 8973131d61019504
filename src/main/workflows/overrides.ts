/** Changing values of a graph that is stored as it was submitted, without placeholders. */
import { wellKnownParams } from '../../shared/defaults.js';
import { AppError } from '../../shared/errors.js';
import { parseFormula } from '../../shared/formula.js';
import { placeKey } from '../../shared/graph-link.js';
import { type GraphParam, graphParams, valuesOf } from '../../shared/graph-params.js';
import { nearest } from '../../shared/nearest.js';
import { coerceParam, fitSeed, isSeedName, maxSafeSeed, type ParamSpec, type ParamValue } from '../../shared/params.js';
import type { Graph } from '../../shared/workflow.js';
import type { BoundWorkflow } from './binding.js';
import { applyDerived } from './derived.js';
import type { LoadedWorkflow } from './library.js';
import { locating } from './located.js';

/** A value that can be changed, and the name it is recorded under. */
interface Changeable {
  spec: ParamSpec;
  recordAs: string;
}

export interface OverrideOptions {
  graph: Graph;
  /** Values it was made with; read from the graph where none were stored. */
  parameters: Readonly<Record<string, ParamValue | null>>;
  /** The workflow it came from, if that is still known. */
  workflow: LoadedWorkflow | undefined;
  values: Readonly<Record<string, unknown>>;
  drawSeed: () => number;
}

/**
 * A copy of the graph with new values. The workflow's own parameters say where they go, as far as its nodes are still
 * those of the graph; everything else is found by following links. Null counts as not given, a seed of -1 is drawn.
 *
 * @throws AppError VALIDATION_ERROR for unknown names, telling what can be changed, and for values of the wrong type;
 * INVALID_VALUE outside the limits.
 */
export function overrideGraph(options: OverrideOptions): BoundWorkflow {
  const { workflow, values, drawSeed } = options;
  const told = graphParams(options.graph);
  const changeable = changeableOf(options, told);
  const given = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
  refuseUnknown(
    given.map(([name]) => name),
    [...changeable.keys()],
  );

  const graph = structuredClone(options.graph);
  const parameters: Record<string, ParamValue> = {
    ...(storedOf(options.parameters) ?? valuesOf(told)),
  };
  const sources: Record<string, string> = {};
  const changed = new Set<string>();
  for (const [name, value] of given) {
    const found = changeable.get(name);
    if (found === undefined) continue;
    const { spec, recordAs } = found;
    const coerced = locating(options.graph, spec, () => coerceParam(spec, value));
    const used = isSeedName(recordAs) && coerced === -1 ? fitSeed(drawSeed(), spec) : coerced;
    parameters[recordAs] = used;
    sources[recordAs] = 'call';
    for (const { node_id, input } of spec.targets) {
      const node = graph[node_id];
      if (node === undefined) continue;
      node.inputs[input] = used;
      changed.add(placeKey(node_id, input));
    }
  }
  Object.assign(parameters, derivedAnew(graph, workflow, sources, parameters));
  const seed = parameters.seed ?? parameters.noise_seed;
  return {
    namespace: workflow?.workflow.namespace ?? 'image',
    graph,
    parameters,
    seed: typeof seed === 'number' ? seed : undefined,
    sources,
    sourceOf: (nodeId, input) => (changed.has(placeKey(nodeId, input)) ? 'call' : undefined),
    dropped: Object.keys(values).filter((name) => values[name] === null),
  };
}

/** What follows from a value that was changed follows it; what nobody touched stays as it was. Changes `graph`. */
function derivedAnew(
  graph: Graph,
  workflow: LoadedWorkflow | undefined,
  changed: Readonly<Record<string, string>>,
  parameters: Readonly<Record<string, ParamValue>>,
): Record<string, number> {
  const template = workflow?.graph;
  if (template === null || template === undefined) return {};
  const touched = Object.entries(workflow?.meta.derived ?? {}).filter(
    ([name, text]) =>
      !Object.hasOwn(changed, name) && parseFormula(text).names.some((other) => Object.hasOwn(changed, other)),
  );
  return applyDerived(graph, template, Object.fromEntries(touched), parameters);
}

/** What can be changed of a graph, and the values it was made with, for a form. */
export function changeableParams(options: Source): {
  params: ParamSpec[];
  values: Record<string, ParamValue>;
} {
  const told = graphParams(options.graph);
  const known = { ...valuesOf(told), ...storedOf(options.parameters) };
  // A parameter that two names reach stands once, under its own.
  const found = [...changeableOf(options, told)].filter(([name, { recordAs }]) => name === recordAs);
  return {
    params: found.map(([, { spec }]) => spec),
    values: Object.fromEntries(found.flatMap(([name]) => (known[name] === undefined ? [] : [[name, known[name]]]))),
  };
}

type Source = Omit<OverrideOptions, 'values' | 'drawSeed'>;

function changeableOf(options: Source, told: readonly GraphParam[]): Map<string, Changeable> {
  const changeable = new Map<string, Changeable>();
  for (const spec of options.workflow?.workflow.params ?? []) {
    if (fitsGraph(spec, options, told)) changeable.set(spec.name, { spec, recordAs: spec.name });
  }
  const owners = [...changeable.values()];
  for (const param of told) {
    if (changeable.has(param.name)) continue;
    // A workflow may call the prompt by a name of its own: the usual name reaches it too.
    const owner = owners.find(({ spec }) => param.targets.some((target) => spec.targets.some(isSame(target))));
    changeable.set(param.name, owner ?? { spec: specOf(param), recordAs: param.name });
  }
  return changeable;
}

/**
 * Whether the places a workflow's parameter has now are those it had when the graph was made: the file may have changed
 * since. They are when the nodes are of the same class and hold the very value that was recorded; and what the sampler
 * takes as the one prompt is never the place of the other.
 */
function fitsGraph(spec: ParamSpec, options: Source, told: readonly GraphParam[]): boolean {
  const { graph, parameters, workflow } = options;
  const recorded = Object.hasOwn(parameters, spec.name) ? parameters[spec.name] : undefined;
  const opposite = told.find(({ name }) => name === opposites[spec.name]);
  return spec.targets.every((target) => {
    const stored = graph[target.node_id];
    const value = stored?.inputs[target.input];
    return (
      stored?.class_type === workflow?.graph?.[target.node_id]?.class_type &&
      value !== undefined &&
      String(value) === String(recorded) &&
      !opposite?.targets.some(isSame(target))
    );
  });
}

const opposites: Readonly<Record<string, string>> = { prompt: 'negative_prompt', negative_prompt: 'prompt' };

function specOf({ name, type, targets }: GraphParam): ParamSpec {
  const known = wellKnownParams.get(name);
  const limits = isSeedName(name)
    ? { min: -1, max: maxSafeSeed }
    : {
        ...(known?.min === undefined ? {} : { min: known.min }),
        ...(known?.max === undefined ? {} : { max: known.max }),
      };
  return { name, type, required: false, description: known?.description ?? '', ...limits, targets };
}

function storedOf(parameters: OverrideOptions['parameters']): Record<string, ParamValue> | undefined {
  const entries = Object.entries(parameters).filter((entry): entry is [string, ParamValue] => entry[1] !== null);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function isSame(one: ParamSpec['targets'][number]) {
  return (other: ParamSpec['targets'][number]) => one.node_id === other.node_id && one.input === other.input;
}

function refuseUnknown(names: readonly string[], known: readonly string[]): void {
  const unknown = names.filter((name) => !known.includes(name));
  const [first] = unknown;
  if (first === undefined) return;
  const close = nearest(first, known);
  const all = known.length === 0 ? 'nothing in it can be' : `what can be is ${known.join(', ')}`;
  throw new AppError(
    'VALIDATION_ERROR',
    `${unknown.map((name) => `"${name}"`).join(', ')} can't be changed in this asset's graph; ${all}.`,
    {
      hint: close.length > 0 ? `Did you mean ${close.join(' or ')}?` : 'get_asset_metadata shows the graph.',
      details: { unknown, known, nearest: close },
    },
  );
}
