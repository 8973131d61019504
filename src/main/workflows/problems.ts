/**
 * What is wrong with a graph for the engine at hand, found before anything is sent. Pure. Only nodes that an output
 * depends on are held to their specifications, as ComfyUI does; every class must exist.
 */
import { sourceInWords } from '../../shared/defaults.js';
import type { ErrorCode } from '../../shared/errors.js';
import { linkOf } from '../../shared/graph-link.js';
import { nearest } from '../../shared/nearest.js';
import { inputSpec, type NodeCatalog, type NodeInputSpec, type NodeSpec } from '../../shared/nodes.js';
import type { Graph, GraphNode } from '../../shared/workflow.js';

export interface GraphProblem {
  code: ErrorCode & ('NODE_NOT_FOUND' | 'MODEL_NOT_FOUND' | 'INVALID_VALUE' | 'WORKFLOW_INVALID');
  /** One sentence for a person. */
  message: string;
  node_id?: string;
  class_type?: string;
  input?: string;
  value?: unknown;
  /** Names or numbers that would do, best first. */
  nearest?: (string | number)[];
  min?: number;
  max?: number;
  available_count?: number;
  /** Tier that the value came from, where it is known. */
  source?: string;
}

/** The engine's classes, as far as a check needs them. */
export type KnownClasses = Pick<NodeCatalog, 'get' | 'names'>;

export type SourceOf = (nodeId: string, input: string) => string | undefined;

/** Every problem of the graph: missing classes first, then its shape, then values in the order of the graph. */
export function findProblems(
  graph: Graph,
  catalog: KnownClasses,
  sourceOf: SourceOf = () => undefined,
): GraphProblem[] {
  const unknown = Object.entries(graph).flatMap(([id, node]) =>
    catalog.get(node.class_type) === undefined ? [unknownClass(id, node, catalog)] : [],
  );
  const outputs = Object.keys(graph).filter((id) => catalog.get(graph[id]?.class_type ?? '')?.output_node === true);
  // With classes missing nobody knows which nodes are outputs.
  if (outputs.length === 0 && unknown.length === 0) return [noOutput()];
  const { reached, circle } = walk(graph, unknown.length === 0 ? outputs : Object.keys(graph));
  const rest = reached.flatMap((id) => {
    const node = graph[id];
    const spec = node === undefined ? undefined : catalog.get(node.class_type);
    if (node === undefined || spec === undefined) return [];
    return [...missingInputs(id, node, spec), ...nodeProblems({ graph, catalog, sourceOf }, id, node, spec)];
  });
  const shape = (problem: GraphProblem) => (problem.code === 'WORKFLOW_INVALID' ? 0 : 1);
  return [
    ...unknown,
    ...(circle === undefined ? [] : [goesInCircle(graph, circle)]),
    ...rest.sort((a, b) => shape(a) - shape(b)),
  ];
}

/** The first circle of the graph, whichever nodes it is of; undefined when there is none. */
export function circleIn(graph: Graph): GraphProblem | undefined {
  const { circle } = walk(graph, Object.keys(graph));
  return circle === undefined ? undefined : goesInCircle(graph, circle);
}

/** What is wrong with a graph whatever the engine has: links to nowhere, and circles. */
export function findShapeProblems(graph: Graph): GraphProblem[] {
  const dangling = Object.entries(graph).flatMap(([id, node]) =>
    Object.entries(node.inputs).flatMap(([input, value]) => {
      const link = linkOf(value);
      if (link === undefined || Object.hasOwn(graph, link.from)) return [];
      const message = `${place(id, node)}: the input ${input} comes from node ${link.from}, which the graph does not have.`;
      return [{ code: 'WORKFLOW_INVALID' as const, message, ...at(id, node, input, value) }];
    }),
  );
  const circle = circleIn(graph);
  return circle === undefined ? dangling : [circle, ...dangling];
}

/** A literal, unpacked: ComfyUI wraps lists that are not links in `__value__`. */
function literalOf(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && '__value__' in value) return value.__value__;
  return value;
}

/** Whether a combo's list holds a value. Python compares numbers and booleans by value. */
export function isChoiceOf(choices: NonNullable<NodeInputSpec['choices']>, value: unknown): boolean {
  return choices.some((choice) => choice === value || (typeof choice === 'boolean' && Number(choice) === value));
}

const modelInputs =
  /^(ckpt|lora|unet|vae|clip|control_net|model|style_model|gligen|upscale_model|clip_vision|hypernetwork|audio_encoder|diffusion_model|checkpoint|model_patch|photomaker_model)_?name_?\d*$/;
const modelFile = /\.(safetensors|sft|ckpt|pth?|bin|gguf|onnx)$/i;

/** Whether an input takes the name of a model file: by its own name, or because all its choices are such files. */
export function holdsModelFile(spec: NodeInputSpec): boolean {
  if (spec.kind !== 'combo') return false;
  const { choices = [] } = spec;
  return (
    modelInputs.test(spec.name) ||
    (choices.length > 0 && choices.every((choice) => typeof choice === 'string' && modelFile.test(choice)))
  );
}

