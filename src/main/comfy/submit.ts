/** Sending a graph: looked over before, sent once, and a refusal explained. */
import { isRecord } from '../../shared/config-text.js';
import { AppError } from '../../shared/errors.js';
import { parseJson } from '../../shared/exact-json.js';
import type { Logger } from '../ports.js';
import type { CallOptions, Calls, TextAnswer } from './calls.js';
import { badResponse, badStatus, withDelivered } from './failures.js';
import { describeCycle, findCycle, type Graph, isApiGraph, isUiGraph } from './graph.js';
import { type NodeProblem, type RejectionContext, readNodeProblems, refusalToError } from './rejection.js';
import * as schemas from './schemas.js';

export interface Submission {
  graph: Graph;
  /** A canonical lower-case UUID: newer servers take nothing else. Servers before 2025-07 ignore it. */
  promptId: string;
  /** The WebSocket's client id; without it the job's events go to everybody or to nobody. */
  clientId?: string;
  /** `extra_pnginfo` and the like. */
  extraData?: Record<string, unknown>;
  /** Before everything that waits. */
  front?: boolean;
}

export interface Submitted {
  /** The server's id. It is the one that counts. */
  promptId: string;
  /** Whether the server took the id it was given. */
  idKept: boolean;
  /** Place in the queue: lower runs first. Undefined if the server doesn't say. */
  number: number | undefined;
  /** Outputs that were left out because their nodes are wrong; the rest of the graph runs. Usually empty. */
  problems: NodeProblem[];
}

/** Makes the client's `submit`. `objectInfo` fetches what a refusal leaves out. */
export function createSubmit({
  calls,
  address,
  objectInfo,
  logger,
}: {
  calls: Calls;
  address: string;
  objectInfo: (classType: string | undefined, options: CallOptions | undefined) => Promise<schemas.ObjectInfo>;
  logger: Logger;
}) {
  async function submit(submission: Submission, options: CallOptions | undefined): Promise<Submitted> {
    const { graph, promptId, clientId, extraData, front } = submission;
    const flawed = flawOf(graph);
    if (flawed !== undefined) throw withDelivered(flawed, false);
    const body = {
      prompt: graph,
      prompt_id: promptId,
      client_id: clientId,
      ...(extraData === undefined ? {} : { extra_data: extraData }),
      ...(front ? { front: true } : {}),
    };
    const answer = await calls.post('/prompt', body, options);
    if (answer.status !== 200) {
      // A 4xx is a refusal. A 500 is not: ComfyUI can fail after it has put the job into its queue.
      const refused = answer.status >= 300 && answer.status < 500;
      throw withDelivered(await refusalOf(graph, answer, options), refused ? false : 'unknown');
    }
    const accepted = schemas.promptAnswerSchema.safeParse(
      calls.parse({ path: '/prompt', method: 'POST' }, answer.text),
    );
    if (!accepted.success) throw badResponse(address, 'it accepted a job without telling its id');
    const nodeErrors = schemas.nodeErrorsSchema.catch({}).parse(accepted.data.node_errors);
    return {
      promptId: accepted.data.prompt_id,
      idKept: accepted.data.prompt_id === promptId,
      number: accepted.data.number,
      problems: readNodeProblems(nodeErrors, { graph }),
    };
  }

  async function refusalOf(graph: Graph, answer: TextAnswer, options: CallOptions | undefined): Promise<AppError> {
    if (answer.status === 400) {
      const refusal = schemas.promptRefusalSchema.safeParse(jsonOrNothing(answer.text));
      if (refusal.success) return refusalToError(refusal.data, await contextFor(graph, refusal.data, options));
    }
    // Servers of 2023 stumble over a class they don't know, before they queue anything.
    const missing = answer.status === 500 ? await missingClass(graph, options) : undefined;
    return missing ?? badStatus(address, 'POST /prompt', answer.status, answer.text);
  }

  /** The refusal a newer server would give for the first unknown class; undefined when all are known or nobody can tell. */
  async function missingClass(graph: Graph, options: CallOptions | undefined): Promise<AppError | undefined> {
    try {
      const info = await objectInfo(undefined, options);
      const found = Object.entries(graph).find(([, node]) => !Object.hasOwn(info, node.class_type));
      if (found === undefined) return undefined;
      const [node_id, { class_type }] = found;
      const error = { type: 'missing_node_type', message: '', details: '', extra_info: { node_id, class_type } };
      return withDelivered(refusalToError({ error, node_errors: {} }, { graph, classTypes: Object.keys(info) }), false);
    } catch (error) {
      logger.debug('no explanation of a failed submission', { error });
      return undefined;
    }
  }

  /** Fetches what the refusal leaves out: long lists of choices, and the names of all classes when one is missing. */
  async function contextFor(
    graph: Graph,
    refusal: schemas.PromptRefusal,
    options: CallOptions | undefined,
  ): Promise<RejectionContext> {
    const unlisted = Object.values(refusal.node_errors).filter((node) =>
      node.errors.some((error) => error.type === 'value_not_in_list' && !Array.isArray(error.extra_info.input_config)),
    );
    const missing = refusal.error.type === 'invalid_prompt' || refusal.error.type === 'missing_node_type';
    try {
      if (missing) return { graph, classTypes: Object.keys(await objectInfo(undefined, options)) };
      const infos: schemas.ObjectInfo = {};
      for (const classType of new Set(unlisted.map((node) => node.class_type))) {
        Object.assign(infos, await objectInfo(classType, options));
      }
      const inputSpec = (classType: string, input: string) =>
        infos[classType]?.input.required[input] ?? infos[classType]?.input.optional[input];
      return { graph, inputSpec };
    } catch (error) {
      // The refusal is what matters; without the lists it only lacks suggestions.
      logger.debug('no suggestions for a refused prompt', { error });
      return { graph };
    }
  }

  return submit;
}

/** What ComfyUI would answer with a bare 500 or an error that names nothing; undefined when the graph looks right. */
function flawOf(graph: unknown): AppError | undefined {
  if (isUiGraph(graph)) {
    return new AppError('WORKFLOW_INVALID', "This is a file of ComfyUI's editor, not a graph in API format.", {
      hint: 'Convert it first, or export it with "Export (API)".',
      details: { problem: 'ui_format' },
    });
  }
  if (!isApiGraph(graph)) {
    const entries = isRecord(graph) ? Object.entries(graph) : [];
    const bad = entries.find(([id, node]) => !isApiGraph({ [id]: node }))?.[0];
    const which = bad === undefined ? 'This is no graph in API format' : `Node ${bad} is none of the API format`;
    return new AppError('WORKFLOW_INVALID', `${which}: a graph is an object of nodes with class_type and inputs.`, {
      details: { problem: 'not_a_graph', node_id: bad },
    });
  }
  const cycle = findCycle(graph);
  if (cycle === undefined) return undefined;
  return new AppError('WORKFLOW_INVALID', `The workflow has a cycle: ${describeCycle(graph, cycle)}.`, {
    hint: 'Remove one of these links.',
    details: { problem: 'cycle', nodes: cycle },
  });
}

/** For answers that may well be something else than JSON, such as a proxy's page. */
function jsonOrNothing(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
