/**
 * What a graph without placeholders was made with: its samplers are found, and their links followed to the nodes that
 * hold the prompt, the seed, the model, the size. Serves regeneration and provenance alike. Pure.
 */
import type { Parameters } from './asset.js';
import { placeKey } from './graph-link.js';
import { createTracer, type Place, type Role, type Tracer } from './graph-trace.js';
import type { ParamSpec, ParamValue } from './params.js';
import type { Graph, GraphNode } from './workflow.js';

export interface GraphParam {
  /** A well-known name; `prompt_2`, `steps_2` … for further ones that differ from the first. */
  name: string;
  type: Exclude<ParamSpec['type'], 'boolean'>;
  /** What stands in the graph; bigint for a seed beyond 2^53. */
  value: ParamValue | bigint;
  /** Every place that has to change with it. */
  targets: ParamSpec['targets'];
}

/** Inputs of samplers, guiders, noises and schedulers, and what they are called here. */
const settings: Readonly<Record<string, string>> = {
  seed: 'seed',
  noise_seed: 'seed',
  steps: 'steps',
  cfg: 'cfg',
  sampler_name: 'sampler_name',
  scheduler: 'scheduler',
  denoise: 'denoise',
};
/** Inputs of the nodes that begin a latent. */
const latentValues: Readonly<Record<string, string>> = {
  width: 'width',
  height: 'height',
  batch_size: 'batch_size',
  seconds: 'seconds',
  length: 'length',
  video_frames: 'length',
  num_frames: 'length',
};
/** Inputs of text encoders and of nodes between them and the sampler. */
const encoderValues: Readonly<Record<string, string>> = {
  tags: 'tags',
  lyrics: 'lyrics',
  lyrics_strength: 'lyrics_strength',
  bpm: 'bpm',
  guidance: 'guidance',
};
const textInputs: ReadonlySet<string> = new Set(
  'text text_g text_l prompt clip_l clip_g t5xxl llama bert mt5xl qwen25_7b byt5 user_prompt'.split(' '),
);
const modelInputs = ['ckpt_name', 'unet_name', 'model_name', 'base_ckpt_name', 'model_path', 'diffusion_model'];
const texts: ReadonlySet<string> = new Set(
  'prompt negative_prompt tags lyrics sampler_name scheduler model lora'.split(' '),
);
const wholeNumbers: ReadonlySet<string> = new Set('seed steps width height batch_size length bpm'.split(' '));
const order =
  'prompt negative_prompt tags lyrics negative_tags negative_lyrics width height seconds length fps model lora lora_strength steps cfg guidance sampler_name scheduler denoise lyrics_strength bpm batch_size seed'.split(
    ' ',
  );

/** Every value that can be told by its meaning, in the order of a form. */
export function graphParams(graph: Graph): GraphParam[] {
  const trace = createTracer(graph);
  const samplers = trace.inOrder(Object.keys(graph).filter((id) => isSampler(graph[id])));
  if (samplers.length === 0) readGenerators(graph, trace);
  for (const id of samplers) readSampler(graph, trace, id);
  for (const [id, node] of Object.entries(graph)) {
    for (const input of ['fps', 'frame_rate'])
      if (Object.hasOwn(node.inputs, input)) trace.found('fps', id, input, 'number');
  }
  return [...trace.places()]
    .flatMap(([name, places]) => toParams(name, places))
    .map((param) => withSameSizes(graph, trace, param))
    .sort((a, b) => rank(a.name) - rank(b.name));
}

/**
 * What a graph was made with, as it is recorded: values by name. Those that lie in `known` places have a name already,
 * so they are left out.
 */
export function graphParameters(graph: Graph, known: readonly ParamSpec['targets'][number][] = []): Parameters {
  const places = new Set(known.map(({ node_id, input }) => placeKey(node_id, input)));
  const isKnown = ({ targets }: GraphParam) =>
    targets.some(({ node_id, input }) => places.has(placeKey(node_id, input)));
  return valuesOf(graphParams(graph).filter((param) => !isKnown(param)));
}

/** Values by name, as they are recorded: whole numbers beyond 2^53 as text. */
export function valuesOf(params: readonly GraphParam[]): Record<string, ParamValue> {
  return Object.fromEntries(params.map(({ name, value }) => [name, typeof value === 'bigint' ? String(value) : value]));
}