interface Context {
  graph: Graph;
  catalog: KnownClasses;
  sourceOf: SourceOf;
}

function nodeProblems(context: Context, id: string, node: GraphNode, spec: NodeSpec): GraphProblem[] {
  return Object.entries(node.inputs).flatMap(([name, value]) => {
    // ComfyUI ignores inputs that a node does not declare; inputs that grow with use (`images.image0`) look like that.
    const input = inputSpec(spec, name);
    if (input === undefined) return [];
    const found = Array.isArray(value)
      ? linkProblem(context, id, node, input, value)
      : literalProblem(context, id, node, input, literalOf(value));
    return found === undefined ? [] : [found];
  });
}

function linkProblem(
  { graph, catalog }: Context,
  id: string,
  node: GraphNode,
  spec: NodeInputSpec,
  value: unknown[],
): GraphProblem | undefined {
  const input = spec.name;
  const broken = (what: string): GraphProblem => ({
    code: 'WORKFLOW_INVALID',
    message: `${place(id, node)}: the input ${input} ${what}.`,
    ...at(id, node, input, value),
  });
  const link = linkOf(value);
  if (link === undefined) return broken('is a list that is no link: a link has a node id and the number of an output');
  const source = Object.hasOwn(graph, link.from) ? graph[link.from] : undefined;
  if (source === undefined) return broken(`comes from node ${link.from}, which the graph does not have`);
  const outputs = catalog.get(source.class_type)?.outputs;
  if (outputs !== undefined && (link.slot < 0 || link.slot >= outputs.length)) {
    return broken(
      `comes from output ${link.slot} of ${place(link.from, source)}, which has ${outputs.length || 'none'}${
        outputs.length > 0 ? ', counted from 0' : ''
      }`,
    );
  }
  const made = outputs?.[link.slot];
  if (made === undefined || !areAtOdds(made, spec.type)) return undefined;
  return broken(`takes ${spec.type}, but output ${link.slot} of ${place(link.from, source)} makes ${made}`);
}

/** Kinds of values that only nodes can make: a literal there passes ComfyUI's check and fails in the run. */
const madeByNodes = new Set(
  'MODEL CLIP VAE CONDITIONING LATENT IMAGE MASK AUDIO VIDEO NOISE SAMPLER SIGMAS GUIDER CONTROL_NET CLIP_VISION CLIP_VISION_OUTPUT STYLE_MODEL UPSCALE_MODEL'.split(
    ' ',
  ),
);

const plainTypes = new Set('INT FLOAT STRING BOOLEAN'.split(' '));

/**
 * Whether ComfyUI would refuse such a link for certain. Types of custom nodes may be anything, and a class may check its
 * links by itself, so only the well-known ones count, and of several one in common is enough.
 */
function areAtOdds(made: string, wanted: string): boolean {
  const sides = [made, wanted].map((type) => type.split(',').map((one) => one.trim()));
  const [from = [], to = []] = sides;
  const known = (type: string) => madeByNodes.has(type) || plainTypes.has(type);
  return to.every((type) => madeByNodes.has(type)) && from.every(known) && !from.some((type) => to.includes(type));
}

function literalProblem(
  context: Context,
  id: string,
  node: GraphNode,
  spec: NodeInputSpec,
  value: unknown,
): GraphProblem | undefined {
  const source = context.sourceOf(id, spec.name);
  const facts = { ...at(id, node, spec.name, value), ...(source === undefined ? {} : { source }) };
  const shown = `${show(value)}${source === undefined ? '' : ` (from ${sourceInWords(source)})`}`;
  const wrong = (expected: string): GraphProblem => ({
    code: 'INVALID_VALUE',
    message: `${place(id, node)}: ${spec.name} is ${shown}, but must be ${expected}.`,
    ...facts,
  });
  switch (spec.kind) {
    case 'combo':
      return comboProblem(id, node, spec, value, shown, facts);
    case 'integer':
    case 'number': {
      const number = toNumber(value);
      if (number === undefined) return wrong(spec.kind === 'integer' ? 'a whole number' : 'a number');
      if (spec.kind === 'integer' && !Number.isInteger(number)) return wrong('a whole number');
      const { min, max } = spec;
      if ((min === undefined || number >= min) && (max === undefined || number <= max)) return undefined;
      const closest = min !== undefined && number < min ? min : max;
      return { ...wrong(rangeInWords(min, max)), min, max, nearest: closest === undefined ? [] : [closest] };
    }
    case 'boolean':
      return typeof value === 'boolean' || value === 0 || value === 1 ? undefined : wrong('true or false');
    case 'string':
      return typeof value === 'object' ? wrong('a text') : undefined;
    case 'link':
      if (!madeByNodes.has(spec.type)) return undefined;
      return {
        ...wrong(`linked to a node that makes ${spec.type}`),
        code: 'WORKFLOW_INVALID',
      };
  }
}

