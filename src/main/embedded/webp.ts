/** WebP: EXIF and XMP, and a copy without them. */
import { type ByteFile, Unreadable } from './byte-file.js';
import { orientationOnly, readExif } from './exif.js';
import type { Findings } from './findings.js';
import type { Piece } from './pieces.js';
import { textOf, xmpTexts } from './text.js';

interface Chunk {
  type: string;
  /** Where its type stands; data begins 8 bytes later and is padded to an even length. */
  start: number;
  length: number;
}

const needed: ReadonlySet<string> = new Set(['VP8X', 'VP8 ', 'VP8L', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);
const flags = { exif: 0x08, xmp: 0x04 } as const;

async function* chunks(file: ByteFile): AsyncGenerator<Chunk> {
  const riff = await file.peek(0, 12);
  if (riff.length < 12) throw new Unreadable('The WebP ends inside its header.');
  const end = riff.readUInt32LE(4) + 8;
  let start = 12;
  // Some writers count one byte too few for the padding of the last chunk.
  while (start + 8 <= Math.min(end, file.size)) {
    const header = await file.peek(start, 8);
    const type = header.toString('latin1', 0, 4);
    const length = header.readUInt32LE(4);
    if (start + 8 + length > file.size) throw new Unreadable(`The WebP ends inside a chunk (${type.trim()}).`);
    yield { type, start, length };
    start += 8 + length + (length % 2);
  }
  if (end > file.size + 1) throw new Unreadable('The WebP ends too early.');
}

export async function readWebp(file: ByteFile, findings: Findings): Promise<void> {
  for await (const { type, start, length } of chunks(file)) {
    if (type !== 'EXIF' && type !== 'XMP ') continue;
    await findings.attempt(async () => {
      const data = await file.take(start + 8, length);
      const texts = type === 'EXIF' ? readExif(data).texts : xmpTexts(textOf(data));
      for (const text of texts) findings.loose(text);
    });
  }
}

/** The parts of a copy without metadata, its flags and its length in order. Throws Unreadable when the file is damaged. */
export async function cleanWebp(file: ByteFile): Promise<Piece[]> {
  const parts: (Buffer | { start: number; end: number })[] = [];
  let turned: Buffer | undefined;
  let header: Buffer | undefined;
  for await (const { type, start, length } of chunks(file)) {
    if (type === 'VP8X' && length >= 10) {
      header = Buffer.from(await file.take(start, 8 + length));
      parts.push(header);
    } else if (needed.has(type)) parts.push(...padded(file, start, length));
    else if (type === 'EXIF') {
      const { orientation } = readExif(await file.take(start + 8, length));
      if (orientation !== 1) turned = exifChunk(orientation);
    }
  }
  if (turned !== undefined) parts.push(turned);
  if (header !== undefined) {
    const rest = (header[8] ?? 0) & ~(flags.exif | flags.xmp);
    header[8] = turned === undefined ? rest : rest | flags.exif;
  }
  const length = parts.reduce((sum, part) => sum + (Buffer.isBuffer(part) ? part.length : part.end - part.start), 0);
  return [riffHeader(length + 4), ...parts];
}

/** The last chunk of a file may lack its padding. */
function padded(file: ByteFile, start: number, length: number): (Buffer | { start: number; end: number })[] {
  const end = start + 8 + length;
  if (length % 2 === 0) return [{ start, end }];
  return end < file.size ? [{ start, end: end + 1 }] : [{ start, end }, Buffer.of(0)];
}

function exifChunk(orientation: number): Buffer {
  const data = orientationOnly(orientation);
  const header = Buffer.from('EXIF\0\0\0\0', 'latin1');
  header.writeUInt32LE(data.length, 4);
  return Buffer.concat([header, data]);
}

function riffHeader(length: number): Buffer {
  const header = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1');
  header.writeUInt32LE(length, 4);
  return header;
}
