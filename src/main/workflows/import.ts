/**
 * Takes a graph into the person's workflow folder: one of the editor is converted and kept beside the result, one in API
 * format is taken as it is, and a picture, sound or video gives what ComfyUI wrote into it.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { isRecord } from '../../shared/config-text.js';
import { AppError, toErrorValue } from '../../shared/errors.js';
import { stringifyJson } from '../../shared/exact-json.js';
import type { Graph } from '../../shared/workflow.js';
import { type Files, systemFiles, writeFileAtomically } from '../files.js';
import { convertUiGraph, inWords, type NodeInfoOf } from './convert/index.js';
import { largestGraphBytes, parseExact, parseGraph, uiFileName } from './files.js';

export interface WorkflowImportPorts {
  /** Where the person's workflows lie now. */
  userDir(): string;
  /** Ids that workflows have already, the bundled ones among them. */
  taken(): Iterable<string>;
  /** Resolves when the engine's node classes are known, asked for anew with `fresh`; rejects with why they can't be. */
  loadNodes(fresh: boolean): Promise<void>;
  infoOf: NodeInfoOf;
  /** What a picture, sound or video says of how it was made. Throws MEDIA_UNSUPPORTED and MEDIA_UNAVAILABLE. */
  readEmbedded(path: string): Promise<{ graph?: Graph | undefined; workflow?: unknown }>;
  files?: Files;
}

export interface ImportedWorkflow {
  workflow_id: string;
  graph: Graph;
  /** What the conversion left out or put in, in sentences. */
  warnings: string[];
}

export interface WorkflowImporter {
  /** @throws AppError WORKFLOW_INVALID, or what `loadNodes` and writing throw. */
  fromText(text: string, name: string | undefined): Promise<ImportedWorkflow>;
  /** A JSON file, or one with a graph in it. @throws AppError as above, NOT_FOUND, and what `readEmbedded` throws. */
  fromFile(path: string, name: string | undefined): Promise<ImportedWorkflow>;
}

/** What is to be written: the graph and, where there is one, what the editor had saved. */
interface Taken {
  graph: Graph;
  original?: string;
  warnings: string[];
}

