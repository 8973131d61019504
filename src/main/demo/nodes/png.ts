/** PNG at the level of chunks: text metadata, and animations made of still frames. */
import { crc32 } from 'node:zlib';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

export interface PngChunk {
  type: string;
  data: Uint8Array;
}

/** The chunks of a PNG file in order. Throws on anything that isn't a whole PNG. */
export function readPng(bytes: Uint8Array): PngChunk[] {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!file.subarray(0, 8).equals(SIGNATURE)) throw new Error('not a PNG file');
  const chunks: PngChunk[] = [];
  for (let at = 8; at + 12 <= file.length; ) {
    const length = file.readUInt32BE(at);
    const end = at + 12 + length;
    if (end > file.length) throw new Error('PNG chunk cut short');
    if (crc32(file.subarray(at + 4, end - 4)) !== file.readUInt32BE(end - 4)) throw new Error('PNG chunk damaged');
    chunks.push({ type: file.toString('latin1', at + 4, at + 8), data: file.subarray(at + 8, end - 4) });
    at = end;
  }
  if (chunks.at(-1)?.type !== 'IEND') throw new Error('PNG has no end');
  return chunks;
}

export function writePng(chunks: readonly PngChunk[]): Buffer {
  const parts: Uint8Array[] = [SIGNATURE];
  for (const { type, data } of chunks) {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(data.length, 0);
    head.write(type, 4, 'latin1');
    const tail = Buffer.alloc(4);
    tail.writeUInt32BE(crc32(data, crc32(head.subarray(4))), 0);
    parts.push(head, data, tail);
  }
  return Buffer.concat(parts);
}

/** A tEXt chunk; `text` must be Latin-1, which ASCII-escaped JSON is. */
export function textChunk(key: string, text: string): PngChunk {
  return { type: 'tEXt', data: Buffer.concat([Buffer.from(key, 'latin1'), Buffer.of(0), Buffer.from(text, 'latin1')]) };
}

/** Signature and header chunk: what every PNG begins with, in bytes. */
const HEAD = 8 + 25;

/** The file with the given texts behind its header, where Pillow puts them. The pixels are not looked at. */
export function withPngText(png: Uint8Array, texts: readonly [key: string, text: string][]): Buffer {
  const chunks = writePng(texts.map(([key, text]) => textChunk(key, text))).subarray(SIGNATURE.length);
  return Buffer.concat([png.subarray(0, HEAD), chunks, png.subarray(HEAD)]);
}

/** All tEXt chunks of a file. */
export function pngTexts(png: Uint8Array): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const { type, data } of readPng(png)) {
    if (type !== 'tEXt') continue;
    const text = Buffer.from(data).toString('latin1');
    const cut = text.indexOf('\0');
    texts[text.slice(0, cut)] = text.slice(cut + 1);
  }
  return texts;
}

/**
 * An animated PNG of still PNGs of one size and colour type, played forever.
 * `comf` are ComfyUI's private chunks (`key\0json`), which go behind the pixels.
 */
export function animatePng(
  stills: readonly Uint8Array[],
  delayMs: number,
  comf: readonly [key: string, text: string][],
): Buffer {
  const chunks: PngChunk[] = [];
  let sequence = 0;
  for (const [index, still] of stills.entries()) {
    const parsed = readPng(still);
    const header = parsed[0];
    if (!header) throw new Error('PNG has no header');
    if (index === 0) {
      const control = Buffer.alloc(8);
      control.writeUInt32BE(stills.length, 0);
      chunks.push(header, { type: 'acTL', data: control });
    }
    const frame = Buffer.alloc(26);
    frame.writeUInt32BE(sequence++, 0);
    frame.set(header.data.subarray(0, 8), 4);
    frame.writeUInt16BE(Math.min(65535, Math.max(1, Math.round(delayMs))), 20);
    frame.writeUInt16BE(1000, 22);
    chunks.push({ type: 'fcTL', data: frame });
    for (const { type, data } of parsed) {
      if (type !== 'IDAT') continue;
      if (index === 0) {
        chunks.push({ type, data });
        continue;
      }
      const number = Buffer.alloc(4);
      number.writeUInt32BE(sequence++, 0);
      chunks.push({ type: 'fdAT', data: Buffer.concat([number, data]) });
    }
  }
  for (const [key, text] of comf) {
    chunks.push({ type: 'comf', data: Buffer.from(`${key}\0${text}`, 'latin1') });
  }
  chunks.push({ type: 'IEND', data: new Uint8Array(0) });
  return writePng(chunks);
}
