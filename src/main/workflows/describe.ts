/** Parameters of a workflow as tools and forms need them: type, limits, default and the tier that gave it. */

import { borrowedDefault, type ValueSource, wellKnownParams } from '../../shared/defaults.js';
import { placeKey } from '../../shared/graph-link.js';
import { inputSpec, mediaOfInput, type NodeCatalog, type NodeInputSpec } from '../../shared/nodes.js';
import { type InputMedia, isSeedName, maxSafeSeed, type ParamSpec, type ParamValue } from '../../shared/params.js';
import type { Graph, Namespace, WorkflowMeta } from '../../shared/workflow.js';
import { derivedFrom } from './derived.js';
import type { Placeholder } from './placeholders.js';

/** The value that the tiers give for a name, and which one gave it. */
export type ResolveDefault = (namespace: Namespace, name: string) => { value: ParamValue; source: string } | undefined;

export interface DescribeOptions {
  graph: Graph;
  placeholders: readonly Placeholder[];
  meta: WorkflowMeta;
  namespace: Namespace;
  defaults: ResolveDefault;
  /** Sharpens types and limits where the engine is known. */
  catalog: NodeCatalog | undefined;
}

/**
 * Every parameter: the placeholders, and the names of `override_mappings`, which set inputs that hold a literal.
 * Required ones first, then in the order of a form.
 */
export function describeParams(options: DescribeOptions): ParamSpec[] {
  const mappings = options.meta.override_mappings ?? {};
  const derived = options.meta.derived ?? {};
  const own = options.placeholders.filter(({ name }) => !Object.hasOwn(derived, name));
  // What others follow from is asked for even where no node takes it.
  const asked = derivedFrom(options.meta)
    .filter((name) => !options.placeholders.some((placeholder) => placeholder.name === name))
    .map((name): Placeholder => ({ name, type: undefined, multiline: false, targets: [] }));
  const fromPlaceholders = [...own, ...asked].map((placeholder) => {
    const mapped = Object.hasOwn(mappings, placeholder.name) ? (mappings[placeholder.name] ?? []) : [];
    return describe(options, placeholder, mapped.map(toTarget));
  });
  const bound = new Set(options.placeholders.map(({ name }) => name));
  const mappedOnly = Object.entries(mappings)
    .filter(([name]) => !bound.has(name))
    .map(([name, targets]) => describeMapped(options, name, targets.map(toTarget)));
  return [...fromPlaceholders, ...mappedOnly].sort(byForm);
}

function toTarget([node_id, input]: readonly [string, string]): ParamSpec['targets'][number] {
  return { node_id, input };
}

function describe(options: DescribeOptions, placeholder: Placeholder, mapped: ParamSpec['targets']): ParamSpec {
  const { name } = placeholder;
  const targets = withoutTwins([...placeholder.targets, ...mapped]);
  const inputs = inputsOf(options, targets);
  const type =
    placeholder.type ?? typeOf(inputs) ?? wellKnownParams.get(name)?.type ?? (isSeedName(name) ? 'integer' : 'string');
  const fallback = defaultOf(options, name);
  const media = mediaAt(options, targets);
  const mayBeAbsent = isSeedName(name) || options.meta.optional?.includes(name) === true;
  return {
    ...common(options, name, type, inputs, media),
    required: fallback === undefined && !mayBeAbsent,
    ...(fallback === undefined ? {} : { default: fallback.value, default_source: fallback.source }),
    ...(placeholder.multiline || isMultiline(name, inputs) ? { multiline: true } : {}),
    targets,
  };
}

/** A name that only `override_mappings` knows: the graph has a value already, which stays unless a call gives another. */
function describeMapped(options: DescribeOptions, name: string, targets: ParamSpec['targets']): ParamSpec {
  const inputs = inputsOf(options, targets);
  const literals = targets.map(({ node_id, input }) => options.graph[node_id]?.inputs[input]).filter(isParamValue);
  const fallback = ownDefault(options.meta, name) ?? literalDefault(literals[0]);
  const media = mediaAt(options, targets);
  return {
    ...common(
      options,
      name,
      typeOf(inputs) ?? wellKnownParams.get(name)?.type ?? literalType(literals[0]),
      inputs,
      media,
    ),
    required: false,
    ...(fallback === undefined ? {} : { default: fallback.value, default_source: fallback.source }),
    ...(isMultiline(name, inputs) ? { multiline: true } : {}),
    targets: withoutTwins(targets),
  };
}

function common(
  { meta }: DescribeOptions,
  name: string,
  type: ParamSpec['type'],
  inputs: readonly NodeInputSpec[],
  media: InputMedia | undefined,
): Omit<ParamSpec, 'required' | 'targets'> {
  const constraints = own(meta.constraints, name);
  const known = wellKnownParams.get(name);
  const numeric = type === 'integer' || type === 'number';
  const limits = !numeric ? {} : { ...nodeLimits(inputs), ...defined(constraints, ['min', 'max', 'step']) };
  // -1 asks for a new seed, and beyond 2^53 JSON numbers lose digits.
  const seedLimits = isSeedName(name) ? { min: -1, max: Math.min(limits.max ?? maxSafeSeed, maxSafeSeed) } : {};
  return {
    name,
    type,
    description:
      own(meta.descriptions, name) ??
      known?.description ??
      (media === undefined ? inputs[0]?.tooltip : `The ${media} to use: an asset_id, or an input name of ComfyUI.`) ??
      `Sets ${name.replaceAll('_', ' ')} in this workflow.`,
    ...(numeric ? defined(known, ['min', 'max']) : {}),
    ...limits,
    ...seedLimits,
    ...(constraints?.enum === undefined ? {} : { enum: constraints.enum }),
    ...(media === undefined ? {} : { media }),
  };
}

