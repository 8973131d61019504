/**
 * A text or a file becomes a graph that ComfyUI runs, with what the editor had saved. Done in a thread of its own: a
 * file may be large, and its sender hostile. Pure but for reading the file; nothing is written here.
 */
import { readFile, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { isRecord } from '../../shared/config-text.js';
import { AppError, toErrorValue } from '../../shared/errors.js';
import { stringifyJson } from '../../shared/exact-json.js';
import type { Graph } from '../../shared/workflow.js';
import { convertUiGraph, inWords, type NodeInfoOf } from './convert/index.js';
import { largestGraphBytes, parseExact, parseGraph } from './files.js';
import { circleIn } from './problems.js';
import { type ModelSource, modelSources, packsOf, refuseUnsafe } from './untrusted.js';

/** Where a graph comes from: a text, or a file of this machine by its absolute path. */
export type GraphSource = { text: string } | { path: string };

/** What a picture, sound or video says of how it was made. Throws MEDIA_UNSUPPORTED and MEDIA_UNAVAILABLE. */
export type ReadEmbedded = (path: string) => Promise<{
  graph?: Graph | undefined;
  workflow?: unknown;
  /** Why something that was there couldn't be read, in sentences. */
  problems?: readonly string[];
}>;

/** What is to be written: the graph and, where there is one, what the editor had saved, as text. */
export interface Taken {
  graph: Graph;
  original?: string;
  /** What the conversion left out or put in, in sentences. */
  warnings: string[];
  /** The graph that was run stands in for the editor's, which could not be converted. */
  stands_in: boolean;
  /** Where model files can be had, as the file itself says; by file name. */
  model_sources: Record<string, ModelSource>;
}

/** What was found in the source, before anything is asked of the engine. */
interface Found {
  ui?: Record<string, unknown>;
  original?: string;
  graph?: Graph;
}

/** What is known of the engine's node classes: entries of `/object_info` by class, or why there are none. */
export type KnownNodes = { infoOf: NodeInfoOf } | { away: string };

/**
 * Reads and converts.
 *
 * @throws AppError WORKFLOW_INVALID, with `details.problems` naming nodes where it is a matter of nodes; NOT_FOUND for a
 * file that can't be read, and what `readEmbedded` throws.
 */
export async function takeGraph(source: GraphSource, nodes: KnownNodes, readEmbedded: ReadEmbedded): Promise<Taken> {
  const taken = converted(await find(source, readEmbedded), nodes);
  const circle = circleIn(taken.graph);
  if (circle !== undefined) throw new AppError('WORKFLOW_INVALID', circle.message, { details: { problems: [circle] } });
  return taken;
}

export interface Asked {
  /** Names of all node classes that a conversion may ask for, and perhaps of more. */
  classes: string[];
  /** Whether it can be taken without knowing them: there is a graph in API format in it. */
  plain: boolean;
}

/** What has to be known of the engine before a source is taken. @throws AppError as `takeGraph`. */
export async function askedBy(source: GraphSource, readEmbedded: ReadEmbedded): Promise<Asked> {
  const { ui, graph } = await find(source, readEmbedded);
  const classes = new Set(Object.values(graph ?? {}).map(({ class_type }) => class_type));
  const open: object[] = ui === undefined ? [] : [ui];
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    if (isRecord(item) && typeof item.type === 'string') classes.add(item.type);
    for (const value of Object.values(item)) if (typeof value === 'object' && value !== null) open.push(value);
  }
  return { classes: [...classes], plain: graph !== undefined };
}

async function find(source: GraphSource, readEmbedded: ReadEmbedded): Promise<Found> {
  if ('text' in source) return fromText(source.text, 'The text');
  const { path } = source;
  if (extname(path).toLowerCase() === '.json') return fromText(await readText(path), basename(path));
  const { graph, workflow, problems = [] } = await readEmbedded(path);
  const asRun = graph === undefined ? {} : { graph: safeGraph(graph) };
  if (!isRecord(workflow)) {
    if (graph !== undefined) return asRun;
    const why = problems.length > 0 ? ` ${problems.join(' ')}` : '';
    throw new AppError('WORKFLOW_INVALID', `There is no workflow that can be read in ${basename(path)}.${why}`, {
      hint: 'Only files that ComfyUI wrote with their metadata have one.',
    });
  }
  refuseUnsafe(workflow);
  return { ui: workflow, original: stringifyJson(workflow), ...asRun };
}

function fromText(text: string, what: string): Found {
  if (text.length > largestGraphBytes) throw tooLarge(what);
  const value = parseText(text, what);
  refuseUnsafe(value);
  if (Array.isArray(value.nodes)) return { ui: value, original: text };
  // Some exports hold both formats side by side, as the metadata of pictures does.
  const { workflow, prompt = value.output } = value;
  if (isRecord(workflow) && Array.isArray(workflow.nodes)) return { ui: workflow, original: stringifyJson(workflow) };
  return { graph: parseGraph(isRecord(prompt) && !('class_type' in prompt) ? prompt : value) };
}

function safeGraph(graph: Graph): Graph {
  refuseUnsafe(graph);
  return parseGraph(graph);
}

function converted({ ui, original, graph: asRun }: Found, nodes: KnownNodes): Taken {
  if (ui === undefined) {
    if (asRun === undefined) throw new AppError('WORKFLOW_INVALID', 'There is no graph in it.');
    return { graph: asRun, warnings: [], stands_in: false, model_sources: {} };
  }
  const beside = { model_sources: modelSources(ui), ...(original === undefined ? {} : { original }) };
  try {
    if ('away' in nodes) throw new AppError('COMFYUI_UNREACHABLE', nodes.away);
    const { graph, warnings } = convertUiGraph(ui, nodes.infoOf);
    return { graph, warnings: warnings.map(inWords), stands_in: false, ...beside };
  } catch (error) {
    const { code, message } = toErrorValue(error);
    if (code === 'INTERNAL_ERROR' || asRun === undefined) throw withPacks(error, ui);
    const warnings = [`The graph that was run is taken instead of the editor's: ${message}`];
    return { graph: asRun, warnings, stands_in: true, ...beside };
  }
}

/** Tells of each node that the engine lacks which pack it is of, where the file says so. */
function withPacks(error: unknown, ui: Record<string, unknown>): unknown {
  if (!(error instanceof AppError) || !Array.isArray(error.details?.problems)) return error;
  const packs = packsOf(ui);
  const problems = error.details.problems.map((problem: unknown) => {
    const pack = isRecord(problem) ? packs.get(String(problem.class_type)) : undefined;
    return pack === undefined || !isRecord(problem) ? problem : { ...problem, pack };
  });
  const { code, message, hint, details } = error;
  return new AppError(code, message, { hint, details: { ...details, problems }, cause: error });
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size <= largestGraphBytes) return await readFile(path, 'utf8');
  } catch (cause) {
    throw new AppError('NOT_FOUND', `${path} can't be read.`, {
      hint: 'Give the path of a file.',
      details: { path },
      cause,
    });
  }
  throw tooLarge(basename(path));
}

function tooLarge(what: string): AppError {
  return new AppError('WORKFLOW_INVALID', `${what} is too large for a graph.`, {
    hint: `At most ${largestGraphBytes / 1024 ** 2} MB are read.`,
  });
}

/** @throws AppError WORKFLOW_INVALID when it is no JSON object. */
function parseText(text: string, what: string): Record<string, unknown> {
  try {
    return parseExact(text, what);
  } catch (cause) {
    throw new AppError('WORKFLOW_INVALID', toErrorValue(cause).message, { cause });
  }
}
