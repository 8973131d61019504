/**
 * Makes inputs of a graph parameters, in ways that the seed project understands. What a call has to give, and seeds,
 * which are drawn, become placeholders (`PARAM_TEXT_PROMPT`). Everything that has a value keeps it in the graph and is
 * named in `override_mappings`: the seed has no defaults for a placeholder but its own, which are right for one model
 * only. Once there is a mapping the seed reads nothing but mappings, so placeholders are named there, too. Pure.
 */
import { wellKnownParams } from '../../../shared/defaults.js';
import { AppError } from '../../../shared/errors.js';
import { placeKey } from '../../../shared/graph-link.js';
import { coerceParam, isSeedName, type ParamSpec, type ParamValue } from '../../../shared/params.js';
import type { Graph, WorkflowMeta } from '../../../shared/workflow.js';
import { type MetaIssue, withMetaChanges } from '../../../shared/workflow-meta.js';
import { type Exposure, nameIssue } from '../../../shared/workflow-params.js';
import { typeOf } from '../describe.js';
import { parsePlaceholder } from '../placeholders.js';
import { bareGraph, isLiteral, isSettable, type Literal, originalAt, plainValue, type SpecOf, specAt } from './bare.js';
import { followRenames, paramAt, renamesOf } from './formulas.js';

export interface ExposeOptions {
  graph: Graph;
  meta: WorkflowMeta;
  /** The parameters that graph and metadata make now. */
  params: readonly ParamSpec[];
  /** All that there are to be: what is not among them becomes a plain value again. */
  exposures: readonly Exposure[];
  specOf: SpecOf;
}

/**
 * Graph and metadata with exactly these parameters. A parameter that is named without anything else stays as it is; one
 * that has a new name in its old place takes its rules along, and formulas that need it follow.
 *
 * @throws AppError VALIDATION_ERROR with `details.issues`, each a path into the list and a sentence; so also where a
 *   formula needs what is to be no parameter any more.
 */
export function exposeParams(options: ExposeOptions): { graph: Graph; meta: WorkflowMeta } {
  const { graph, placeholders } = bareGraph(options);
  refuse(issuesOf(options, graph));
  const derived = followRenames(options.meta, options.params, options.exposures);
  const renames = renamesOf(options.params, options.exposures);
  const meta = withoutParams(options);
  let mapped = false;
  for (const exposure of options.exposures) {
    const { name, targets } = exposure;
    const before = paramAt(options.params, targets);
    const was = before !== undefined && targets.some((target) => placeholders.has(keyOf(target)));
    // Rules of a name that went on to another parameter are that one's.
    const own = ownOf(options.meta, before?.name ?? (renames.has(name) ? undefined : name));
    const keepsValue = !(own.optional && was) && !becomesPlaceholder(exposure, before, was);
    putRules(meta, exposure, own);
    if (own.fallback !== undefined) meta.fallbacks[name] = own.fallback;
    if (own.optional && exposure.required !== true) meta.optional.push(name);
    meta.override_mappings[name] = targets.map(({ node_id, input }) => [node_id, input]);
    const type = typeAt(graph, options.specOf, name, targets, before);
    if (keepsValue) {
      mapped = true;
      const value = exposure.default ?? (was ? before.default : undefined) ?? undefined;
      if (value !== undefined) for (const target of targets) write(graph, target, coerceParam(bare(name, type), value));
      // A default that an editor wrote beside the graph would win over what stands in it.
      else if (own.default !== undefined && exposure.default === undefined) meta.defaults[name] = own.default;
      continue;
    }
    const fallback = fallbackOf(exposure, own.default);
    if (fallback !== undefined) meta.defaults[name] = fallback;
    const text = placeholderText(name, type, isLong(options, targets));
    for (const target of targets) {
      const { node_id, input } = target;
      // Where a placeholder stands already, the graph has only a stand-in for what it never told.
      const literal = placeholders.has(keyOf(target))
        ? originalAt(options.meta, node_id, input, undefined)
        : literalAt(graph, target);
      if (literal !== undefined) {
        meta.originals[node_id] = { ...meta.originals[node_id], [input]: plainValue(literal) };
      }
      write(graph, target, sameName(options.graph[node_id]?.inputs[input], name) ?? text);
    }
  }
  const { override_mappings, ...others } = meta;
  const changes = { ...others, derived, override_mappings: mapped ? override_mappings : {} };
  return { graph, meta: withMetaChanges(options.meta, changes) };
}

