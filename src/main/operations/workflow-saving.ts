/** Creating and changing workflows: graph, metadata and what is exposed, in one step that is written whole or not at all. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { OperationOutput, ParsedInput } from '../../shared/contract.js';
import { AppError, toErrorValue } from '../../shared/errors.js';
import { stringifyJson } from '../../shared/exact-json.js';
import { nearest } from '../../shared/nearest.js';
import { inputSpec, type NodeCatalog } from '../../shared/nodes.js';
import { type Graph, type WorkflowMeta, workflowMetaSchema } from '../../shared/workflow.js';
import type { WorkflowCheck } from '../../shared/workflow-checks.js';
import { withMetaChanges } from '../../shared/workflow-meta.js';
import type { Exposable, Exposure } from '../../shared/workflow-params.js';
import {
  checkShape,
  checkWorkflow,
  exact,
  exposeParams,
  type LoadedWorkflow,
  largestGraphBytes,
  packsOf,
  parseExact,
  parseGraph,
  proposeParams,
  refuseIssues,
  refuseUnsafe,
  replaceModels,
  type StoredWorkflow,
  uiFileName,
  type WorkflowEditor,
} from '../workflows/index.js';
import type { Rooms } from './rooms.js';
import { withoutNodes } from './without-nodes.js';

type Input = ParsedInput<'save_workflow'>;

export interface WorkflowSaver {
  save(input: Input): Promise<OperationOutput<'save_workflow'>>;
  /** As its files are now, not as they were when the folder was last heard of. @throws AppError WORKFLOW_NOT_FOUND. */
  asItIs(id: string): Promise<StoredWorkflow>;
}

/** What a workflow is made of, before it is written. */
interface Content {
  graph: Graph;
  meta: WorkflowMeta;
}

export function createWorkflowSaver(rooms: Rooms, editorNow: () => WorkflowEditor): WorkflowSaver {
  const { library, engine } = rooms;
  const specOf = engine.nodes.get;
  let saving: Promise<unknown> = Promise.resolve();

  const asItIs = async (id: string) => {
    await library.rescan();
    return found(rooms, id);
  };

  const exposing = (id: string, content: Content, exposures: readonly Exposure[]): Content => {
    const { params } = library.draft(id, content.graph, content.meta).workflow;
    return exposeParams({ ...content, params, exposures, specOf });
  };

  /** The content after everything the call asks for. */
  const changed = (id: string, before: Content, input: Input): Content => {
    let content = before;
    if (input.graph !== undefined) {
      const graph = exactGraph(graphOf(input.graph), engine.nodes);
      content = { graph, meta: withoutLostPlaces(content.meta, graph) };
    }
    if (input.replace_models !== undefined) {
      const { params } = library.draft(id, content.graph, content.meta).workflow;
      const { replaced, ...next } = replaceModels({ ...content, params }, input.replace_models, specOf);
      refuseUnreplaced(Object.keys(input.replace_models), replaced, content.graph);
      content = next;
    }
    if (input.meta !== undefined) content = { ...content, meta: metaOf(withMetaChanges(content.meta, input.meta)) };
    return input.parameters === undefined ? content : exposing(id, content, input.parameters);
  };

  const save = async (input: Input): Promise<OperationOutput<'save_workflow'>> => {
    const editor = editorNow();
    const message = await withoutNodes(rooms);
    const entry = input.workflow_id === undefined ? undefined : await asItIs(input.workflow_id);
    const id = entry?.workflow.id ?? newName(input);
    if (entry !== undefined) refuseUnread(entry, input);
    const next = changed(id, await startOf(editor, entry, input), input);
    const draft = library.draft(id, next.graph, next.meta);
    refuseIssues(draft, next.meta);
    const packs = entry === undefined ? undefined : await packsBeside(entry);
    const problems = message === undefined ? checkWorkflow(draft, engine.nodes, packs) : checkShape(draft);
    if (input.allow_problems !== true) refuseBroken(problems, input);
    const { copied } = await editor.save(entry, id, next);
    await library.rescan();
    const saved = found(rooms, id);
    const [previous] = entry?.workflow.source === 'user' ? await editor.versions(id) : [];
    return {
      workflow_id: id,
      hash: saved.workflow.hash,
      created: entry === undefined,
      copied,
      tool: saved.workflow.tool,
      parameters: saved.workflow.params.map(({ name }) => name),
      problems,
      previous_version: previous?.version ?? null,
      ...(message === undefined ? {} : { message: `Only its form could be checked. ${message}` }),
    };
  };

  return {
    // One at a time: what a call was made upon is what it writes over.
    save(input) {
      const run = saving.then(() => save(input));
      saving = run.catch(() => undefined);
      return run;
    },
    asItIs,
  };
}

