/** Errors about a parameter's value, told with the node that gets it. */
import { AppError } from '../../shared/errors.js';
import type { ParamSpec } from '../../shared/params.js';
import type { Graph } from '../../shared/workflow.js';

/** What `work` does with a parameter's value; an error of it names the first node that the value was meant for. */
export function locating<T>(graph: Graph, { targets }: Pick<ParamSpec, 'targets'>, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const [target] = targets;
    const node = target && graph[target.node_id];
    if (!(error instanceof AppError) || target === undefined || node === undefined) throw error;
    const { class_type, _meta } = node;
    const title = _meta?.title ?? class_type;
    throw new AppError(error.code, `Node ${target.node_id} (${title}): ${error.message}`, {
      hint: error.hint,
      details: { ...target, class_type, node_title: title, ...error.details, targets },
      cause: error,
    });
  }
}
