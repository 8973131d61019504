/**
 * Writing files that must be whole or not there, whatever happens meanwhile: under a temporary name, synced, renamed, and
 * the folder synced too. Only then may anything (a row, an answer) say that the file exists.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file that is being written. */
export interface WritableFile {
  write(bytes: Uint8Array | string): Promise<void>;
  /** Resolves when what was written is on the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The steps of writing, as a port: a test can see their order, or let one fail. All throw Node's own errors. */
export interface Files {
  /** Makes a folder and those above it; one that is there is fine. */
  makeFolder(path: string): Promise<void>;
  /** A new file; throws EEXIST where there is one. */
  create(path: string): Promise<WritableFile>;
  /** Replaces what has the new name. */
  rename(from: string, to: string): Promise<void>;
  /** Resolves when the folder's entries are on the disk. Windows has no such thing and keeps them by itself. */
  syncDirectory(path: string): Promise<void>;
  /** Deletes a file, if there is one. */
  remove(path: string): Promise<void>;
}

export const systemFiles: Files = {
  async makeFolder(path) {
    await mkdir(path, { recursive: true });
  },
  async create(path) {
    const handle = await open(path, 'wx');
    return {
      write: (bytes) => handle.writeFile(bytes),
      sync: () => handle.sync(),
      close: () => handle.close(),
    };
  },
  rename,
  syncDirectory,
  remove: (path) => rm(path, { force: true }),
};

/** Windows refuses to open a folder, or to sync one that was opened. */
const refusedByWindows = new Set(['EPERM', 'EISDIR', 'EACCES', 'EBADF']);

async function syncDirectory(path: string): Promise<void> {
  try {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (process.platform !== 'win32' || !refusedByWindows.has(code)) throw error;
  }
}

export type FileBody = Uint8Array | string | AsyncIterable<Uint8Array | string>;

export interface AtomicWrite {
  /** Where it is written until it is whole, on the same disk; beside the file when absent. */
  temporary?: string;
  /** Looks at the number of bytes before the file gets its name, and throws when they can't be all. */
  check?(bytes: number): void;
}

/**
 * Writes a file in the order *write, sync, rename, sync of the folder* and answers its bytes. When it rejects, what had the
 * name before is still there and nothing else is left behind. The folder is made when there is none.
 */
export async function writeFileAtomically(
  files: Files,
  path: string,
  body: FileBody,
  { temporary = `${path}.${randomUUID()}.part`, check }: AtomicWrite = {},
): Promise<number> {
  const folder = dirname(path);
  await files.makeFolder(dirname(temporary));
  try {
    const bytes = await writeSynced(files, temporary, body);
    check?.(bytes);
    await files.makeFolder(folder);
    await files.rename(temporary, path);
    await files.syncDirectory(folder);
    return bytes;
  } catch (error) {
    await files.remove(temporary);
    throw error;
  }
}

async function writeSynced(files: Files, path: string, body: FileBody): Promise<number> {
  const file = await files.create(path);
  try {
    let bytes = 0;
    for await (const chunk of chunksOf(body)) {
      await file.write(chunk);
      bytes += Buffer.byteLength(chunk);
    }
    await file.sync();
    return bytes;
  } finally {
    await file.close();
  }
}

function chunksOf(body: FileBody): AsyncIterable<Uint8Array | string> | [Uint8Array | string] {
  return typeof body === 'string' || body instanceof Uint8Array ? [body] : body;
}
