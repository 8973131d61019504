/**
 * Writing into the person's folder of workflows: metadata, copies, and a bin. Bundled files are never written to. What
 * is deleted lies in `.bin` of the folder, each in a folder of its own, until it is restored: the library and other
 * programs pass hidden folders by.
 */
import { randomUUID } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rmdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isRecord, parseJsonObject } from '../../shared/config-text.js';
import { AppError } from '../../shared/errors.js';
import { type Graph, workflowMetaSchema } from '../../shared/workflow.js';
import { type MetaChanges, metaIssues, withMetaChanges } from '../../shared/workflow-meta.js';
import { type Files, systemFiles, writeFileAtomically } from '../files.js';
import type { Clock } from '../ports.js';
import {
  graphText,
  isDeviceName,
  isSafeId,
  isWorkflowFileName,
  metaFileName,
  parseExact,
  parseGraph,
  uiFileName,
} from './files.js';
import type { StoredWorkflow } from './library.js';
import { createWorkflowVersions, type WorkflowVersion } from './versions.js';

export interface DeletedWorkflow {
  bin_id: string;
  workflow_id: string;
  /** ISO time. */
  deleted_at: string;
}

export interface WorkflowEditor {
  /**
   * Writes metadata; unknown keys of the file stay. A bundled workflow is copied first, and answered as `copied`.
   * @throws AppError VALIDATION_ERROR with `details.issues` for what does not fit, or when a file is in the way;
   * WORKFLOW_INVALID when the file there can't be read; CONFIG_SAVE_FAILED when it can't be written.
   */
  saveMeta(entry: StoredWorkflow, changes: MetaChanges): Promise<{ file: string; copied: boolean }>;
  /**
   * Writes graph and metadata, whole: of a new workflow under `id`, of one that is there in its place. What the files
   * held before is kept as a version. A bundled workflow is copied, as above.
   * @throws AppError VALIDATION_ERROR for a name that can't be a file's, or whose file is there already; CONFIG_SAVE_FAILED.
   */
  save(
    entry: StoredWorkflow | undefined,
    id: string,
    content: { graph: Graph; meta: Readonly<Record<string, unknown>> },
  ): Promise<{ file: string; copied: boolean }>;
  /** The metadata's file as it stands, unknown keys and all. @throws AppError WORKFLOW_INVALID. */
  meta(entry: StoredWorkflow): Promise<Record<string, unknown>>;
  /** What is kept of earlier versions, the latest first. */
  versions(workflowId: string): Promise<WorkflowVersion[]>;
  /** One of them. @throws AppError NOT_FOUND, WORKFLOW_INVALID when it can't be read. */
  version(workflowId: string, version: string): Promise<{ graph: Graph; meta: Record<string, unknown> }>;
  /** Copies graph and metadata under a free name, and answers its id. @throws AppError CONFIG_SAVE_FAILED. */
  duplicate(entry: StoredWorkflow): Promise<string>;
  /** Moves the files into the bin. @throws AppError NOT_SUPPORTED for a bundled one, CONFIG_SAVE_FAILED. */
  remove(entry: StoredWorkflow): Promise<DeletedWorkflow>;
  /** Moves them back and answers the id. @throws AppError NOT_FOUND, VALIDATION_ERROR while the name is taken. */
  restore(binId: string): Promise<string>;
  /** What lies in the bin, the latest first. */
  deleted(): Promise<DeletedWorkflow[]>;
}

