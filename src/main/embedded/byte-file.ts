/**
 * A file that others may have made to harm: opened once, read by position, and never by a number that it claims without
 * a look at how large it is.
 */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { AppError } from '../../shared/errors.js';

/** What is read of one file at most. Graphs have kilobytes, seldom a megabyte. */
export const limits = {
  /** Bytes of one chunk, packed or not. */
  chunk: 16 * 2 ** 20,
  /** Bytes of all chunks together. */
  total: 32 * 2 ** 20,
  /** Calls to the file system: a file of a million tiny chunks is not walked to its end. */
  reads: 20_000,
} as const;

/** Bytes that are fetched around what is looked at: a small file comes in one read, a chunk header costs a page. */
const firstWindow = 64 * 1024;
const laterWindow = 4 * 1024;

/** Why a part of a file can't be read, in words for `Embedded.problems`. */
export class Unreadable extends Error {}

export interface ByteFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Up to `length` bytes (a header's worth) from `position`; fewer at the end of the file. */
  peek(position: number, length: number): Promise<Buffer>;
  /** Exactly these bytes, counted against the limits. Throws Unreadable when they are not there or too many. */
  take(position: number, length: number): Promise<Buffer>;
  /** Fills `target` from `position`, not counted; how many bytes were there. For copying and hashing. */
  fill(target: Buffer, position: number): Promise<number>;
  /** Counts bytes that were made of what was read, by unpacking. Throws Unreadable beyond the limit. */
  spend(bytes: number): void;
  close(): Promise<void>;
}

/**
 * Opens a file for reading. Throws MEDIA_UNAVAILABLE when it can't be had, and MEDIA_UNSUPPORTED when it is a folder, a
 * pipe or a device. Every read throws the signal's reason once it is aborted.
 */
export async function openFile(path: string, signal?: AbortSignal): Promise<ByteFile> {
  signal?.throwIfAborted();
  // A pipe would keep whoever opens it waiting for somebody who writes; Windows has no such flag.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(refuse);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new AppError('MEDIA_UNSUPPORTED', 'This is a folder or a device, not a file.');
    return createByteFile(path, stats.size, signal, {
      read: async (target, position) => {
        const { bytesRead } = await handle.read(target, 0, target.length, position).catch(refuse);
        return bytesRead;
      },
      close: () => handle.close(),
    });
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function refuse(cause: unknown): never {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'EISDIR') throw new AppError('MEDIA_UNSUPPORTED', 'This is a folder, not a file.', { cause });
  throw new AppError('MEDIA_UNAVAILABLE', 'The file can not be read.', {
    hint: 'See whether it is still there and may be read.',
    details: { reason: cause instanceof Error ? cause.message : String(cause) },
    cause,
  });
}

interface Reading {
  read(target: Buffer, position: number): Promise<number>;
  close(): Promise<void>;
}

function createByteFile(path: string, size: number, signal: AbortSignal | undefined, file: Reading): ByteFile {
  let window = { start: 0, bytes: Buffer.alloc(0) };
  let reads = 0;
  let spent = 0;

  async function fill(target: Buffer, position: number): Promise<number> {
    let filled = 0;
    while (filled < target.length) {
      signal?.throwIfAborted();
      const got = await file.read(target.subarray(filled), position + filled);
      if (got === 0) break;
      filled += got;
    }
    return filled;
  }

  async function peek(position: number, length: number): Promise<Buffer> {
    const wanted = Math.max(0, Math.min(length, size - position));
    if (position < window.start || position + wanted > window.start + window.bytes.length) {
      reads += 1;
      if (reads > limits.reads) throw new Unreadable('The file is cut into more pieces than are looked at.');
      const room = Math.max(wanted, reads === 1 ? firstWindow : laterWindow);
      const bytes = Buffer.alloc(Math.max(0, Math.min(room, size - position)));
      window = { start: position, bytes: bytes.subarray(0, await fill(bytes, position)) };
    }
    return window.bytes.subarray(position - window.start, position - window.start + wanted);
  }

  function spend(bytes: number): void {
    spent += bytes;
    if (spent > limits.total) throw new Unreadable(`The metadata is longer than ${limits.total / 2 ** 20} MB.`);
  }

  return {
    path,
    size,
    peek,
    fill,
    spend,
    async take(position, length) {
      if (length > limits.chunk) throw new Unreadable(`A part is longer than ${limits.chunk / 2 ** 20} MB.`);
      if (position + length > size) throw new Unreadable('The file ends too early.');
      spend(length);
      const bytes = await peek(position, length);
      if (bytes.length < length) throw new Unreadable('The file became shorter while it was read.');
      return bytes;
    },
    close: file.close,
  };
}