function comboProblem(
  id: string,
  node: GraphNode,
  spec: NodeInputSpec,
  value: unknown,
  shown: string,
  facts: Partial<GraphProblem>,
): GraphProblem | undefined {
  const { choices } = spec;
  // Uploaded files are checked by ComfyUI itself, which also finds those that its list leaves out.
  if (choices === undefined || spec.upload === true || spec.multiselect === true) return undefined;
  if (isChoiceOf(choices, value)) return undefined;
  const close = nearest(String(value), choices.map(String));
  const isModel = holdsModelFile(spec);
  const instead =
    close.length > 0
      ? `the nearest ${close.length === 1 ? 'is' : 'are'} ${close.map(show).join(', ')}`
      : choices.length === 0
        ? `it has none${isModel ? ' installed' : ''}`
        : `it has ${choices.slice(0, 5).map(show).join(', ')}${choices.length > 5 ? ` and ${choices.length - 5} more` : ''}`;
  return {
    code: isModel ? 'MODEL_NOT_FOUND' : 'INVALID_VALUE',
    message: isModel
      ? `${place(id, node)}: ComfyUI does not have the model ${shown} for ${spec.name}; ${instead}.`
      : `${place(id, node)}: ${spec.name} can't be ${shown}; ${instead}.`,
    ...facts,
    nearest: close,
    available_count: choices.length,
  };
}

function missingInputs(id: string, node: GraphNode, spec: NodeSpec): GraphProblem[] {
  return (
    Object.values(spec.inputs)
      .filter((input) => input.required && !Object.hasOwn(node.inputs, input.name))
      // Inputs of these kinds stand in the graph under other names, e.g. `images.image0`.
      .filter((input) => !input.type.startsWith('COMFY_'))
      .map((input) => ({
        code: 'WORKFLOW_INVALID' as const,
        message: `${place(id, node)}: the required input ${input.name} is missing.`,
        ...at(id, node, input.name),
      }))
  );
}

function unknownClass(id: string, node: GraphNode, catalog: KnownClasses): GraphProblem {
  const close = nearest(node.class_type, catalog.names());
  const instead =
    close.length > 0 ? `; the nearest ${close.length === 1 ? 'is' : 'are'} ${close.map(show).join(', ')}` : '';
  return {
    code: 'NODE_NOT_FOUND',
    message: `${place(id, node)}: ComfyUI has no node class ${show(node.class_type)}${instead}.`,
    node_id: id,
    class_type: node.class_type,
    nearest: close,
    available_count: catalog.names().length,
  };
}

function noOutput(): GraphProblem {
  return {
    code: 'WORKFLOW_INVALID',
    message: 'The graph has no output: it needs a node that saves or shows a result.',
  };
}

function goesInCircle(graph: Graph, circle: readonly string[]): GraphProblem {
  const way = circle.map((id) => `${id} (${titleOf(graph[id])})`).join(' → ');
  return { code: 'WORKFLOW_INVALID', message: `The graph goes in a circle: ${way}.`, node_id: circle[0] };
}

/** Nodes that the roots depend on, and the first circle met. Iterative: graphs may be deeper than the stack. */
function walk(graph: Graph, roots: readonly string[]): { reached: string[]; circle: string[] | undefined } {
  const state = new Map<string, 'open' | 'done'>();
  let circle: string[] | undefined;
  for (const root of roots) {
    const path: { id: string; next: string[] }[] = [];
    const enter = (id: string) => {
      state.set(id, 'open');
      path.push({ id, next: sourcesOf(graph, id) });
    };
    if (!state.has(root)) enter(root);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.next.pop();
      if (next === undefined) {
        state.set(top.id, 'done');
        path.pop();
      } else if (!state.has(next)) enter(next);
      else if (state.get(next) === 'open') {
        const ids = path.map(({ id }) => id);
        circle ??= [...ids.slice(ids.indexOf(next)), next];
      }
    }
  }
  // In the order of the graph, so that the first problem is the same every time.
  return { reached: Object.keys(graph).filter((id) => state.has(id)), circle };
}

function sourcesOf(graph: Graph, id: string): string[] {
  return Object.values(graph[id]?.inputs ?? {}).flatMap((value) => {
    const link = linkOf(value);
    return link !== undefined && Object.hasOwn(graph, link.from) ? [link.from] : [];
  });
}

/** Python's int() and float() read numeric texts too. */
function toNumber(value: unknown): number | undefined {
  if (typeof value === 'bigint') return Number(value);
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function rangeInWords(min: number | undefined, max: number | undefined): string {
  if (min === undefined) return `at most ${max}`;
  return max === undefined ? `at least ${min}` : `from ${min} to ${max}`;
}

function at(node_id: string, node: GraphNode, input: string, value?: unknown): Partial<GraphProblem> {
  return { node_id, class_type: node.class_type, input, ...(value === undefined ? {} : { value }) };
}

function titleOf(node: GraphNode | undefined): string {
  return node?._meta?.title ?? node?.class_type ?? '?';
}

function place(id: string, node: GraphNode): string {
  return `Node ${id} (${titleOf(node)})`;
}

function show(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
