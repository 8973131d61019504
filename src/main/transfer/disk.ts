/** What this room asks of the file system, so that a full disk can be tried out. */
import { type FileHandle, mkdir, open, rename, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { systemFiles } from '../files.js';

/** An open file, read once. */
export interface Source {
  body: AsyncIterable<Uint8Array>;
  /** Twice is fine. */
  close(): Promise<void>;
}

export interface Disk {
  /** A new file for writing; it must not be there. */
  create(file: string): Promise<FileHandle>;
  /** Opens a file for reading. Throws at once what keeps it from being read. */
  open(file: string): Promise<Source>;
  /** Bytes free for this user; undefined where the system doesn't tell. */
  free(folder: string): Promise<number | undefined>;
}

/** Bytes read at once. */
const chunk = 256 * 1024;

export const realDisk: Disk = {
  create: (file) => open(file, 'wx'),
  async open(file) {
    const handle = await open(file, 'r');
    return { body: handle.createReadStream({ highWaterMark: chunk }), close: () => handle.close() };
  },
  async free(folder) {
    try {
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
    } catch {
      // Not every file system tells, and writing will.
      return undefined;
    }
  },
};

export async function makeFolderFor(file: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
}

/** Gives a finished file or folder its own name, for good. */
export async function finishAs(unfinished: string, final: string): Promise<void> {
  await rename(unfinished, final);
  await systemFiles.syncDirectory(path.dirname(final));
}

export async function isFolder(name: string): Promise<boolean | undefined> {
  try {
    return (await stat(name)).isDirectory();
  } catch {
    // Whatever is in the way is told when it is opened.
    return undefined;
  }
}

export async function removeQuietly(name: string): Promise<void> {
  await rm(name, { recursive: true, force: true, maxRetries: 3 });
}