/** Conditioning goes in, and there is noise or a schedule: samplers of every make, not what only passes conditioning on. */
function isSampler(node: GraphNode | undefined): boolean {
  if (node === undefined) return false;
  const has = (name: string) => Object.hasOwn(node.inputs, name);
  const conditioned = ['positive', 'guider', 'conditioning'].some((name) => Array.isArray(node.inputs[name]));
  return conditioned && ['seed', 'noise_seed', 'noise', 'steps', 'sigmas'].some(has);
}

function readSampler(graph: Graph, trace: Tracer, samplerId: string): void {
  const nodes = trace.reach(samplerId, (input) => ['noise', 'guider', 'sampler', 'sigmas'].includes(input));
  for (const id of nodes) {
    const inputs = graph[id]?.inputs ?? {};
    for (const [input, name] of Object.entries(settings)) {
      if (Object.hasOwn(inputs, input)) trace.found(name, id, input, texts.has(name) ? 'string' : 'number');
    }
    for (const input of ['positive', 'conditioning', 'cond1', 'cond2'])
      readConditioning(graph, trace, id, input, 'positive');
    readConditioning(graph, trace, id, 'negative', 'negative');
    readModel(graph, trace, id, new Set());
  }
  for (const input of ['latent_image', 'latent', 'samples']) readLatent(graph, trace, samplerId, input, new Set());
}

/** From an input that takes conditioning to the texts it was made of. */
function readConditioning(
  graph: Graph,
  trace: Tracer,
  nodeId: string,
  input: string,
  role: Role,
  seen: Set<string> = new Set(),
): void {
  const link = trace.link(nodeId, input);
  const node = link && graph[link.from];
  if (link === undefined || node === undefined || seen.has(`${link.from} ${link.slot}`)) return;
  seen.add(`${link.from} ${link.slot}`);
  // What is zeroed has no words of its own: they belong to the other side.
  if (/zero_?out/i.test(node.class_type)) return;
  trace.visit(link.from);
  readEncoder(trace, link.from, node, role);
  const next = conditioningInputs(trace, link.from, node, link.slot);
  for (const name of next) readConditioning(graph, trace, link.from, name, role, seen);
}

/** Nodes that take both sides give them back in order: positive at 0, negative at 1. */
function conditioningInputs(trace: Tracer, id: string, node: GraphNode, slot: number): string[] {
  if (holdsModel(node)) return [];
  const linked = Object.keys(node.inputs).filter((name) => trace.link(id, name) !== undefined);
  if (linked.includes('positive') && linked.includes('negative')) return [slot === 1 ? 'negative' : 'positive'];
  const named = linked.filter((name) => /^cond/i.test(name) || name === 'positive' || name === 'negative');
  if (named.length > 0) return named;
  // Reroutes and switches call their inputs what they like.
  return isEncoder(node)
    ? []
    : linked.filter((name) => !/model|clip|vae|image|mask|latent|control|samples|pixels/i.test(name));
}

function holdsModel(node: GraphNode): boolean {
  return modelInputs.some((input) => Object.hasOwn(node.inputs, input));
}

function isEncoder(node: GraphNode): boolean {
  return Object.keys(node.inputs).some((name) => textInputs.has(name) || name === 'tags' || name === 'clip');
}

function readEncoder(trace: Tracer, id: string, node: GraphNode, role: Role): void {
  for (const input of Object.keys(node.inputs)) {
    if (textInputs.has(input)) trace.found(role === 'positive' ? 'prompt' : 'negative_prompt', id, input, 'string', id);
    // Loaders that encode as well hold both texts themselves.
    else if (input === role && (holdsModel(node) || !Array.isArray(node.inputs[input]))) {
      trace.found(role === 'positive' ? 'prompt' : 'negative_prompt', id, input, 'string', id);
    } else if (Object.hasOwn(encoderValues, input)) {
      const name = encoderValues[input] ?? input;
      const isText = texts.has(name);
      trace.found(isText && role === 'negative' ? `negative_${name}` : name, id, input, isText ? 'string' : 'number');
    }
  }
}

