/**
 * What of a graph is worth being a parameter. What samplers were made with is found by following their links
 * (`graphParams`); every other value of a node is offered, too, after what its node class says of it. Pure.
 */
import { placeKey } from '../../../shared/graph-link.js';
import { type GraphParam, graphParams } from '../../../shared/graph-params.js';
import { mediaOfInput, type NodeInputSpec, titleOfNode } from '../../../shared/nodes.js';
import { isSeedName, maxSafeSeed, type ParamSpec } from '../../../shared/params.js';
import type { Graph, WorkflowMeta } from '../../../shared/workflow.js';
import { type Exposable, type InputRole, nameIssue } from '../../../shared/workflow-params.js';
import { nodeLimits, typeOf } from '../describe.js';
import { holdsModelFile } from '../problems.js';
import { bareGraph, isLiteral, isSettable, type Literal, plainValue, type SpecOf, specAt } from './bare.js';

type Target = ParamSpec['targets'][number];

/** Names that graphParams has for what other workflows call otherwise. */
const renamed: Readonly<Record<string, string>> = { length: 'frames' };

/** What is proposed, in the order of a form, and its role. */
const proposedRoles: ReadonlyMap<string, InputRole> = new Map<string, InputRole>([
  ...(['prompt', 'tags', 'lyrics', 'negative_prompt'] as const).map((name) => [name, 'text'] as const),
  ...(['image', 'mask', 'audio', 'video'] as const).map((name) => [name, 'media'] as const),
  ...(['width', 'height', 'seconds', 'frames', 'duration', 'fps'] as const).map((name) => [name, 'size'] as const),
  ...(['model', 'lora'] as const).map((name) => [name, 'model'] as const),
  ...(['lora_strength', 'strength', 'lyrics_strength'] as const).map((name) => [name, 'strength'] as const),
  ...(['steps', 'cfg', 'guidance', 'sampler_name', 'scheduler', 'denoise', 'seed'] as const).map(
    (name) => [name, 'sampling'] as const,
  ),
]);
const formOrder = [...proposedRoles.keys()];

/** Further ones of these are proposed as well: a second picture matters as much as the first. */
const severalProposed: ReadonlySet<string> = new Set([
  'prompt',
  'image',
  'mask',
  'audio',
  'video',
  'lora',
  'lora_strength',
]);

/** Texts and files that a call usually brings: what the graph holds is only an example. */
const asked: ReadonlySet<string> = new Set(['prompt', 'tags', 'lyrics', 'image', 'mask', 'audio', 'video']);

/** Names for model files by the input that holds them; the sampler's own model is called `model`. */
const modelNames: Readonly<Record<string, string>> = {
  ckpt_name: 'model',
  unet_name: 'model',
  lora_name: 'lora',
  vae_name: 'vae',
  clip_name: 'text_encoder',
  control_net_name: 'controlnet',
  style_model_name: 'style_model',
};

export interface ProposeOptions {
  graph: Graph;
  /** Nothing of a class as long as the engine's classes are not known: types then come from the values. */
  specOf: SpecOf;
  /** What is a parameter already. */
  meta?: WorkflowMeta;
  params?: readonly ParamSpec[];
}

/** Every input that is a parameter or may become one: parameters first, then what is proposed, then what is offered. */
export function proposeParams({ graph, specOf, meta = {}, params = [] }: ProposeOptions): Exposable[] {
  const bare = bareGraph({ graph, meta, params, specOf }).graph;
  const context: Context = { graph: bare, specOf, names: new Set(), places: new Set() };
  const present = params.flatMap((spec) => existing(context, spec));
  const traced = merged(graphParams(bare)).flatMap((param) => fromTrace(context, param));
  const others = literalsOf(bare).flatMap((place) => fromPlace(context, place));
  const rest = [...traced, ...others].map((found) => ({
    ...found,
    proposed: isProposed(found, [...traced, ...others]),
  }));
  return [
    ...present,
    ...rest.filter(({ proposed }) => proposed).sort(byForm),
    ...rest.filter(({ proposed }) => !proposed),
  ];
}

