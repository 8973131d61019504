/**
 * Whether a PNG moves, and how long one round takes: libvips tells neither. Only the heads of chunks are read, never pixels.
 * Source: PNG Specification (Third Edition), 11.3.6 Animation information.
 */
import { open } from 'node:fs/promises';
import { bytesAt } from './signatures.js';

/** Heads that are looked at: an animation of some thousand frames has fewer. */
const mostChunks = 20_000;
const signatureLength = 8;

export interface Animation {
  frames: number;
  /** Of one round; null where there are too many chunks to tell. */
  duration_seconds: number | null;
}

/** Undefined for a still: then reading ends at the first pixels. */
export async function animationOf(path: string): Promise<Animation | undefined> {
  const handle = await open(path);
  try {
    let frames = 0;
    let seen = 0;
    let milliseconds = 0;
    let at = signatureLength;
    for (let chunk = 0; chunk < mostChunks; chunk += 1) {
      const head = await bytesAt(handle, at, 34);
      if (head.length < 12) break;
      const length = head.readUInt32BE(0);
      const type = head.toString('latin1', 4, 8);
      // The declaration of an animation stands before the first pixels, or there is none.
      if (type === 'IDAT' && frames === 0) return undefined;
      if (type === 'acTL') frames = head.readUInt32BE(8);
      if (type === 'fcTL' && head.length === 34) {
        milliseconds += delayOf(head);
        seen += 1;
      }
      if (type === 'IEND' || (frames > 0 && seen >= frames)) break;
      at += 12 + length;
    }
    if (frames < 2) return undefined;
    return { frames, duration_seconds: seen >= frames ? milliseconds / 1000 : null };
  } finally {
    await handle.close();
  }
}

/** Milliseconds; a denominator of 0 means hundredths. The chunk's data begins at byte 8. */
function delayOf(chunk: Buffer): number {
  return (chunk.readUInt16BE(28) * 1000) / (chunk.readUInt16BE(30) || 100);
}