/** Keys of the metadata that go by the names of parameters. */
type Rules = Required<
  Pick<
    WorkflowMeta,
    'override_mappings' | 'defaults' | 'constraints' | 'descriptions' | 'originals' | 'fallbacks' | 'optional'
  >
>;

/** The rules of names that are no parameters with a place in the graph: those others follow from, and unknown ones. */
function withoutParams({ meta, params }: ExposeOptions): Rules {
  const gone = new Set(params.filter(({ targets }) => targets.length > 0).map(({ name }) => name));
  const left = <T>(record: Record<string, T> = {}) =>
    Object.fromEntries(Object.entries(record).filter(([name]) => !gone.has(name)));
  return {
    override_mappings: {},
    originals: {},
    defaults: left(meta.defaults),
    constraints: left(meta.constraints),
    descriptions: left(meta.descriptions),
    fallbacks: left(meta.fallbacks),
    optional: (meta.optional ?? []).filter((name) => !gone.has(name)),
  };
}

type Target = ParamSpec['targets'][number];

/**
 * `required` decides, then a default that differs; else it stays as it is. What is new keeps its value, but for seeds:
 * without a default they are drawn.
 */
function becomesPlaceholder(
  { name, required, default: value }: Exposure,
  before: ParamSpec | undefined,
  was: boolean,
): boolean {
  const drawn = isSeedName(name) && value == null && (before === undefined || was);
  if (required !== undefined) return required || drawn;
  if (value != null && value !== before?.default) return false;
  return before === undefined ? drawn : was;
}

/** What the metadata gives where the call does not: never where a call has to give it. */
function fallbackOf({ required, default: value }: Exposure, own: ParamValue | undefined): ParamValue | undefined {
  if (value !== undefined) return value ?? undefined;
  return required === true ? undefined : own;
}

type Constraint = NonNullable<WorkflowMeta['constraints']>[string];

interface Own {
  default: ParamValue | undefined;
  fallback: ParamValue | undefined;
  /** A file that may be left out. */
  optional: boolean;
  constraint: Constraint;
  description: string | undefined;
}

function ownOf(meta: WorkflowMeta, name: string | undefined): Own {
  const at = <T>(record: Record<string, T> | undefined) =>
    record !== undefined && name !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
  return {
    default: at(meta.defaults),
    fallback: at(meta.fallbacks),
    optional: name !== undefined && meta.optional?.includes(name) === true,
    constraint: at(meta.constraints) ?? {},
    description: at(meta.descriptions),
  };
}

function putRules(
  meta: { constraints: Record<string, Constraint>; descriptions: Record<string, string> },
  exposure: Exposure,
  own: Own,
): void {
  const constraint: Constraint = { ...own.constraint };
  for (const key of ['min', 'max', 'step'] as const) {
    const value = exposure[key];
    if (value === null) delete constraint[key];
    else if (value !== undefined) constraint[key] = value;
  }
  const { enum: choices, description, name } = exposure;
  if (choices === null || choices?.length === 0) delete constraint.enum;
  else if (choices !== undefined) constraint.enum = choices;
  if (Object.keys(constraint).length > 0) meta.constraints[name] = constraint;
  const words = description === undefined ? own.description : (description?.trim() ?? '');
  if (words !== undefined && words !== '') meta.descriptions[name] = words;
}

function issuesOf({ exposures, params, meta, specOf }: ExposeOptions, graph: Graph): MetaIssue[] {
  const names = new Map<string, number>();
  const places = new Map<string, string>();
  const known = new Set(params.map(({ name }) => name));
  return exposures.flatMap((exposure, index) => {
    const { name, targets } = exposure;
    const issues: MetaIssue[] = [];
    const tell = (key: string, message: string) =>
      issues.push({ path: ['parameters', String(index), key], message: `“${name}”: ${message}` });
    const wrongName = known.has(name) ? undefined : nameIssue(name);
    if (wrongName !== undefined) tell('name', wrongName);
    if (meta.derived !== undefined && Object.hasOwn(meta.derived, name)) {
      tell('name', `It follows from other parameters by a formula (${meta.derived[name]}) and can’t be set.`);
    }
    if (names.has(name)) tell('name', 'Two parameters can’t have one name: put the inputs of both under targets.');
    names.set(name, index);
    for (const target of targets) {
      const { node_id, input } = target;
      const other = places.get(keyOf(target));
      if (other !== undefined) tell('targets', `Input ${input} of node ${node_id} belongs to “${other}” already.`);
      places.set(keyOf(target), name);
      const wrong = targetIssue(graph, target);
      if (wrong !== undefined) tell('targets', wrong);
    }
    if (issues.length === 0 && exposure.default != null) {
      const wrong = misfit(bare(name, typeAt(graph, specOf, name, targets)), exposure.default);
      if (wrong !== undefined) tell('default', wrong);
    }
    return issues;
  });
}