/** The kind of file that every place of a parameter wants; undefined when one of them takes something else. */
function mediaAt({ graph, catalog }: DescribeOptions, targets: ParamSpec['targets']): InputMedia | undefined {
  const kinds = targets.map(({ node_id, input }) => {
    const classType = graph[node_id]?.class_type ?? '';
    return mediaOfInput(classType, input, catalog?.get(classType));
  });
  const first = kinds.find((kind) => kind !== 'mask') ?? kinds[0];
  return kinds.includes(undefined) ? undefined : first;
}

function defaultOf(options: DescribeOptions, name: string): { value: ParamValue; source: string } | undefined {
  const mine = ownDefault(options.meta, name) ?? options.defaults(options.namespace, name);
  if (mine !== undefined) return mine;
  const last = own(options.meta.fallbacks, name);
  if (last !== undefined) return { value: last, source: 'metadata' satisfies ValueSource };
  const borrowed = borrowedDefault(name);
  return borrowed === undefined ? undefined : { value: borrowed, source: 'built-in' satisfies ValueSource };
}

function ownDefault(meta: WorkflowMeta, name: string): { value: ParamValue; source: ValueSource } | undefined {
  const value = own(meta.defaults, name);
  return value === undefined ? undefined : { value, source: 'metadata' };
}

function literalDefault(value: ParamValue | undefined): { value: ParamValue; source: ValueSource } | undefined {
  return value === undefined ? undefined : { value, source: 'workflow' };
}

function inputsOf({ graph, catalog }: DescribeOptions, targets: ParamSpec['targets']): NodeInputSpec[] {
  if (catalog === undefined) return [];
  return targets.flatMap(({ node_id, input }) => {
    const node = graph[node_id];
    const spec = node === undefined ? undefined : catalog.get(node.class_type);
    const found = spec === undefined ? undefined : inputSpec(spec, input);
    return found === undefined ? [] : [found];
  });
}

/** What a parameter of these inputs is; undefined where no class tells. */
export function typeOf(inputs: readonly NodeInputSpec[]): ParamSpec['type'] | undefined {
  const kinds = inputs.map(({ kind }) => kind);
  const first = (['integer', 'number', 'boolean', 'string'] as const).find((kind) => kinds.includes(kind));
  return first ?? (kinds.includes('combo') ? 'string' : undefined);
}

function literalType(value: ParamValue | undefined): ParamSpec['type'] {
  if (typeof value === 'number') return 'number';
  return typeof value === 'boolean' ? 'boolean' : 'string';
}

/** The range that all inputs accept. Only for whole numbers a node's step is a rule; for others it serves forms. */
export function nodeLimits(inputs: readonly NodeInputSpec[]): Pick<ParamSpec, 'min' | 'max' | 'step' | 'nudge'> {
  const numbers = inputs.filter(({ kind }) => kind === 'integer' || kind === 'number');
  const all = (key: 'min' | 'max') => numbers.flatMap((input) => input[key] ?? []);
  const steps = (kind: NodeInputSpec['kind']) =>
    numbers.flatMap((input) => (input.kind === kind && input.step !== undefined && input.step > 0 ? input.step : []));
  const [min, max, step, nudge] = [all('min'), all('max'), steps('integer'), steps('number')];
  return {
    ...(min.length === 0 ? {} : { min: Math.max(...min) }),
    ...(max.length === 0 ? {} : { max: Math.min(...max) }),
    // A step of 1 says no more than that the number is whole.
    ...(step.every((one) => one === 1) ? {} : { step: Math.max(...step) }),
    ...(nudge.length === 0 ? {} : { nudge: Math.max(...nudge) }),
  };
}

function isMultiline(name: string, inputs: readonly NodeInputSpec[]): boolean {
  return wellKnownParams.get(name)?.multiline === true || inputs.some(({ multiline }) => multiline === true);
}

function withoutTwins(targets: ParamSpec['targets']): ParamSpec['targets'] {
  const seen = new Set<string>();
  return targets.filter(({ node_id, input }) => {
    const key = placeKey(node_id, input);
    return seen.has(key) ? false : seen.add(key);
  });
}

const formOrder = [...wellKnownParams.keys()];

function byForm(a: ParamSpec, b: ParamSpec): number {
  if (a.required !== b.required) return a.required ? -1 : 1;
  const [first, second] = [formOrder.indexOf(a.name), formOrder.indexOf(b.name)];
  return (first === -1 ? formOrder.length : first) - (second === -1 ? formOrder.length : second);
}

function isParamValue(value: unknown): value is ParamValue {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Names come from files: `constructor` must not find what every object has. */
function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

function defined<T extends object, K extends keyof T>(from: T | undefined, keys: readonly K[]): Partial<Pick<T, K>> {
  const result: Partial<Pick<T, K>> = {};
  for (const key of keys) if (from?.[key] !== undefined) result[key] = from[key];
  return result;
}