export function createWorkflowEditor({
  userDir,
  clock,
  files = systemFiles,
}: {
  userDir: string;
  clock: Pick<Clock, 'now'>;
  files?: Files;
}): WorkflowEditor {
  const bin = join(userDir, '.bin');
  const versions = createWorkflowVersions({ userDir, clock, files });
  const keep = (entry: StoredWorkflow) => saving(entry.file, () => versions.keep(entry.file, entry.workflow.hash));

  const write = async (fileName: string, body: string | Uint8Array) => {
    const path = join(userDir, fileName);
    await saving(path, () => writeFileAtomically(files, path, body));
    return path;
  };

  /** Metadata first: the graph appears together with it. */
  const writePair = async (fileName: string, graph: Uint8Array, meta: Record<string, unknown>) => {
    if (Object.keys(meta).length > 0) await write(metaFileName(fileName), asText(meta));
    return write(fileName, graph);
  };

  const deleted = async (): Promise<DeletedWorkflow[]> => {
    const folders = await readdir(bin).catch(emptyWhenMissing);
    const found = await Promise.all(
      folders.map(async (bin_id) => {
        const file = (await readdir(join(bin, bin_id)).catch(() => [])).find(isWorkflowFileName);
        const time = Number(bin_id.split('-')[0]);
        if (file === undefined || !Number.isFinite(time)) return [];
        return [{ bin_id, workflow_id: idOf(file), deleted_at: new Date(time).toISOString() }];
      }),
    );
    return found.flat().sort((a, b) => b.deleted_at.localeCompare(a.deleted_at));
  };

  return {
    async saveMeta(entry, changes) {
      const fileName = basename(entry.file);
      const after = withMetaChanges(await readMeta(entry.file), changes);
      refuseIssues(entry, after);
      if (entry.workflow.source === 'user') {
        await keep(entry);
        return { file: await write(metaFileName(fileName), asText(after)), copied: false };
      }
      // One that can't be used is listed beside the bundled one, and is the person's: it is not written over.
      if (await exists(join(userDir, fileName))) throw taken(fileName);
      await writePair(fileName, await readFile(entry.file), after);
      return { file: join(userDir, metaFileName(fileName)), copied: true };
    },

    async save(entry, id, { graph, meta }) {
      const fileName = entry === undefined ? `${id}.json` : basename(entry.file);
      refuseName(entry === undefined ? id : idOf(fileName));
      const own = entry?.workflow.source === 'user';
      if (own) await keep(entry);
      else if (await exists(join(userDir, fileName))) throw taken(fileName);
      const beside = join(userDir, metaFileName(fileName));
      if (Object.keys(meta).length > 0) await write(metaFileName(fileName), asText(meta));
      else if (own) await saving(beside, () => files.remove(beside));
      return { file: await write(fileName, graphText(graph)), copied: entry !== undefined && !own };
    },

    meta: (entry) => readMeta(entry.file),
    versions: (workflowId) => versions.list(workflowId),
    async version(workflowId, version) {
      const files = await versions.find(workflowId, version);
      const graph = parseGraph(parseExact(await readFile(files.graph, 'utf8'), basename(files.graph)));
      return { graph, meta: await readMeta(files.graph) };
    },

    async duplicate(entry) {
      const id = idOf(basename(entry.file));
      const names = new Set((await readdir(userDir).catch(emptyWhenMissing)).map((name) => name.toLowerCase()));
      let copy = freeName(id, names);
      // A bundled workflow's own name would make the copy take its place.
      if (entry.workflow.source === 'bundled' && copy === id) copy = freeName(`${id} copy`, names);
      const meta = await readMeta(entry.file);
      const drawn = join(entry.file, '..', uiFileName(basename(entry.file)));
      if (await exists(drawn)) await write(uiFileName(`${copy}.json`), await readFile(drawn));
      await writePair(`${copy}.json`, await readFile(entry.file), { ...meta, name: `${entry.workflow.name} copy` });
      return copy;
    },

    async remove(entry) {
      if (entry.workflow.source === 'bundled') {
        throw new AppError('NOT_SUPPORTED', `“${entry.workflow.name}” comes with the app and can’t be deleted.`, {
          hint: 'Switch its tool off when agents are not to use it.',
        });
      }
      const now = clock.now();
      const bin_id = `${now}-${randomUUID()}`;
      const fileName = basename(entry.file);
      await saving(bin, async () => {
        await mkdir(join(bin, bin_id), { recursive: true });
        await rename(entry.file, join(bin, bin_id, fileName));
        for (const beside of [metaFileName(fileName), uiFileName(fileName)]) {
          await moveIfThere(join(userDir, beside), join(bin, bin_id, beside));
        }
        await files.syncDirectory(userDir);
      });
      return { bin_id, workflow_id: idOf(fileName), deleted_at: new Date(now).toISOString() };
    },

    async restore(binId) {
      const found = (await deleted()).find(({ bin_id }) => bin_id === binId);
      if (found === undefined) {
        throw new AppError('NOT_FOUND', 'That workflow is not in the bin.', {
          hint: 'It may have been restored already; list_workflows tells.',
        });
      }
      const folder = join(bin, found.bin_id);
      const fileName = (await readdir(folder)).find(isWorkflowFileName) ?? `${found.workflow_id}.json`;
      if (await exists(join(userDir, fileName))) throw taken(fileName);
      await saving(join(userDir, fileName), async () => {
        for (const beside of [metaFileName(fileName), uiFileName(fileName)]) {
          await moveIfThere(join(folder, beside), join(userDir, beside));
        }
        await rename(join(folder, fileName), join(userDir, fileName));
        await files.syncDirectory(userDir);
      });
      // What a person put there besides stays.
      await rmdir(folder).catch(() => undefined);
      return found.workflow_id;
    },

    deleted,
  };
}