interface Context {
  readonly graph: Graph;
  readonly specOf: SpecOf;
  /** Names and places that are taken. */
  readonly names: Set<string>;
  readonly places: Set<string>;
}

function existing(context: Context, spec: ParamSpec): Exposable[] {
  const targets = spec.targets.filter((target) => isSettable(literalAt(context.graph, target)));
  const [first] = targets;
  if (first === undefined) return [];
  const made = exposable(context, spec.name, targets, first);
  take(context, made);
  const { min, max, step, multiline } = spec;
  const limits = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  const { default: _, ...rest } = made;
  return [
    {
      ...rest,
      ...(spec.default === undefined ? {} : { default: spec.default }),
      type: spec.type,
      exposed: true,
      proposed: true,
      required: spec.required,
      ...limits,
      ...(step === undefined ? {} : { step }),
      ...(multiline === true ? { multiline } : {}),
      ...(spec.enum === undefined ? {} : { choices: spec.enum.map(String) }),
      description: spec.description,
    },
  ];
}

/** One seed for all samplers: who gives one wants the whole made again. */
function merged(found: readonly GraphParam[]): GraphParam[] {
  const seeds = found.filter(({ name }) => /^seed(_\d)?$/.test(name));
  const [first, ...others] = seeds;
  if (first === undefined || others.length === 0) return [...found];
  const seed = { ...first, targets: seeds.flatMap(({ targets }) => targets) };
  return found.flatMap((param) => (param === first ? [seed] : seeds.includes(param) ? [] : [param]));
}

function fromTrace(context: Context, { name, targets }: GraphParam): Exposable[] {
  const free = targets.filter(
    (target) =>
      !context.places.has(placeKey(target.node_id, target.input)) && isSettable(literalAt(context.graph, target)),
  );
  const [first] = free;
  if (first === undefined) return [];
  const [, base = name, number = ''] = /^(.*?)((?:_\d)?)$/.exec(name) ?? [];
  const made = exposable(context, freeName(context, `${renamed[base] ?? base}${number}`), free, first);
  take(context, made);
  return [made];
}

function fromPlace(context: Context, target: Target): Exposable[] {
  if (context.places.has(placeKey(target.node_id, target.input))) return [];
  const spec = specAt(context.graph, context.specOf, target.node_id, target.input);
  // Wrapped lists, sockets that take anything, choices of several at once: no text or number would fit.
  if (spec !== undefined && (spec.kind === 'link' || spec.multiselect === true)) return [];
  const made = exposable(context, freeName(context, nameFor(context, target, spec)), [target], target);
  take(context, made);
  return [made];
}

function nameFor({ graph, specOf }: Context, { node_id, input }: Target, spec: NodeInputSpec | undefined): string {
  const classType = graph[node_id]?.class_type ?? '';
  const media = mediaOfInput(classType, input, specOf(classType));
  if (media !== undefined) return media;
  if (isSeedName(input)) return 'seed';
  if (input === 'frame_rate') return 'fps';
  const held = modelNames[input.replace(/\d+$/, '')];
  if (held !== undefined && spec !== undefined && holdsModelFile(spec)) {
    return input === 'clip_name' && /vision/i.test(classType) ? 'clip_vision' : held;
  }
  if (input === 'model_name' && /upscale/i.test(classType)) return 'upscale_model';
  if (input === 'strength_model') return 'lora_strength';
  return plainName(input);
}

/** Small letters and digits with `_` between them. */
function plainName(input: string): string {
  const plain = input
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, 56);
  if (plain === '') return 'value';
  return nameIssue(plain) === undefined ? plain : `${plain}_value`;
}

function freeName({ names }: Context, wanted: string): string {
  if (!names.has(wanted)) return wanted;
  const base = wanted.replace(/_\d+$/, '');
  for (let number = 2; ; number += 1) if (!names.has(`${base}_${number}`)) return `${base}_${number}`;
}