/** The entry of a workflow. @throws AppError WORKFLOW_NOT_FOUND with the nearest ids. */
export function found({ library }: Pick<Rooms, 'library'>, id: string): StoredWorkflow {
  const entry = library.get(id);
  if (entry !== undefined) return entry;
  const near = nearest(
    id,
    library.list().map((workflow) => workflow.id),
  );
  throw new AppError('WORKFLOW_NOT_FOUND', `There is no workflow "${id}".`, {
    hint: near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'list_workflows tells which there are.',
    details: { workflow_id: id, nearest: near },
  });
}

/** @throws AppError VALIDATION_ERROR when the files are not those that were read. */
export function refuseOvertaken({ workflow }: StoredWorkflow, hash: string): void {
  if (hash === workflow.hash) return;
  throw new AppError('VALIDATION_ERROR', 'The workflow’s files have changed since you read them.', {
    hint: 'Nothing was written. Read it again and make your changes anew.',
    details: { hash: workflow.hash },
  });
}

/** The inputs of a workflow that are or may become parameters; none of one that can't be used. */
export function proposedInputs({ graph, meta, workflow }: LoadedWorkflow, nodes: NodeCatalog): Exposable[] {
  return graph === null ? [] : proposeParams({ graph, meta, params: workflow.params, specOf: nodes.get });
}

/** Node packs that the editor noted in what it saved, where that lies beside the workflow. */
export async function packsBeside({ file }: StoredWorkflow): Promise<Map<string, string>> {
  const name = uiFileName(basename(file));
  const text = await readFile(join(file, '..', name), 'utf8').catch(() => undefined);
  if (text === undefined || text.length > largestGraphBytes) return new Map();
  try {
    return packsOf(parseExact(text, name));
  } catch {
    // It only serves as a hint: what can't be read tells nothing.
    return new Map();
  }
}

async function startOf(editor: WorkflowEditor, entry: StoredWorkflow | undefined, input: Input): Promise<Content> {
  if (entry === undefined) return { graph: {}, meta: {} };
  if (input.restore_version !== undefined) {
    const { graph, meta } = await editor.version(entry.workflow.id, input.restore_version);
    return { graph, meta: metaOf(meta) };
  }
  const meta = metaOf(await editor.meta(entry));
  // With a new graph one that could not be read may be mended.
  return { graph: input.graph === undefined ? contentOf(entry).graph : {}, meta };
}

function contentOf({ workflow, graph, meta }: LoadedWorkflow): Content {
  if (graph !== null) return { graph, meta };
  throw new AppError('WORKFLOW_INVALID', `The workflow "${workflow.id}" can't be used: ${workflow.problem}`, {
    hint: 'Send a whole graph, or mend its file.',
  });
}

function newName({ name, graph, restore_version }: Input): string {
  if (name !== undefined && graph !== undefined && restore_version === undefined) return name.replace(/\.json$/i, '');
  throw new AppError('VALIDATION_ERROR', 'A new workflow needs name and graph; a change needs workflow_id.', {
    details: { issues: [] },
  });
}

/** Only what names what it replaces may go without: a model that is there no more is not put in twice. */
function refuseUnread(entry: StoredWorkflow, input: Input): void {
  if (input.hash !== undefined) refuseOvertaken(entry, input.hash);
  const overwrites = input.graph !== undefined || input.parameters !== undefined || input.meta !== undefined;
  if (input.hash !== undefined || !overwrites) return;
  throw new AppError('VALIDATION_ERROR', 'A change needs the hash of what you read.', {
    hint: 'get_workflow tells it as workflow.hash.',
    details: { hash: entry.workflow.hash },
  });
}

