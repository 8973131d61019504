/** Makes a bound workflow fit the engine at hand: nobody chose the built-in model, so another may take its place. */
import { inputSpec, type NodeCatalog } from '../../shared/nodes.js';
import type { Namespace } from '../../shared/workflow.js';
import type { BoundWorkflow } from './binding.js';
import { problemsNow, refuse } from './check.js';
import { findProblems, holdsModelFile } from './problems.js';

/** What the answer tells: the built-in default that is not installed, and the model used instead. */
export interface SubstitutedModel {
  wanted: string;
  used: string;
}

export interface FittedWorkflow extends BoundWorkflow {
  substituted: SubstitutedModel | undefined;
}

/** Milliseconds a list of models is new enough to put another in the place of one that it lacks. */
const substituteFromMs = 60_000;

/**
 * Checks a bound workflow against the engine and puts an installed model in the place of a built-in default that is
 * missing. A list that may be stale is read again before anything is refused, and now and then where a model is
 * substituted: most people have not the built-in one, and the list is megabytes.
 *
 * @throws AppError as `checkGraph`.
 */
export async function fitWorkflow(bound: BoundWorkflow, catalog: NodeCatalog): Promise<FittedWorkflow> {
  if (findProblems(bound.graph, catalog, bound.sourceOf).length === 0) return { ...bound, substituted: undefined };
  if (fits(substituteModel(bound, catalog), catalog)) await catalog.refresh({ olderThanMs: substituteFromMs });
  const fitted = substituteModel(bound, catalog);
  if (fits(fitted, catalog)) return fitted;
  const problems = await problemsNow(bound.graph, catalog, bound.sourceOf);
  if (problems.length === 0) return { ...bound, substituted: undefined };
  const last = substituteModel(bound, catalog);
  refuse(last.substituted === undefined ? problems : findProblems(last.graph, catalog, last.sourceOf));
  return last;
}

function fits({ graph, sourceOf }: FittedWorkflow, catalog: NodeCatalog): boolean {
  return findProblems(graph, catalog, sourceOf).length === 0;
}

/**
 * Pure: a copy of the bound workflow in which a model that comes from the built-in tier and is not installed is replaced
 * by the first installed one that fits; the same workflow when there is nothing to replace or nothing fits.
 */
export function substituteModel(bound: BoundWorkflow, catalog: NodeCatalog): FittedWorkflow {
  const missing = findProblems(bound.graph, catalog, bound.sourceOf).filter(
    (problem) => problem.code === 'MODEL_NOT_FOUND' && problem.source === 'built-in',
  );
  const [first] = missing;
  const used = first === undefined ? undefined : firstThatFits(bound, catalog, first);
  if (used === undefined || typeof first?.value !== 'string') return { ...bound, substituted: undefined };
  const wanted = first.value;
  const graph = structuredClone(bound.graph);
  for (const { node_id, input, value } of missing) {
    const node = node_id === undefined ? undefined : graph[node_id];
    if (node !== undefined && input !== undefined && value === wanted) node.inputs[input] = used;
  }
  const parameters = Object.fromEntries(
    Object.entries(bound.parameters).map(([name, value]) => [
      name,
      value === wanted && bound.sources[name] === 'built-in' ? used : value,
    ]),
  );
  return { ...bound, graph, parameters, substituted: { wanted, used } };
}

function firstThatFits(
  { graph, namespace }: BoundWorkflow,
  catalog: NodeCatalog,
  { node_id = '', input = '', value }: { node_id?: string; input?: string; value?: unknown },
): string | undefined {
  const spec = catalog.get(graph[node_id]?.class_type ?? '');
  const found = spec === undefined ? undefined : inputSpec(spec, input);
  if (found === undefined || !holdsModelFile(found)) return undefined;
  const names = (found.choices ?? []).filter((choice) => typeof choice === 'string');
  return standInModel(namespace, String(value), names);
}

/** Pure: of the installed models, the one that takes the place of a built-in one; undefined when none fits. */
export function standInModel(namespace: Namespace, wanted: string, installed: readonly string[]): string | undefined {
  const fitting = installed.filter((name) => isFor(namespace, name));
  // The same model in another file format or precision comes before any other.
  return fitting.find((name) => stem(name).startsWith(stem(wanted))) ?? fitting[0];
}

const audioNames = /(^|[^a-z])ace[-_ ]?step|audio|music|song|bark|musicgen/i;
const videoNames = /(^|[^a-z])(svd|wan|ltx|ltxv|hunyuan|mochi|cogvideo|cosmos|animatediff)([^a-z]|$)|video|_i2v|_t2v/i;
/** Checkpoints that make no picture from a prompt alone. */
const needsInput = /inpaint|refiner|upscal|depth|canny|zero123|kontext|image[-_]?edit/i;

/** A guess by the file's name: a song model in the place of an image model would load and fail. */
function isFor(namespace: Namespace, name: string): boolean {
  if (namespace === 'audio') return audioNames.test(name);
  if (namespace === 'video') return videoNames.test(name);
  return !audioNames.test(name) && !videoNames.test(name) && !needsInput.test(name);
}

function stem(name: string): string {
  const file = name.split(/[\\/]/).at(-1) ?? name;
  return file.replace(/\.[a-z0-9]+$/i, '').toLowerCase();
}
