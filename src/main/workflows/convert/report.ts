/** What a conversion has to say: problems, which refuse the whole graph, and warnings, which come along with it. */
import { AppError } from '../../../shared/errors.js';

/** One thing about one node; both node fields are absent when it is about the file. */
export interface Remark {
  /** As in the API graph: `12`, or `12:3` for node 3 inside the subgraph or group that node 12 stands for. */
  node_id?: string;
  class_type?: string;
  input?: string;
  /** A sentence for a person. */
  reason: string;
}

export interface Report {
  problem(remark: Remark): void;
  warn(remark: Remark): void;
  readonly warnings: readonly Remark[];
  /** @throws AppError WORKFLOW_INVALID when there was a problem; `details.problems` has all of them. */
  refuse(): void;
}

const most = 200;

export function createReport(): Report {
  const problems: Remark[] = [];
  const warnings: Remark[] = [];
  const add = (list: Remark[], remark: Remark) => {
    const again = list.some((other) => inWords(other) === inWords(remark));
    if (!again && list.length < most) list.push(remark);
  };
  return {
    problem: (remark) => add(problems, remark),
    warn: (remark) => add(warnings, remark),
    warnings,
    refuse() {
      const [first, ...rest] = problems;
      if (first === undefined) return;
      const more = rest.length === 0 ? '' : ` (and ${rest.length} more)`;
      throw new AppError('WORKFLOW_INVALID', `The graph can't be converted. ${inWords(first)}${more}`, {
        hint: 'Install the missing nodes or mend the graph in ComfyUI, then import it again.',
        details: { problem: inWords(first), problems },
      });
    },
  };
}

/** A remark as one sentence that names its node. */
export function inWords({ node_id, class_type, input, reason }: Remark): string {
  if (node_id === undefined) return reason;
  const place = class_type === undefined ? `Node ${node_id}` : `Node ${node_id} (${class_type})`;
  return input === undefined ? `${place}: ${reason}` : `${place}, input ${input}: ${reason}`;
}
