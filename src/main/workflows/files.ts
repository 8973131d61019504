/**
 * One workflow file and the metadata beside it, read and judged. A file that can't be used is not an error here: it
 * becomes an entry with its problem in words, so that the rest goes on.
 */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isRecord, parseJsonObject } from '../../shared/config-text.js';
import { AppError } from '../../shared/errors.js';
import { parseJson, stringifyJson } from '../../shared/exact-json.js';
import { type Graph, type Namespace, type WorkflowMeta, workflowMetaSchema } from '../../shared/workflow.js';
import { derivedProblem } from './derived.js';
import { findPlaceholders, type Placeholder } from './placeholders.js';

/** Bytes of a graph or its metadata that are read at most; the largest graphs in use have a few hundred KB. */
export const largestGraphBytes = 8 * 1024 ** 2;
const largestMetaBytes = 512 * 1024;

export interface WorkflowFile {
  /** File name without `.json`. */
  readonly id: string;
  readonly fileName: string;
  readonly source: 'bundled' | 'user';
  /** Null when the file can't be used. */
  readonly graph: Graph | null;
  readonly meta: WorkflowMeta;
  readonly namespace: Namespace;
  readonly placeholders: readonly Placeholder[];
  /** Why it can't be used; null when fine. */
  readonly problem: string | null;
  /** Of both files' contents. */
  readonly hash: string;
  /** Milliseconds since the epoch: the younger of both files. */
  readonly updated_ms: number;
}

const graphSchema = z.record(
  z.string().min(1),
  z.looseObject({
    class_type: z.string().min(1),
    inputs: z.record(z.string(), z.unknown()).default({}),
    _meta: z.looseObject({ title: z.string().optional() }).optional(),
  }),
);

/** Letters, digits, space and a few signs: ids stand in addresses, logs and file names on every system. */
const safeId = /^[\p{L}\p{N}][\p{L}\p{N} ._()+&,'-]{0,99}$/u;

/** Whether a file name of a workflow folder is a workflow. Hidden files, metadata and originals of the editor are none. */
export function isWorkflowFileName(fileName: string): boolean {
  const lower = fileName.toLowerCase();
  return lower.endsWith('.json') && !/\.(meta|ui)\.json$/.test(lower) && !fileName.startsWith('.');
}

/** The name beside a workflow file for what the editor had saved, where the workflow was converted from that. */
export function uiFileName(fileName: string): string {
  return `${fileName.slice(0, -'.json'.length)}.ui.json`;
}

/** The metadata file's name beside a workflow file. */
export function metaFileName(fileName: string): string {
  return `${fileName.slice(0, -'.json'.length)}.meta.json`;
}

/** Changes when a file's content may have changed; `none` when it does not exist. */
export async function fileStamp(path: string): Promise<string> {
  const facts = await statOrNothing(path);
  return facts === undefined ? 'none' : [facts.mtimeMs, facts.ctimeMs, facts.size, facts.ino].join(':');
}

/** Reads a workflow and its metadata. Resolves for every file, whatever is wrong with it. */
export async function readWorkflowFile(
  folder: string,
  fileName: string,
  source: WorkflowFile['source'],
): Promise<WorkflowFile> {
  const id = fileName.slice(0, -'.json'.length);
  const hash = createHash('sha256');
  let updated_ms = 0;
  const read = async (name: string, largest: number): Promise<string | undefined> => {
    const facts = await statOrNothing(join(folder, name));
    if (facts === undefined) return undefined;
    updated_ms = Math.max(updated_ms, facts.mtimeMs);
    if (!facts.isFile()) throw invalid(`${name} is not a file.`);
    if (facts.size > largest) {
      throw invalid(`${name} is too large: ${megabytes(facts.size)} MB, at most ${megabytes(largest)} MB are read.`);
    }
    const text = await readFile(join(folder, name), 'utf8').catch((cause: unknown) => {
      throw invalid(`${name} could not be read: ${cause instanceof Error ? cause.message : String(cause)}`);
    });
    hash.update(text).update('\0');
    return text;
  };
  const base = { id, fileName, source, meta: {} as WorkflowMeta, namespace: 'image' as const, placeholders: [] };
  try {
    if (!isSafeId(id)) {
      throw invalid(
        'The file name is not usable: begin with a letter or digit and use letters, digits, spaces and . _ - ( ) only, at most 100.',
      );
    }
    const text = await read(fileName, largestGraphBytes);
    if (text === undefined) throw invalid(`${fileName} is gone.`);
    const graph = parseGraph(parseExact(text, fileName));
    const meta = parseMeta(await read(metaFileName(fileName), largestMetaBytes), metaFileName(fileName), graph);
    const { placeholders, problem } = findPlaceholders(graph);
    if (problem !== undefined) throw invalid(problem);
    const underived = derivedProblem(graph, meta);
    if (underived !== undefined) throw invalid(`${metaFileName(fileName)}: ${underived}`);
    const namespace = meta.namespace ?? namespaceOf(graph);
    return { ...base, graph, meta, namespace, placeholders, problem: null, hash: short(hash), updated_ms };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ...base, graph: null, problem: error.message, hash: short(hash), updated_ms };
  }
}

