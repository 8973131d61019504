/** What keeps a workflow from running, or makes it pointless, with what would mend it. Pure. */
import { nearest } from '../../shared/nearest.js';
import { type NodeCatalog, titleOfNode } from '../../shared/nodes.js';
import type { Graph } from '../../shared/workflow.js';
import type { WorkflowCheck } from '../../shared/workflow-checks.js';
import { isLiteral, plainValue } from './designer/bare.js';
import type { LoadedWorkflow } from './library.js';
import { problemsOf } from './missing.js';
import { findShapeProblems, type GraphProblem } from './problems.js';

/** @param packs node packs by class, as the editor noted them in what it saved */
export function checkWorkflow(
  entry: LoadedWorkflow,
  catalog: NodeCatalog,
  packs: ReadonlyMap<string, string> = new Map(),
): WorkflowCheck[] {
  if (entry.graph === null) return [];
  const problems = problemsOf(entry, catalog).map((problem) => toCheck(problem, entry.graph ?? {}, catalog, packs));
  return problems.length > 0 ? problems : savesNothing(entry.graph, catalog);
}

/** The same as far as it can be told without knowing the engine's classes. */
export function checkShape({ graph }: LoadedWorkflow): WorkflowCheck[] {
  return graph === null ? [] : findShapeProblems(graph).map((problem) => toCheck(problem, graph));
}

function toCheck(
  problem: GraphProblem,
  graph: Graph,
  catalog?: NodeCatalog,
  packs: ReadonlyMap<string, string> = new Map(),
): WorkflowCheck {
  const { code, message, node_id, class_type, input, value, nearest: near, min, max, source } = problem;
  const node = node_id === undefined ? undefined : graph[node_id];
  const pack = code === 'NODE_NOT_FOUND' && class_type !== undefined ? packOf(class_type, packs, catalog) : undefined;
  const folder = code === 'MODEL_NOT_FOUND' ? modelFolder(class_type ?? '', input ?? '') : undefined;
  return {
    severity: 'error',
    code,
    message: [message, packWords(pack)].filter(Boolean).join(' '),
    ...(node_id === undefined ? {} : { node_id }),
    ...(node === undefined ? {} : { node: titleOfNode(node, catalog?.get(node.class_type)) }),
    ...(class_type === undefined ? {} : { class_type }),
    ...(input === undefined ? {} : { input }),
    ...(isLiteral(value) ? { value: plainValue(value) } : {}),
    ...(near === undefined ? {} : { nearest: near }),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(source === undefined ? {} : { source }),
    ...(folder === undefined ? {} : { folder }),
    ...(pack === undefined ? {} : { pack: pack.name }),
  };
}

/** Pictures that are only shown lie in ComfyUI's folder for temporary files and go when it starts again. */
function savesNothing(graph: Graph, catalog: NodeCatalog): WorkflowCheck[] {
  const outputs = Object.values(graph).filter(({ class_type }) => catalog.get(class_type)?.output_node === true);
  if (outputs.length === 0 || !outputs.every(({ class_type }) => /^preview/i.test(class_type))) return [];
  return [
    {
      severity: 'warning',
      code: 'SAVES_NOTHING',
      message:
        'Its outputs are only shown, not saved: ComfyUI keeps previews until it starts again. A node such as SaveImage keeps them.',
    },
  ];
}

interface Pack {
  name: string;
  /** Only another class with a like beginning comes from there. */
  guessed: boolean;
}

/** The pack that the editor noted, else that of installed classes whose names begin alike (`VHS_LoadVideo`). */
function packOf(
  classType: string,
  packs: ReadonlyMap<string, string>,
  catalog: NodeCatalog | undefined,
): Pack | undefined {
  const noted = packs.get(classType);
  if (noted !== undefined) return { name: noted, guessed: false };
  const prefix = /^[A-Za-z0-9]{2,}[_:.-]|^.*(?= \/\/)/.exec(classType)?.[0];
  const suffix = / (\/\/|\()[^/]+$/.exec(classType)?.[0];
  const alike = (catalog?.names() ?? []).filter(
    (name) =>
      (suffix !== undefined && name.endsWith(suffix)) ||
      (suffix === undefined && prefix !== undefined && name.startsWith(prefix)),
  );
  const [closest] = [...nearest(classType, alike, 1), ...alike];
  const module = closest === undefined ? undefined : catalog?.get(closest)?.module;
  const name = module === undefined ? undefined : /^custom_nodes\.(.+)$/.exec(module)?.[1];
  return name === undefined ? undefined : { name, guessed: true };
}

function packWords(pack: Pack | undefined): string {
  if (pack === undefined) return '';
  return pack.guessed
    ? `Nodes with such names come from the node pack ${pack.name}, which may need an update.`
    : `It comes with the node pack ${pack.name}.`;
}

const folders: readonly (readonly [input: RegExp, folder: string])[] = [
  [/^ckpt_name|^base_ckpt_name/, 'checkpoints'],
  [/^lora_name/, 'loras'],
  [/^vae_name/, 'vae'],
  [/^unet_name|^diffusion_model/, 'diffusion_models'],
  [/^clip_name/, 'text_encoders'],
  [/^control_net_name/, 'controlnet'],
  [/^style_model_name/, 'style_models'],
  [/^gligen_name/, 'gligen'],
  [/^hypernetwork_name/, 'hypernetworks'],
  [/^audio_encoder_name/, 'audio_encoders'],
  [/^photomaker_model_name/, 'photomaker'],
];

/** The folder of ComfyUI's models that a file belongs in; undefined where only the node knows. Source: ComfyUI's nodes. */
export function modelFolder(classType: string, input: string): string | undefined {
  if (/clip_?vision/i.test(classType)) return 'clip_vision';
  if (/upscalemodel/i.test(classType)) return /latent/i.test(classType) ? 'latent_upscale_models' : 'upscale_models';
  if (/modelpatch/i.test(classType)) return 'model_patches';
  return folders.find(([pattern]) => pattern.test(input))?.[1];
}