/** Through LoRAs and patches to the file. */
function readModel(graph: Graph, trace: Tracer, nodeId: string, seen: Set<string>): void {
  const node = graph[nodeId];
  if (node === undefined || seen.has(nodeId)) return;
  seen.add(nodeId);
  for (const [name] of Object.entries(node.inputs).filter(([input]) => /^(model|unet|base_model)_?\d?$/.test(input))) {
    const link = trace.link(nodeId, name);
    const source = link && graph[link.from];
    if (link === undefined || source === undefined) continue;
    trace.visit(link.from);
    if (Object.hasOwn(source.inputs, 'lora_name')) {
      trace.found('lora', link.from, 'lora_name', 'string');
      for (const input of ['strength_model', 'strength']) trace.found('lora_strength', link.from, input, 'number');
    }
    const held = modelInputs.find((input) => Object.hasOwn(source.inputs, input));
    if (held !== undefined) trace.found('model', link.from, held, 'string');
    else readModel(graph, trace, trace.through(link.from), seen);
  }
  const held = modelInputs.find((input) => Object.hasOwn(node.inputs, input));
  if (held !== undefined && seen.size > 1) trace.found('model', nodeId, held, 'string');
}

/** To the node where the latent begins; upscalers on the way have sizes of their own. */
function readLatent(graph: Graph, trace: Tracer, nodeId: string, input: string, seen: Set<string>): void {
  const link = trace.link(nodeId, input);
  if (link === undefined || seen.has(link.from)) return;
  seen.add(link.from);
  const inputs = graph[link.from]?.inputs ?? {};
  for (const [held, name] of Object.entries(latentValues)) {
    if (Object.hasOwn(inputs, held)) trace.found(name, link.from, held, 'number');
  }
  // A sampler on the way has its own turn.
  if (isSampler(graph[link.from])) return;
  const next = Object.keys(inputs).filter((name) => /latent|samples/i.test(name));
  if (next.length > 0) for (const name of next) readLatent(graph, trace, link.from, name, seen);
  else if (Object.keys(inputs).length === 1) readLatent(graph, trace, link.from, Object.keys(inputs)[0] ?? '', seen);
}

/** Graphs without a sampler: nodes that make something out of a prompt by themselves. */
function readGenerators(graph: Graph, trace: Tracer): void {
  const names = { ...settings, ...latentValues, prompt: 'prompt', negative_prompt: 'negative_prompt' };
  for (const [id, node] of Object.entries(graph)) {
    if (!Object.hasOwn(node.inputs, 'prompt') && !Object.hasOwn(node.inputs, 'seed')) continue;
    for (const [input, name] of Object.entries(names)) {
      if (Object.hasOwn(node.inputs, input)) trace.found(name, id, input, texts.has(name) ? 'string' : 'number');
    }
  }
}

/** Places of equal value change together, and so do the texts of one encoder; what differs gets a name of its own. */
function toParams(name: string, places: readonly Place[]): GraphParam[] {
  const params: GraphParam[] = [];
  let rest = [...places];
  while (rest.length > 0 && params.length < 9) {
    const first = rest.find(({ value }) => value !== '') ?? rest[0];
    if (first === undefined) break;
    const together = (place: Place) =>
      place.value === first.value || (first.group !== undefined && place.group === first.group && place.value !== '');
    const taken = rest.filter(together);
    // Empty texts beside a filled one of the same encoder stay empty.
    rest = rest.filter((place) => !together(place) && !(place.value === '' && place.group === first.group));
    params.push({
      name: params.length === 0 ? name : `${name}_${params.length + 1}`,
      type: typeof first.value === 'string' ? 'string' : wholeNumbers.has(name) ? 'integer' : 'number',
      value: first.value,
      targets: taken.map(({ node_id, input }) => ({ node_id, input })),
    });
  }
  return params;
}

/** Encoders and model patches that were told the size of the latent have to hear of a new one. */
function withSameSizes(graph: Graph, trace: Tracer, param: GraphParam): GraphParam {
  if (param.name !== 'width' && param.name !== 'height') return param;
  const more = [...trace.visited()].flatMap((node_id) =>
    [param.name, `target_${param.name}`]
      .filter((input) => graph[node_id]?.inputs[input] === param.value)
      .filter((input) => !param.targets.some((target) => target.node_id === node_id && target.input === input))
      .map((input) => ({ node_id, input })),
  );
  return { ...param, targets: [...param.targets, ...more] };
}

function rank(name: string): number {
  const [, base = name, number = '1'] = /^(.*?)_(\d)$/.exec(name) ?? [];
  const place = order.indexOf(base);
  return (place === -1 ? order.length : place) * 10 + Number(number);
}
