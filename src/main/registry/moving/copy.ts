/** Copies one thing of a data directory into the new one; when it returns, the bytes are on the disk. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { constants, copyFile, type FileHandle, mkdir, open, readlink, rm, symlink, utimes } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Item } from './contents.js';

/** Bytes read at once. */
const chunk = 1024 * 1024;

export interface Copier {
  copy(item: Item, signal: AbortSignal, moved: (bytes: number) => void): Promise<void>;
}

export function createCopier(from: string, to: string): Copier {
  /** Whether the disk shares the blocks of a copy with its original; not tried again once it refused. */
  let clones = true;

  const clone = async (source: string, target: string): Promise<boolean> => {
    if (!clones) return false;
    try {
      await copyFile(source, target, constants.COPYFILE_FICLONE_FORCE);
    } catch {
      // Whatever else is wrong, copying it byte by byte will tell.
      clones = false;
      await rm(target, { force: true });
      return false;
    }
    await synced(target);
    return true;
  };

  return {
    async copy(item, signal, moved) {
      const [source, target] = [join(from, item.path), join(to, item.path)];
      if (item.kind === 'folder') {
        await mkdir(target, { recursive: true, mode: item.mode });
        return;
      }
      if (item.kind === 'link') {
        await symlink(await linkTarget(source, from, to), target);
        return;
      }
      await rm(target, { force: true });
      if (await clone(source, target)) moved(item.bytes);
      else await copyBytes(source, target, item, signal, moved);
      // Copies of the library and of results are judged by their age.
      await utimes(target, item.modified_ms / 1000, item.modified_ms / 1000);
    },
  };
}

async function copyBytes(
  source: string,
  target: string,
  { mode }: Item,
  signal: AbortSignal,
  moved: (bytes: number) => void,
): Promise<void> {
  const file = await open(target, 'wx', mode);
  try {
    for await (const bytes of createReadStream(source, { highWaterMark: chunk, signal })) {
      await file.writeFile(bytes);
      moved(bytes.length);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

async function synced(file: string): Promise<void> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r+');
  } catch {
    // It may only be read; that is enough for the systems that know such files.
    handle = await open(file, 'r');
  }
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A link to elsewhere goes on leading there, one into the old directory leads into the new. */
async function linkTarget(link: string, from: string, to: string): Promise<string> {
  const target = resolve(dirname(link), await readlink(link));
  return target === from || target.startsWith(from + sep) ? join(to, relative(from, target)) : target;
}

/** Of a file's bytes, in hexadecimal. */
export async function sha256(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(file, { highWaterMark: chunk, signal })) hash.update(bytes);
  return hash.digest('hex');
}
