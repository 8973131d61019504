/** Refuses a graph that the engine at hand can't run, with the reason and what would work instead. */
import { AppError } from '../../shared/errors.js';
import type { NodeCatalog } from '../../shared/nodes.js';
import type { Graph } from '../../shared/workflow.js';
import { findProblems, type GraphProblem, type SourceOf } from './problems.js';

/**
 * Checks a graph before it is sent. When a class or a choice is missing, the catalog is refreshed once before saying no:
 * somebody may just have installed it.
 *
 * @throws AppError NODE_NOT_FOUND, MODEL_NOT_FOUND, INVALID_VALUE or WORKFLOW_INVALID: the first problem gives the code,
 * the sentence and the details {node_id, class_type, input, value, nearest, min, max, available_count, source}; all of
 * them are in `details.problems`. What `catalog.refresh` throws goes through.
 */
export async function checkGraph(graph: Graph, catalog: NodeCatalog, sourceOf?: SourceOf): Promise<void> {
  refuse(await problemsNow(graph, catalog, sourceOf));
}

/** The problems that remain with a catalog that is not stale. */
export async function problemsNow(graph: Graph, catalog: NodeCatalog, sourceOf?: SourceOf): Promise<GraphProblem[]> {
  const problems = findProblems(graph, catalog, sourceOf);
  if (!problems.some(mayBeStale)) return problems;
  await catalog.refresh();
  return findProblems(graph, catalog, sourceOf);
}

/** Throws what `problems` say; returns when there are none. */
export function refuse(problems: readonly GraphProblem[]): void {
  const [first] = problems;
  if (first === undefined) return;
  const { code, message, ...details } = first;
  throw new AppError(code, message, { hint: hintFor(first), details: { ...details, problems } });
}

function mayBeStale({ code, available_count }: GraphProblem): boolean {
  return code === 'NODE_NOT_FOUND' || code === 'MODEL_NOT_FOUND' || available_count !== undefined;
}

const plainHints: Record<GraphProblem['code'], string> = {
  NODE_NOT_FOUND: 'Install the custom node it belongs to in ComfyUI, or use another workflow.',
  MODEL_NOT_FOUND: 'list_models shows what is installed.',
  INVALID_VALUE: 'Send a value that fits.',
  WORKFLOW_INVALID: 'Mend the graph in ComfyUI and export it again in API format.',
};

function hintFor({ code, nearest = [] }: GraphProblem): string {
  const [best] = nearest;
  if (best === undefined || code === 'NODE_NOT_FOUND') return plainHints[code];
  return `Try ${JSON.stringify(best)}. ${plainHints[code]}`;
}
