/** Writes a copy of a file out of parts of it and bytes of our own. */
import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import type { ByteFile } from './byte-file.js';

/** A range of the source, end exclusive, bytes to put there instead, or a number of zeros. */
export type Piece = { start: number; end: number } | { zeros: number } | Buffer;

const blockSize = 256 * 1024;

/** Copies the pieces in order, a block at a time, and lets go of the source. */
export async function copyPieces(source: ByteFile, pieces: readonly Piece[], target: string): Promise<void> {
  await replacing(target, async (path) => {
    const handle = await open(path, 'wx');
    try {
      const block = Buffer.alloc(blockSize);
      for (const piece of pieces) {
        if (Buffer.isBuffer(piece)) await handle.writeFile(piece);
        else if ('zeros' in piece) {
          block.fill(0);
          for (let left = piece.zeros; left > 0; left -= block.length)
            await handle.writeFile(block.subarray(0, Math.min(block.length, left)));
        } else for await (const bytes of blocks(source, piece, block)) await handle.writeFile(bytes);
      }
    } finally {
      await handle.close();
      await source.close();
    }
  });
}

async function* blocks(
  source: ByteFile,
  { start, end }: { start: number; end: number },
  block: Buffer,
): AsyncGenerator<Buffer> {
  for (let at = start; at < end; at += block.length) {
    const part = block.subarray(0, Math.min(block.length, end - at));
    const got = await source.fill(part, at);
    if (got < part.length) throw new Error('The file became shorter while it was copied.');
    yield part;
  }
}

/** `write` fills a file beside the target, which takes its place when it is whole; nothing is left when it fails. */
export async function replacing(target: string, write: (path: string) => Promise<void>): Promise<void> {
  const path = `${target}.${randomUUID()}.part`;
  try {
    await write(path);
    await rename(path, target);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}