function graphOf(value: Record<string, unknown>): Graph {
  const size = stringifyJson(value).length;
  if (size > largestGraphBytes) {
    throw new AppError('WORKFLOW_INVALID', `The graph is too large: at most ${largestGraphBytes / 1024 ** 2} MB.`);
  }
  try {
    refuseUnsafe(value);
    return parseGraph(value);
  } catch (error) {
    const { message } = toErrorValue(error);
    throw new AppError('WORKFLOW_INVALID', message, {
      hint: 'Send nodes by id: {"3": {"class_type": "KSampler", "inputs": {…}}, …}. import_workflow takes the other format.',
      cause: error,
    });
  }
}

/** Seeds beyond 2^53 come as text. */
function exactGraph(graph: Graph, nodes: NodeCatalog): Graph {
  for (const { class_type, inputs } of Object.values(graph)) {
    const spec = nodes.get(class_type);
    for (const [input, value] of Object.entries(inputs)) {
      const known = spec === undefined ? undefined : inputSpec(spec, input);
      if (typeof value === 'string') inputs[input] = exact(value, known);
    }
  }
  return graph;
}

/** Mappings and originals of nodes that the new graph does not have belong to the old one. */
function withoutLostPlaces(meta: WorkflowMeta, graph: Graph): WorkflowMeta {
  const has = (nodeId: string, input: string) =>
    Object.hasOwn(graph, nodeId) && Object.hasOwn(graph[nodeId]?.inputs ?? {}, input);
  const mappings = Object.entries(meta.override_mappings ?? {}).flatMap(([name, places]) => {
    const left = places.filter(([nodeId, input]) => has(nodeId, input));
    return left.length === 0 ? [] : [[name, left] as const];
  });
  const originals = Object.entries(meta.originals ?? {}).filter(([nodeId]) => Object.hasOwn(graph, nodeId));
  return metaOf(
    withMetaChanges(meta, {
      ...(meta.override_mappings === undefined ? {} : { override_mappings: Object.fromEntries(mappings) }),
      ...(meta.originals === undefined ? {} : { originals: Object.fromEntries(originals) }),
    }),
  );
}

function metaOf(value: Record<string, unknown>): WorkflowMeta {
  const parsed = workflowMetaSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.map(String), message }));
  throw new AppError('VALIDATION_ERROR', `${issues[0]?.path.join(', ')}: ${issues[0]?.message}`, {
    hint: 'Nothing was written. Correct it and save again.',
    details: { issues },
  });
}

function refuseUnreplaced(names: readonly string[], replaced: ReadonlyMap<string, number>, graph: Graph): void {
  const unknown = names.filter((name) => !replaced.has(name));
  const [first] = unknown;
  if (first === undefined) return;
  const texts = Object.values(graph).flatMap(({ inputs }) =>
    Object.values(inputs).filter((value) => typeof value === 'string'),
  );
  throw new AppError('VALIDATION_ERROR', `No model of this workflow is called “${first}”.`, {
    hint: 'get_workflow.problems tells the names that are missing.',
    details: { unknown, nearest: nearest(first, texts) },
  });
}

/** A graph that was sent is to run; one that only gets other parameters may wait for what the engine lacks. */
function refuseBroken(problems: readonly WorkflowCheck[], { graph }: Input): void {
  const counts = ({ severity, code }: WorkflowCheck) =>
    severity === 'error' && (code === 'WORKFLOW_INVALID' || (graph !== undefined && code !== 'MODEL_NOT_FOUND'));
  const refused = problems.filter(counts);
  const [first] = refused;
  if (first === undefined) return;
  const more = refused.length === 1 ? '' : ` (and ${refused.length - 1} more)`;
  throw new AppError('WORKFLOW_INVALID', `Nothing was saved. ${first.message}${more}`, {
    hint: 'Mend it, or send allow_problems: true to save it as it is.',
    details: { problem: first.message, problems: refused },
  });
}
