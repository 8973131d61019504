/** What a job made and how it ended, read from its history entry or from `executed` events. Pure. */

import { type MediaKind, mediaOf } from '../../shared/asset.js';
import { isRecord } from '../../shared/config-text.js';
import type { ComfyMessage } from './messages.js';
import { fileRefSchema, type HistoryEntry, type HistoryStatus } from './schemas.js';

/** A file that a node made. */
export interface OutputFile {
  nodeId: string;
  filename: string;
  /** With the server's separators; empty for the folder itself. */
  subfolder: string;
  type: 'output' | 'temp' | 'input';
  /** By extension, not by key: ComfyUI lists videos under `images`. */
  kind: MediaKind;
  /** More than one frame. Known for what ComfyUI marks; false otherwise, but true for every video. */
  animated: boolean;
  /** The key of the node's answer it stood under, such as `images` or `gifs`. */
  key: string;
  /** What else the server said about the file (format, frame_rate, width …), as it came. */
  extra: Record<string, unknown>;
}

export interface OutputText {
  nodeId: string;
  key: string;
  text: string;
}

export interface Outputs {
  files: OutputFile[];
  texts: OutputText[];
}

/**
 * Every file and text of a job, from `outputs` of its history entry (node id to what the node showed). Every key is looked at,
 * since custom nodes use their own; items with a filename are files. The same file shown twice is listed once.
 */
export function readOutputs(outputs: Record<string, unknown>): Outputs {
  const files = new Map<string, OutputFile>();
  const texts: OutputText[] = [];
  for (const [nodeId, shown] of Object.entries(outputs)) {
    if (!isRecord(shown)) continue;
    const animated = listOf(shown.animated);
    for (const [key, value] of Object.entries(shown)) {
      const paths = key === 'result' ? listOf(value).slice(0, 1) : []; // Preview3D: [path, camera, …]
      for (const path of paths) {
        const file = fileOfPath(nodeId, key, path);
        if (file !== undefined) files.set(identity(file), file);
      }
      if (key === 'result' && paths.some((path) => fileOfPath(nodeId, key, path) !== undefined)) continue;
      listOf(value).forEach((item, index) => {
        const file = fileOfItem(nodeId, key, item, animated[index] ?? (animated.length === 1 && animated[0]));
        if (file !== undefined) files.set(identity(file), files.get(identity(file)) ?? file);
        else if (typeof item === 'string') texts.push({ nodeId, key, text: item });
      });
    }
  }
  return { files: [...files.values()], texts };
}

function fileOfItem(nodeId: string, key: string, item: unknown, animated: unknown): OutputFile | undefined {
  const parsed = fileRefSchema.safeParse(item);
  if (!parsed.success || parsed.data.filename === '') return undefined;
  const { filename, subfolder, type, ...extra } = parsed.data;
  const kind = mediaOf(filename).media_kind;
  return {
    nodeId,
    filename,
    subfolder: subfolder ?? '',
    type: folderType(type),
    kind,
    animated: kind === 'video' || animated === true || /\.(gif|apng)$/i.test(filename),
    key,
    extra,
  };
}

/** `sub/path.glb`, as Preview3D shows it: a path inside the output folder. */
function fileOfPath(nodeId: string, key: string, path: unknown): OutputFile | undefined {
  if (typeof path !== 'string' || mediaOf(path).media_kind !== 'model') return undefined;
  const [, subfolder = '', filename = path] = /^(?:(.*)[\\/])?([^\\/]+)$/.exec(path) ?? [];
  return { nodeId, filename, subfolder, type: 'output', kind: 'model', animated: false, key, extra: {} };
}

function folderType(type: string | null | undefined): OutputFile['type'] {
  return type === 'temp' || type === 'input' ? type : 'output';
}

function identity(file: OutputFile): string {
  return `${file.type}\n${file.subfolder}\n${file.filename}`;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** How a job ended. */
export type JobEnd =
  | { status: 'completed' }
  | { status: 'cancelled'; nodeId?: string }
  | { status: 'error'; error: NodeFailure };

export interface NodeFailure {
  nodeId?: string;
  classType?: string;
  /** One trimmed text, without traceback. */
  message: string;
  /** Python's name, such as `ValueError` or `torch.OutOfMemoryError`. */
  exceptionType: string;
  traceback: string[];
}

/**
 * How the job of a history entry ended. An interrupted job has `status_str: "error"`, like a failed one: the messages tell them
 * apart. Entries of servers before 2024-01 have no status at all; `heard`, all that the socket told of the job, decides then, and if it
 * told nothing, outputs mean success.
 */
export function readEnd(entry: Pick<HistoryEntry, 'status' | 'outputs'>, heard: readonly ComfyMessage[] = []): JobEnd {
  const { status } = entry;
  const told = status?.messages ?? heard.map(({ type, data }): [string, Record<string, unknown>] => [type, data]);
  const messages = new Map(told.map(([type, data]) => [type, data]));
  const interrupted = messages.get('execution_interrupted');
  if (interrupted !== undefined) return { status: 'cancelled', nodeId: idOf(interrupted.node_id) };
  if (isSuccess(status, messages)) return { status: 'completed' };
  const failed = messages.get('execution_error');
  if (failed !== undefined) return { status: 'error', error: readFailure(failed) };
  if (status) return { status: 'error', error: unexplained('ComfyUI does not say why the job failed.') };
  if (Object.keys(entry.outputs).length > 0 || told.some(([type, data]) => isOver(type, data)))
    return { status: 'completed' };
  return { status: 'error', error: unexplained('ComfyUI kept no outputs of this job and says nothing about its end.') };
}

/** `executing null`: the last thing a socket tells of a job, after any error. */
function isOver(type: string, data: Record<string, unknown>): boolean {
  return type === 'executing' && !data.node;
}

/** An execution_error may come from a blocked branch while the prompt goes on and succeeds: success decides. */
function isSuccess(status: HistoryStatus | null | undefined, messages: ReadonlyMap<string, unknown>): boolean {
  return status?.completed || status?.status_str === 'success' || messages.has('execution_success');
}

/** The failure of an `execution_error` message, from the WebSocket or the history. */
export function readFailure(data: Record<string, unknown>): NodeFailure {
  return {
    nodeId: idOf(data.node_id),
    classType: typeof data.node_type === 'string' ? data.node_type : undefined,
    message: (typeof data.exception_message === 'string' && data.exception_message.trim()) || 'The node failed.',
    exceptionType: typeof data.exception_type === 'string' ? data.exception_type : '',
    traceback: listOf(data.traceback).map(String),
  };
}

function unexplained(message: string): NodeFailure {
  return { message, exceptionType: '', traceback: [] };
}

function idOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