function targetIssue(graph: Graph, target: Target): string | undefined {
  const { node_id, input } = target;
  const node = Object.hasOwn(graph, node_id) ? graph[node_id] : undefined;
  if (node === undefined) return `The graph has no node ${node_id}.`;
  if (!Object.hasOwn(node.inputs, input)) {
    return `Node ${node_id} (${node.class_type}) has no input ${input}; it has ${Object.keys(node.inputs).join(', ') || 'none'}.`;
  }
  const value = literalAt(graph, target);
  if (value !== undefined && !isSettable(value)) {
    return `Input ${input} of node ${node_id} (${node.class_type}) follows from other parameters by a formula.`;
  }
  if (value !== undefined) return undefined;
  return `Input ${input} of node ${node_id} (${node.class_type}) is no value that could be set: it is a link or a list.`;
}

function refuse(issues: readonly MetaIssue[]): void {
  const [first] = issues;
  if (first === undefined) return;
  throw new AppError('VALIDATION_ERROR', first.message, {
    hint: 'Nothing was written. get_workflow tells the inputs that can be parameters.',
    details: { issues },
  });
}

function misfit(spec: ParamSpec, value: ParamValue): string | undefined {
  try {
    coerceParam(spec, value);
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}

function bare(name: string, type: ParamSpec['type']): ParamSpec {
  return { name, type, required: false, description: '', targets: [] };
}

/** Types are always named: `PARAM_TEXT_2` would be a long text called “2” to the seed. */
const typeWords = { string: 'STR', integer: 'INT', number: 'FLOAT', boolean: 'BOOL' } as const;

function placeholderText(name: string, type: ParamSpec['type'], long: boolean): string {
  return `PARAM_${type === 'string' && long ? 'TEXT' : typeWords[type]}_${name.toUpperCase()}`;
}

/** The placeholder that stands there, where it has this name: its writer's words for the type stay. */
function sameName(value: unknown, name: string): string | undefined {
  return typeof value === 'string' && parsePlaceholder(value)?.name === name ? value : undefined;
}

function isLong({ graph, specOf }: ExposeOptions, targets: readonly Target[]): boolean {
  return targets.some(({ node_id, input }) => specAt(graph, specOf, node_id, input)?.multiline === true);
}

/** `before`: the parameter that had the place; a placeholder's own word for its type outlives a new name. */
function typeAt(
  graph: Graph,
  specOf: SpecOf,
  name: string,
  targets: readonly Target[],
  before?: ParamSpec,
): ParamSpec['type'] {
  const specs = targets.flatMap(({ node_id, input }) => specAt(graph, specOf, node_id, input) ?? []);
  const told =
    typeOf(specs) ?? before?.type ?? wellKnownParams.get(name)?.type ?? (isSeedName(name) ? 'integer' : undefined);
  if (told !== undefined) return told;
  const values = targets.map((target) => literalAt(graph, target));
  if (values.some((value) => typeof value === 'bigint')) return 'integer';
  const [first] = values;
  return typeof first === 'number' ? 'number' : typeof first === 'boolean' ? 'boolean' : 'string';
}

function literalAt(graph: Graph, { node_id, input }: Target): Literal | undefined {
  const inputs = Object.hasOwn(graph, node_id) ? graph[node_id]?.inputs : undefined;
  const value = inputs !== undefined && Object.hasOwn(inputs, input) ? inputs[input] : undefined;
  return isLiteral(value) ? value : undefined;
}

function write(graph: Graph, { node_id, input }: Target, value: unknown): void {
  const node = graph[node_id];
  if (node !== undefined) node.inputs[input] = value;
}

function keyOf({ node_id, input }: Target): string {
  return placeKey(node_id, input);
}
