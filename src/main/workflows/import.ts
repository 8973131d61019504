/**
 * Takes a graph into the person's workflow folder: one of the editor is converted and kept beside the result, one in API
 * format is taken as it is, and a picture, sound or video gives what ComfyUI wrote into it.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, toErrorValue } from '../../shared/errors.js';
import type { Graph } from '../../shared/workflow.js';
import { type Files, systemFiles, writeFileAtomically } from '../files.js';
import { type Asking, ThreadLostError } from '../threads.js';
import type { NodeInfoOf } from './convert/index.js';
import type { ConvertWork, GraphEdit, ReadGraph } from './convert-work.js';
import { graphText, isDeviceName, metaFileName, uiFileName } from './files.js';
import type { Asked, GraphSource } from './taking.js';

export interface WorkflowImportPorts {
  /** Where the person's workflows lie now. */
  userDir(): string;
  /** Ids that workflows have already, the bundled ones among them. */
  taken(): Iterable<string>;
  /** Resolves when the engine's node classes are known, asked for anew with `fresh`; rejects with why they can't be. */
  loadNodes(fresh: boolean): Promise<void>;
  infoOf: NodeInfoOf;
  /** Names of all classes that the engine has. */
  classNames(): readonly string[];
  /** Where files are read and graphs converted. */
  ask: Asking<ConvertWork>;
  files?: Files;
}

export interface WorkflowImporter {
  /**
   * Reads a graph and holds it against the engine; writes nothing. Without an engine graphs in API format are read all
   * the same, and `unchecked` says why they were not checked.
   * @throws AppError WORKFLOW_INVALID, NOT_FOUND, what reading media throws, and what `loadNodes` throws where nothing
   * can be read without it.
   */
  read(source: GraphSource, edit?: GraphEdit): Promise<ReadGraph>;
  /** Writes it under a name like the wanted one that is free, and answers its id. @throws what writing throws. */
  write(taken: WritableWorkflow, wanted: string): Promise<string>;
}

export interface WritableWorkflow {
  graph: Graph;
  /** What the editor had saved. */
  original?: string | undefined;
  /** What is to stand beside the graph as metadata. */
  meta?: Readonly<Record<string, unknown>>;
}

/** Milliseconds after which a conversion is given up; the largest graphs take a tenth of a second. */
const convertMs = 30_000;

export function createWorkflowImporter(ports: WorkflowImportPorts): WorkflowImporter {
  const { files = systemFiles } = ports;
  let writing: Promise<unknown> = Promise.resolve();

  const ask = async <K extends keyof ConvertWork>(name: K, input: Parameters<ConvertWork[K]>[0]) => {
    try {
      return await ports.ask(name, input, { limitMs: convertMs });
    } catch (error) {
      if (!(error instanceof ThreadLostError)) throw error;
      throw new AppError('WORKFLOW_INVALID', 'The file could not be read: it takes too long or too much memory.', {
        hint: 'Nothing of it was taken. Open it in ComfyUI and save it anew.',
        cause: error,
      });
    }
  };

  type Wanted = { source: GraphSource; edit?: GraphEdit | undefined };
  const take = async ({ source, edit = {} }: Wanted, { classes, plain }: Asked, fresh: boolean) => {
    const away = await ports.loadNodes(fresh).then(
      () => undefined,
      (error: unknown) => {
        if (!plain) throw error;
        return toErrorValue(error).message;
      },
    );
    if (away !== undefined) return ask('take', { source, edit, away });
    const infos = classes.flatMap((name) => {
      const info = ports.infoOf(name);
      return info === undefined ? [] : [[name, info] as const];
    });
    return ask('take', { source, edit, infos: Object.fromEntries(infos), names: ports.classNames() });
  };

  return {
    async read(source, edit) {
      const asked = await ask('askedBy', { source });
      // Somebody may just have installed what was missing, or another version of it.
      const again = () => take({ source, edit }, asked, true);
      try {
        const read = await take({ source, edit }, asked, false);
        return read.stands_in && read.unchecked === undefined ? await again() : read;
      } catch (error) {
        if (toErrorValue(error).code !== 'WORKFLOW_INVALID' || asked.plain) throw error;
        return again();
      }
    },

    /** One at a time, so that a name that was found free is free still when it is written. */
    write(taken, wanted) {
      const run = writing.then(async () => {
        const userDir = ports.userDir();
        const id = await freeName(wanted, userDir, ports);
        const path = join(userDir, `${id}.json`);
        const { original, meta = {} } = taken;
        const beside: [string, string][] = [];
        if (original !== undefined) beside.push([join(userDir, uiFileName(`${id}.json`)), original]);
        if (Object.keys(meta).length > 0) {
          beside.push([join(userDir, metaFileName(`${id}.json`)), `${JSON.stringify(meta, null, 2)}\n`]);
        }
        // They go first: the library notices the workflow, and its file is whole then with what belongs to it.
        const written: string[] = [];
        try {
          for (const [file, text] of beside) {
            await writeFileAtomically(files, file, text);
            written.push(file);
          }
          await writeFileAtomically(files, path, graphText(taken.graph));
        } catch (error) {
          for (const file of written) await files.remove(file);
          throw error;
        }
        return id;
      });
      writing = run.catch(() => undefined);
      return run;
    },
  };
}

const longestName = 80;
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
  return isDeviceName(plain) ? `${plain} workflow` : plain;
}

async function freeName(wanted: string, userDir: string, { taken }: WorkflowImportPorts): Promise<string> {
  const present = await readdir(userDir).catch((): string[] => []);
  const fold = (name: string) => name.normalize('NFC').toLowerCase();
  const used = new Set([
    ...present.map((name) => fold(name).replace(/(\.(ui|meta))?\.json$/, '')),
    ...[...taken()].map(fold),
  ]);
  const name = safeName(wanted);
  for (let number = 1; ; number += 1) {
    const free = number === 1 ? name : `${name} ${number}`;
    if (!used.has(fold(free))) return free;
  }
}