function exposable(context: Context, name: string, targets: readonly Target[], first: Target): Exposable {
  const specs = targets.flatMap(({ node_id, input }) => specAt(context.graph, context.specOf, node_id, input) ?? []);
  const value = literalAt(context.graph, first);
  const type = typeOf(specs) ?? typeOfLiteral(value, name);
  const { min, max, step } = type === 'integer' || type === 'number' ? nodeLimits(specs) : {};
  const seed = isSeedName(name) && type === 'integer';
  const least = seed ? -1 : min;
  const most = seed ? Math.min(max ?? maxSafeSeed, maxSafeSeed) : max;
  const required = asked.has(baseOf(name));
  const [spec] = specs;
  const node = context.graph[first.node_id];
  const { class_type = '' } = node ?? {};
  const media = mediaOfInput(class_type, first.input, context.specOf(class_type));
  return {
    name,
    type,
    role: roleOf(name, first.input, spec),
    exposed: false,
    proposed: false,
    required,
    ...(value === undefined ? {} : { value: plainValue(value) }),
    ...(value === undefined || required || seed ? {} : { default: plainValue(value) }),
    ...(least === undefined ? {} : { min: least }),
    ...(most === undefined ? {} : { max: most }),
    ...(step === undefined ? {} : { step }),
    ...(spec?.choices === undefined ? {} : { choices: spec.choices.map(String) }),
    ...(specs.some(({ multiline }) => multiline === true) ? { multiline: true } : {}),
    ...(media === undefined ? {} : { media }),
    ...(spec?.tooltip === undefined ? {} : { description: spec.tooltip }),
    node: node === undefined ? first.node_id : titleOfNode(node, context.specOf(node.class_type)),
    targets: [...targets],
  };
}

function roleOf(name: string, input: string, spec: NodeInputSpec | undefined): InputRole {
  const known = proposedRoles.get(baseOf(name));
  if (known !== undefined) return known;
  if (spec !== undefined && holdsModelFile(spec)) return 'model';
  if (/strength|weight|scale|(start|end)_(percent|at)/.test(input)) return 'strength';
  if (/prefix|file_?name|format|quality|codec|crf/.test(input)) return 'output';
  if (/width|height|size|length|seconds|frames|fps|duration/.test(input)) return 'size';
  return spec?.multiline === true ? 'text' : 'other';
}

/** The first of its name that people look for, and where nothing else says how much is kept of a picture, `denoise`. */
function isProposed({ name, value }: Exposable, all: readonly Exposable[]): boolean {
  const base = baseOf(name);
  if (!proposedRoles.has(base) || (base !== name && !severalProposed.has(base))) return false;
  if (base !== 'denoise') return true;
  return all.some((other) => other.role === 'media') || (typeof value === 'number' && value < 1);
}

function baseOf(name: string): string {
  return name.replace(/_\d+$/, '');
}

function typeOfLiteral(value: Literal | undefined, name: string): ParamSpec['type'] {
  if (typeof value === 'bigint' || isSeedName(name)) return 'integer';
  if (typeof value === 'number') return ['width', 'height', 'steps', 'frames'].includes(name) ? 'integer' : 'number';
  return typeof value === 'boolean' ? 'boolean' : 'string';
}

function literalAt(graph: Graph, { node_id, input }: Target): Literal | undefined {
  const inputs = Object.hasOwn(graph, node_id) ? graph[node_id]?.inputs : undefined;
  const value = inputs !== undefined && Object.hasOwn(inputs, input) ? inputs[input] : undefined;
  return isLiteral(value) ? value : undefined;
}

function literalsOf(graph: Graph): Target[] {
  return Object.entries(graph).flatMap(([node_id, { inputs }]) =>
    Object.keys(inputs)
      .filter((input) => isSettable(inputs[input]))
      .map((input) => ({ node_id, input })),
  );
}

function take({ names, places }: Context, { name, targets }: Exposable): void {
  names.add(name);
  for (const { node_id, input } of targets) places.add(placeKey(node_id, input));
}

function byForm(a: Exposable, b: Exposable): number {
  const place = ({ name }: Exposable) => formOrder.indexOf(baseOf(name));
  return place(a) - place(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}