export function createWorkflowImporter(ports: WorkflowImportPorts): WorkflowImporter {
  const { files = systemFiles } = ports;
  let writing: Promise<unknown> = Promise.resolve();

  const fromUi = async (ui: unknown, original: string): Promise<Taken> => {
    await ports.loadNodes(false);
    const convert = () => convertUiGraph(ui, ports.infoOf);
    // Somebody may just have installed what was missing, or another version of it.
    const { graph, warnings } = await Promise.resolve()
      .then(convert)
      .catch(() => ports.loadNodes(true).then(convert));
    return { graph, original, warnings: warnings.map(inWords) };
  };

  const fromValue = async (value: Record<string, unknown>, text: string): Promise<Taken> => {
    if (Array.isArray(value.nodes)) return fromUi(value, text);
    // Some exports hold both formats side by side, as the metadata of pictures does.
    const { workflow, prompt = value.output } = value;
    if (isRecord(workflow) && Array.isArray(workflow.nodes)) return fromUi(workflow, stringifyJson(workflow));
    return { graph: parseGraph(isRecord(prompt) && !('class_type' in prompt) ? prompt : value), warnings: [] };
  };

  const fromMedia = async (path: string): Promise<Taken> => {
    const { graph, workflow } = await ports.readEmbedded(path);
    const asRun = (warnings: string[]): Taken | undefined => (graph === undefined ? undefined : { graph, warnings });
    if (!isRecord(workflow)) {
      const taken = asRun([]);
      if (taken !== undefined) return taken;
      throw new AppError('WORKFLOW_INVALID', `There is no workflow in ${basename(path)}.`, {
        hint: 'Only files that ComfyUI wrote with their metadata have one.',
      });
    }
    try {
      return await fromUi(workflow, stringifyJson(workflow));
    } catch (error) {
      const { code, message } = toErrorValue(error);
      const taken =
        code === 'INTERNAL_ERROR'
          ? undefined
          : asRun([`The graph that was run is taken instead of the editor's: ${message}`]);
      if (taken === undefined) throw error;
      return { ...taken, original: stringifyJson(workflow) };
    }
  };

  /** One at a time, so that a name that was found free is free still when it is written. */
  const write = (taken: Taken, wanted: string): Promise<ImportedWorkflow> => {
    const run = writing.then(async () => {
      const userDir = ports.userDir();
      const id = await freeName(wanted, userDir, ports.taken());
      const { graph, original, warnings } = taken;
      const beside = join(userDir, uiFileName(`${id}.json`));
      // The original goes first: the library notices the workflow, and its file is whole then with what belongs to it.
      if (original !== undefined) await writeFileAtomically(files, beside, original);
      try {
        await writeFileAtomically(files, join(userDir, `${id}.json`), `${stringifyIndented(graph)}\n`);
      } catch (error) {
        if (original !== undefined) await files.remove(beside);
        throw error;
      }
      return { workflow_id: id, graph, warnings };
    });
    writing = run.catch(() => undefined);
    return run;
  };

  const fromText = async (text: string, name: string | undefined) =>
    write(await fromValue(parseText(text, 'The text'), text), name ?? 'Imported workflow');

  return {
    fromText,
    async fromFile(path, name) {
      const wanted = name ?? basename(path, extname(path));
      if (extname(path).toLowerCase() !== '.json') return write(await fromMedia(path), wanted);
      const text = await readText(path);
      return write(await fromValue(parseText(text, basename(path)), text), wanted);
    },
  };
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
  throw new AppError('WORKFLOW_INVALID', `${basename(path)} is too large for a graph.`, { details: { path } });
}

/** @throws AppError WORKFLOW_INVALID when it is no JSON object. */
function parseText(text: string, what: string): Record<string, unknown> {
  try {
    return parseExact(text, what);
  } catch (cause) {
    throw new AppError('WORKFLOW_INVALID', toErrorValue(cause).message, { cause });
  }
}

const longestName = 80;
/** Names that Windows keeps for devices. */
const devices = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/** A name as the library and every system's file names allow it, made from any text. */
export function safeName(wanted: string): string {
  const plain = wanted
    .replace(/\.json$/i, '')
    .replace(/(\.(ui|meta))+$/i, '')
    .replace(/[^\p{L}\p{N} ._()+&,'-]+/gu, ' ')
    .replace(/\.{2,}/g, '.')
    .replace(/ {2,}/g, ' ')
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .slice(0, longestName)
    // What was cut must not end in half a sign.
    .replace(/[\uD800-\uDBFF]$/, '')
    .replace(/[. ]+$/, '');
  if (plain === '') return 'Imported workflow';
  return devices.test(plain) ? `${plain} workflow` : plain;
}

async function freeName(wanted: string, userDir: string, taken: Iterable<string>): Promise<string> {
  const present = await readdir(userDir).catch((): string[] => []);
  const fold = (name: string) => name.normalize('NFC').toLowerCase();
  const used = new Set([
    ...present.map((name) => fold(name).replace(/(\.(ui|meta))?\.json$/, '')),
    ...[...taken].map(fold),
  ]);
  const name = safeName(wanted);
  for (let number = 1; ; number += 1) {
    const free = number === 1 ? name : `${name} ${number}`;
    if (!used.has(fold(free))) return free;
  }
}

/** For people's eyes, with one node after the other; numbers stay exact. */
function stringifyIndented(graph: Graph): string {
  const lines = Object.entries(graph).map(([id, node]) => `  ${JSON.stringify(id)}: ${stringifyJson(node)}`);
  return `{\n${lines.join(',\n')}\n}`;
}