/** The metadata beside a graph as it stands in the file; nothing when there is none. */
async function readMeta(graphFile: string): Promise<Record<string, unknown>> {
  const path = join(graphFile, '..', metaFileName(basename(graphFile)));
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw new AppError('WORKFLOW_INVALID', `${basename(path)} could not be read: ${error.message}`, {
      hint: 'Check the permissions of the file.',
    });
  });
  return parseJsonObject(text, basename(path));
}

function refuseName(id: string): void {
  if (isSafeId(id) && !isDeviceName(id)) return;
  throw new AppError('VALIDATION_ERROR', `“${id}” can’t be the name of a workflow's file.`, {
    hint: 'Begin with a letter or digit and use letters, digits, spaces and . _ - ( ) only, at most 100. No folders.',
    details: { issues: [{ path: ['name'], message: 'no file name' }] },
  });
}

/** @throws AppError VALIDATION_ERROR when metadata does not fit the workflow's parameters. */
export function refuseIssues({ workflow }: Pick<StoredWorkflow, 'workflow'>, meta: Record<string, unknown>): void {
  const parsed = workflowMetaSchema.safeParse(meta);
  const issues = parsed.success
    ? metaIssues(workflow.params, parsed.data)
    : parsed.error.issues.map(({ path, message }) => ({ path: path.map(String), message }));
  const [first] = issues;
  if (first === undefined) return;
  throw new AppError('VALIDATION_ERROR', `${first.path.join(', ')}: ${first.message}`, {
    hint: 'Nothing was written. Correct it and save again.',
    details: { issues },
  });
}

function asText(meta: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify(meta, null, 2)}\n`;
}

function idOf(fileName: string): string {
  return fileName.slice(0, -'.json'.length);
}

/** `X`, else `X 2`, `X 3` … within the length that ids may have. Letter case does not make a name free. */
function freeName(id: string, taken: ReadonlySet<string>): string {
  const base = id.replace(/ \d+$/, '').slice(0, 90);
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? id.slice(0, 95).trimEnd() : `${base.trimEnd()} ${number}`;
    if (!taken.has(`${name}.json`.toLowerCase())) return name;
  }
}

function taken(fileName: string): AppError {
  return new AppError('VALIDATION_ERROR', `Your folder has a file “${fileName}” already.`, {
    hint: 'Rename or delete that one first; nothing was written over.',
    details: { file: fileName },
  });
}

async function saving<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('CONFIG_SAVE_FAILED', `${path} could not be written: ${reason}`, {
      hint: 'Check that you may write there and that the disk is not full.',
      details: { file: path },
      cause,
    });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function moveIfThere(from: string, to: string): Promise<void> {
  if (await exists(from)) await rename(from, to);
}

function emptyWhenMissing(error: unknown): string[] {
  if (isRecord(error) && error.code === 'ENOENT') return [];
  throw error;
}