/** Seeds beyond 2^53 stay exact, and Python's NaN is read; what is no JSON even so is told with its place. */
export function parseExact(text: string, fileName: string): Record<string, unknown> {
  try {
    const value = parseJson(text.startsWith('\uFEFF') ? text.slice(1) : text);
    if (isRecord(value)) return value;
  } catch {
    // Told by the other parser.
  }
  return parseJsonObject(text, fileName);
}

/**
 * A graph in API format out of parsed JSON.
 *
 * @throws AppError WORKFLOW_INVALID, one sentence that says what it is instead.
 */
export function parseGraph(value: Record<string, unknown>): Graph {
  if (Array.isArray(value.nodes)) {
    throw invalid(
      "This is the editor's format. Import the file (import_workflow) and it is converted; or put here what ComfyUI's Workflow → Export (API) gives.",
    );
  }
  if (Object.keys(value).length === 0) throw invalid('The graph has no nodes.');
  for (const [id, node] of Object.entries(value)) {
    if (!isRecord(node)) throw invalid(`"${id}" is not a node: a graph in API format holds nodes by their ids only.`);
    if (typeof node.class_type !== 'string') throw invalid(`Node ${id} has no class_type.`);
  }
  const parsed = graphSchema.safeParse(value);
  if (!parsed.success) throw invalid(`The graph is not in API format: ${issuesInWords(parsed.error)}.`);
  return parsed.data;
}

/** A graph's file, for people's eyes: one node a line; numbers stay exact. */
export function graphText(graph: Graph): string {
  const lines = Object.entries(graph).map(([id, node]) => `  ${JSON.stringify(id)}: ${stringifyJson(node)}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

function parseMeta(text: string | undefined, fileName: string, graph: Graph): WorkflowMeta {
  if (text === undefined) return {};
  const parsed = workflowMetaSchema.safeParse(parseJsonObject(text, fileName));
  if (!parsed.success) throw invalid(`${fileName} is not usable: ${issuesInWords(parsed.error)}.`);
  refuseLostMappings(parsed.data, graph, fileName);
  return parsed.data;
}

/** @throws AppError WORKFLOW_INVALID when `override_mappings` name what the graph does not have. */
export function refuseLostMappings(meta: WorkflowMeta, graph: Graph, fileName: string): void {
  for (const [name, targets] of Object.entries(meta.override_mappings ?? {})) {
    for (const [nodeId, input] of targets) {
      const node = Object.hasOwn(graph, nodeId) ? graph[nodeId] : undefined;
      if (node === undefined || !Object.hasOwn(node.inputs, input)) {
        const what = node === undefined ? `node ${nodeId}` : `input ${input} of node ${nodeId}`;
        throw invalid(`${fileName}: override_mappings.${name} names ${what}, which the graph does not have.`);
      }
    }
  }
}

/** What it makes, by its output nodes: video before audio, since videos may carry sound. */
export function namespaceOf(graph: Graph): Namespace {
  const classes = Object.values(graph).map((node) => node.class_type);
  if (classes.some((name) => /^(save|preview|create|combine)?_?(video|webm)|videocombine/i.test(name))) return 'video';
  if (classes.some((name) => /^(save|preview).*audio/i.test(name))) return 'audio';
  return 'image';
}

/** Names that Windows keeps for devices. */
export function isDeviceName(name: string): boolean {
  return /^(con|prn|aux|nul|com\d|lpt\d)$/i.test(name);
}

/** Whether a workflow may be called so: no path, no hidden file, no name that a system keeps. */
export function isSafeId(id: string): boolean {
  return safeId.test(id) && !/[. ]$/.test(id) && !id.includes('..');
}

function issuesInWords(error: z.ZodError): string {
  const [first, ...rest] = error.issues.map((issue) => `${issue.path.join('.') || 'file'}: ${issue.message}`);
  return rest.length === 0 ? `${first}` : `${first} (and ${rest.length} more)`;
}

function invalid(problem: string): AppError {
  return new AppError('WORKFLOW_INVALID', problem);
}

function short(hash: ReturnType<typeof createHash>): string {
  return hash.digest('hex').slice(0, 16);
}

function megabytes(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(1);
}

/** Nothing for a file that isn't there; every other reason is told when the file is read. */
async function statOrNothing(path: string) {
  return stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw invalid(`${path} could not be looked at: ${error.message}`);
  });
}
