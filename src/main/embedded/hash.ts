/** What tells whether two files are the same: quickly by samples, surely by every byte. */
import { createHash } from 'node:crypto';
import { type ByteFile, openFile } from './byte-file.js';

const sample = 64 * 1024;
const blockSize = 1024 * 1024;

/**
 * SHA-256 (hex) over the size, as decimal digits and a line feed, and 64 KiB each from the start, the middle and the end; over
 * all of a file of at most 192 KiB. Two files of one hash are almost surely the same: what media programs write differs
 * at the start or at the end. `size` is the file's in bytes. Throws MEDIA_UNAVAILABLE and MEDIA_UNSUPPORTED.
 */
export async function sampledHash(path: string, size: number): Promise<string> {
  const file = await openFile(path);
  try {
    return await sampledHashOf(file, size);
  } finally {
    await file.close();
  }
}

/** The same of an open file. */
export async function sampledHashOf(file: ByteFile, size: number): Promise<string> {
  const hash = createHash('sha256').update(`${size}\n`);
  const starts = size <= 3 * sample ? [0] : [0, Math.floor((size - sample) / 2), size - sample];
  const block = Buffer.alloc(Math.min(size, size <= 3 * sample ? size : sample));
  for (const start of starts) hash.update(block.subarray(0, await file.fill(block, start)));
  return hash.digest('hex');
}

/** SHA-256 (hex) of all bytes, a megabyte at a time. Throws the signal's reason, MEDIA_UNAVAILABLE and MEDIA_UNSUPPORTED. */
export async function fullHash(path: string, { signal }: { signal?: AbortSignal } = {}): Promise<string> {
  const file = await openFile(path, signal);
  try {
    const hash = createHash('sha256');
    const block = Buffer.alloc(blockSize);
    for (let at = 0; ; at += block.length) {
      const got = await file.fill(block, at);
      hash.update(block.subarray(0, got));
      if (got < block.length) return hash.digest('hex');
    }
  } finally {
    await file.close();
  }
}
