/**
 * The workflow library: every graph of the bundled and the person's own folder, what each exposes, and which tool runs
 * it. Folders are watched; the library only ever shows whole files.
 */
import { randomInt } from 'node:crypto';
import { mkdir, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.js';
import type { NodeCatalog } from '../../shared/nodes.js';
import { drawnSeedRange, type ParamSpec } from '../../shared/params.js';
import type { Graph, Namespace, Workflow, WorkflowMeta } from '../../shared/workflow.js';
import type { Clock, Disposable, Logger } from '../ports.js';
import { type BoundWorkflow, bindWorkflow } from './binding.js';
import { derivedProblem } from './derived.js';
import { describeParams, type ResolveDefault } from './describe.js';
import {
  fileStamp,
  isWorkflowFileName,
  metaFileName,
  namespaceOf,
  readWorkflowFile,
  refuseLostMappings,
  type WorkflowFile,
} from './files.js';
import { type FittedWorkflow, fitWorkflow } from './fit.js';
import { assignToolNames, titleOf } from './naming.js';
import { findPlaceholders } from './placeholders.js';
import { watchFolder } from './watch.js';

export interface LoadedWorkflow {
  readonly workflow: Workflow;
  /** The template with its placeholders, null when the file can't be used. Not a copy: `bind` makes one. */
  readonly graph: Graph | null;
  readonly meta: WorkflowMeta;
}

/** And where it lies. */
export interface StoredWorkflow extends LoadedWorkflow {
  /** Absolute path of the graph's file. */
  readonly file: string;
  /** It stands in the place of a bundled one of the same name. */
  readonly replacesBundled: boolean;
}

export interface WorkflowLibrary extends Disposable {
  /** Reads both folders (the person's is created when it is missing) and watches them from then on. */
  load(): Promise<void>;
  /** Reads both folders again and resolves when that is done; `onChange` is called as for any change. */
  rescan(): Promise<void>;
  /** Takes another folder as the person's, made when it is missing, and watches it instead; resolves when it was read. */
  changeFolder(userDir: string): Promise<void>;
  /** Every workflow, by id; defaults and their tiers as they are now. */
  list(): Workflow[];
  get(id: string): StoredWorkflow | undefined;
  /**
   * What a graph and metadata would be as this workflow, without writing anything.
   * @throws AppError WORKFLOW_INVALID for placeholders and mappings that can't be parameters.
   */
  draft(id: string, graph: Graph, meta: WorkflowMeta): LoadedWorkflow;
  /** Where the workflows of a namespace put the value of a parameter: node class and input. */
  inputsOf(namespace: Namespace, name: string): [classType: string, input: string][];
  /** The parameters of this name that the workflows of a namespace have, with their limits. */
  paramsOf(namespace: Namespace, name: string): ParamSpec[];
  /** Fills the placeholders; see `bindWorkflow` for the rules. @throws AppError also WORKFLOW_INVALID for an unusable file. */
  bind(entry: LoadedWorkflow, values: Readonly<Record<string, unknown>>): BoundWorkflow;
  /** Holds a bound graph against the engine's nodes before anything is sent; see `fitWorkflow`. */
  fit(bound: BoundWorkflow, catalog: NodeCatalog): Promise<FittedWorkflow>;
}

export interface WorkflowLibraryOptions {
  bundledDir: string;
  userDir: string;
  /** Names of tools that a workflow's tool must not take. */
  reservedToolNames: Iterable<string>;
  defaults: ResolveDefault;
  /** The engine's nodes, for better types and limits; answers nothing until they are known. */
  catalog?: NodeCatalog;
  logger: Logger;
  clock: Clock;
  /** A seed for a call that gives none: a whole number from 0 to 2^32-1. */
  drawSeed?: () => number;
  /** After workflows appeared, changed or went. */
  onChange: () => void;
}

/** Milliseconds that the events of one change are gathered: editors write a file in several steps. */
const gatherMs = 120;

interface Entry {
  readonly id: string;
  readonly file: WorkflowFile;
  readonly tool: string | null;
  readonly replacesBundled: boolean;
}

export function createWorkflowLibrary(options: WorkflowLibraryOptions): WorkflowLibrary {
  const { bundledDir, logger, clock, onChange, drawSeed = () => randomInt(drawnSeedRange) } = options;
  let { userDir } = options;
  const reserved = new Set(options.reservedToolNames);
  const stopped = new AbortController();
  const known = new Map<string, { stamp: string; file: WorkflowFile }>();
  const watches = new Map<string, Disposable>();
  let entries: readonly Entry[] = [];
  let gathering = false;
  let scans = Promise.resolve();

  const readFolder = async (folder: string, source: WorkflowFile['source']): Promise<WorkflowFile[]> => {
    const names = (await readdir(folder).catch((error: unknown) => noFolder(folder, error, logger)))
      .filter(isWorkflowFileName)
      .sort();
    const files: WorkflowFile[] = [];
    for (const name of names) files.push(await readKnown(folder, name, source));
    const paths = new Set(names.map((name) => join(folder, name)));
    for (const path of known.keys()) if (path.startsWith(join(folder, '/')) && !paths.has(path)) known.delete(path);
    return files;
  };

  /** Only files that changed are read again. */
  const readKnown = async (folder: string, name: string, source: WorkflowFile['source']): Promise<WorkflowFile> => {
    const path = join(folder, name);
    const stamp = `${await fileStamp(path)} ${await fileStamp(join(folder, metaFileName(name)))}`;
    const before = known.get(path);
    if (before?.stamp === stamp) return before.file;
    const file = await readWorkflowFile(folder, name, source);
    known.set(path, { stamp, file });
    if (file.problem !== null) logger.warn('a workflow file cannot be used', { file: path, problem: file.problem });
    return file;
  };

  /** Reads both folders; what was read and where the person's lies change together. */
  const scan = async (from = userDir): Promise<boolean> => {
    const user = await readFolder(from, 'user');
    const bundled = (await isSameFolder(bundledDir, from)) ? [] : await readFolder(bundledDir, 'bundled');
    const next = toEntries(user, bundled, reserved);
    const changed = signature(next) !== signature(entries);
    userDir = from;
    entries = next;
    return changed;
  };

  /** One scan at a time, in order. */
  const rescan = (): Promise<void> => {
    const run = scans.then(async () => {
      if (stopped.signal.aborted) return;
      if (await scan()) onChange();
    });
    scans = run.catch((error: unknown) => logger.error('the workflow folders could not be read', { error }));
    return run;
  };

  const gather = () => {
    if (gathering || stopped.signal.aborted) return;
    gathering = true;
    clock
      .sleep(gatherMs, stopped.signal)
      .then(() => {
        gathering = false;
        return rescan();
      })
      .catch((error: unknown) => {
        if (!stopped.signal.aborted) logger.error('the workflow folders could not be read', { error });
      });
  };

  /** Watching starts before reading: what changes in between is read again, not missed. */
  const watchFrom = async (from: string) => {
    await mkdir(from, { recursive: true }).catch((error: unknown) =>
      logger.warn('the folder for your workflows could not be created', { folder: from, error }),
    );
    const wanted = new Set([from, bundledDir]);
    for (const [folder, watching] of watches) {
      if (wanted.has(folder)) continue;
      watching.dispose();
      watches.delete(folder);
    }
    for (const folder of wanted) {
      if (!watches.has(folder)) watches.set(folder, watchFolder({ folder, onEvent: gather, logger }));
    }
  };

  const toWorkflow = ({ id, file, tool }: Entry): Workflow => ({
    id,
    name: file.meta.name ?? titleOf(id),
    description: file.meta.description ?? `Runs the ComfyUI workflow ${id}.`,
    namespace: file.namespace,
    params:
      file.graph === null ? [] : describeParams({ ...options, ...file, graph: file.graph, catalog: options.catalog }),
    tool,
    problem: file.problem,
    source: file.source,
    updated_at: new Date(file.updated_ms).toISOString(),
    hash: file.hash,
  });

  return {
    async load() {
      await watchFrom(userDir);
      scans = scan().then(() => undefined);
      await scans;
    },
    rescan,
    changeFolder(next) {
      const run = scans.then(async () => {
        if (stopped.signal.aborted || next === userDir) return;
        await watchFrom(next);
        if (await scan(next)) onChange();
      });
      scans = run.catch((error: unknown) => logger.error('the workflow folders could not be read', { error }));
      return run;
    },
    list: () => entries.map(toWorkflow),
    get(id) {
      const entry = entries.find((candidate) => candidate.id === id);
      if (entry === undefined) return undefined;
      const { file, replacesBundled } = entry;
      const folder = file.source === 'bundled' ? bundledDir : userDir;
      return {
        workflow: toWorkflow(entry),
        graph: file.graph,
        meta: file.meta,
        file: join(folder, file.fileName),
        replacesBundled,
      };
    },
    draft(id, graph, meta) {
      refuseLostMappings(meta, graph, metaFileName(`${id}.json`));
      const { placeholders, problem = derivedProblem(graph, meta) } = findPlaceholders(graph);
      if (problem !== undefined) throw new AppError('WORKFLOW_INVALID', problem);
      const file: WorkflowFile = {
        ...{ id, fileName: `${id}.json`, source: 'user', graph, meta, placeholders, problem: null },
        ...{ namespace: meta.namespace ?? namespaceOf(graph), hash: '', updated_ms: clock.now() },
      };
      return { workflow: toWorkflow({ id, file, tool: null, replacesBundled: false }), graph, meta };
    },
    inputsOf: (namespace, name) =>
      entries.flatMap(({ file: { graph, namespace: own, placeholders } }) => {
        if (graph === null || own !== namespace) return [];
        const targets = placeholders.find((placeholder) => placeholder.name === name)?.targets ?? [];
        return targets.flatMap(({ node_id, input }): [string, string][] => {
          const node = graph[node_id];
          return node === undefined ? [] : [[node.class_type, input]];
        });
      }),
    paramsOf: (namespace, name) =>
      entries
        .filter(({ file }) => file.namespace === namespace && file.graph !== null)
        .flatMap((entry) => toWorkflow(entry).params.filter((param) => param.name === name)),
    bind({ workflow, graph, meta }, values) {
      if (graph === null) {
        throw new AppError('WORKFLOW_INVALID', `The workflow "${workflow.id}" can't be used: ${workflow.problem}`, {
          hint: 'Mend or remove its file; it is read again at once.',
          details: { workflow_id: workflow.id, problem: workflow.problem },
        });
      }
      return bindWorkflow({ workflow, graph, meta, values, drawSeed });
    },
    fit: fitWorkflow,
    dispose() {
      stopped.abort();
      for (const watching of watches.values()) watching.dispose();
    },
  };
}

/**
 * The person's file wins over a bundled one of the same id. One that can't be used does not take the bundled one's
 * place: it is listed under its file name beside it.
 */
function toEntries(
  user: readonly WorkflowFile[],
  bundled: readonly WorkflowFile[],
  reserved: ReadonlySet<string>,
): Entry[] {
  const bundledIds = new Set(bundled.map((file) => file.id));
  const replaced = new Set(user.filter((file) => file.problem === null).map((file) => file.id));
  const files = [
    ...bundled.filter((file) => !replaced.has(file.id)).map((file) => ({ id: file.id, file })),
    ...user.map((file) => ({
      id: file.problem !== null && bundledIds.has(file.id) ? `${file.id}.json` : file.id,
      file,
    })),
  ];
  const runnable = files.filter(
    ({ file }) => file.problem === null && file.placeholders.length > 0 && file.meta.tool !== false,
  );
  const tools = assignToolNames(
    runnable.map(({ id }) => id),
    reserved,
  );
  return files
    .map(({ id, file }) => ({
      id,
      file,
      tool: tools.get(id) ?? null,
      replacesBundled: file.source === 'user' && replaced.has(id) && bundledIds.has(id),
    }))
    .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

function signature(entries: readonly Entry[]): string {
  return JSON.stringify(
    entries.map(({ id, file, tool }) => [id, tool, file.source, file.hash, file.problem, file.updated_ms]),
  );
}

async function isSameFolder(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all([a, b].map((folder) => realpath(folder).catch(() => folder)));
  return first === second;
}

function noFolder(folder: string, error: unknown, logger: Logger): string[] {
  logger.warn('a workflow folder could not be read', { folder, error });
  return [];
}
