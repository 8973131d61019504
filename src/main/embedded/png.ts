/** PNG: texts of ComfyUI and AUTOMATIC1111, and a copy without them. Pixels are stepped over. */
import { promisify } from 'node:util';
import { crc32, inflate as inflateCallback } from 'node:zlib';
import { type ByteFile, limits, Unreadable } from './byte-file.js';
import { orientationOnly, readExif } from './exif.js';
import type { Findings } from './findings.js';
import type { Piece } from './pieces.js';
import { textOf, xmpTexts } from './text.js';

const inflate = promisify(inflateCallback);
const tailLength = 128 * 1024;

interface Chunk {
  type: string;
  /** Where its length stands; the whole chunk has 12 bytes more than its data. */
  start: number;
  /** Bytes of data. */
  length: number;
}

/** What a picture needs to look as it does; texts, times, EXIF and private chunks are none of it. */
const needed: ReadonlySet<string> = new Set(
  'IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP mDCV mDCv cLLI cLLi sBIT bKGD pHYs hIST sPLT acTL fcTL fdAT'.split(
    ' ',
  ),
);

/** From the chunk at `from`, else the first, through IEND. Throws Unreadable where the file ends before, or is no PNG any more. */
async function* chunks(file: ByteFile, from = 8): AsyncGenerator<Chunk> {
  let start = from;
  while (true) {
    const header = await file.peek(start, 8);
    if (header.length < 8) throw new Unreadable('The PNG ends before its last chunk.');
    const length = header.readUInt32BE(0);
    const type = header.toString('latin1', 4, 8);
    if (!/^[A-Za-z]{4}$/.test(type)) throw new Unreadable('The PNG is damaged between its chunks.');
    if (start + 12 + length > file.size) throw new Unreadable(`The PNG ends inside a chunk (${type}).`);
    yield { type, start, length };
    if (type === 'IEND') return;
    start += 12 + length;
  }
}

/** Reads all texts before the pixels and, when those don't tell how it was made, the ones behind. */
export async function readPng(file: ByteFile, findings: Findings): Promise<void> {
  for await (const chunk of chunks(file)) {
    if (chunk.type === 'IDAT') {
      if (!findings.knowsOrigin()) await readBehindPixels(file, chunk.start, findings);
      return;
    }
    await readIfText(file, chunk, findings);
  }
}

async function readBehindPixels(file: ByteFile, from: number, findings: Findings): Promise<void> {
  for await (const chunk of chunks(file, (await lastPixels(file, from)) ?? from))
    await readIfText(file, chunk, findings);
}

async function readIfText(file: ByteFile, chunk: Chunk, findings: Findings): Promise<void> {
  if (['tEXt', 'zTXt', 'iTXt', 'comf', 'eXIf'].includes(chunk.type))
    await findings.attempt(() => readChunk(file, chunk, findings));
}

/**
 * Where the last chunk of pixels stands, looked for at the end of the file: pixels come in pieces of 8 or 64 KB, and
 * to step from one to the next through a large picture takes longer than all the rest. Undefined when the end has no
 * chunk of pixels from which others lead to IEND: then there is no way but step by step.
 */
async function lastPixels(file: ByteFile, from: number): Promise<number | undefined> {
  const start = Math.max(from, file.size - tailLength);
  const tail = Buffer.alloc(file.size - start);
  const bytes = tail.subarray(0, await file.fill(tail, start));
  for (const type of ['fdAT', 'IDAT']) {
    let at = bytes.lastIndexOf(type, undefined, 'latin1');
    for (let tries = 0; at >= 4 && tries < 8; tries += 1) {
      if (leadsToEnd(bytes, at - 4)) return start + at - 4;
      at = bytes.lastIndexOf(type, at - 1, 'latin1');
    }
  }
  return undefined;
}

function leadsToEnd(bytes: Buffer, from: number): boolean {
  for (let at = from; at + 12 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (type === 'IEND') return true;
    if (!/^[A-Za-z]{4}$/.test(type)) return false;
  }
  return false;
}

async function readChunk(file: ByteFile, { type, start, length }: Chunk, findings: Findings): Promise<void> {
  const data = await file.take(start + 8, length);
  if (type === 'eXIf') for (const text of readExif(data).texts) findings.loose(text);
  else {
    const [key, rest] = split(data);
    const text = await textIn(file, type, rest);
    if (key === 'XML:com.adobe.xmp') for (const one of xmpTexts(text)) findings.loose(one);
    else findings.named(key, text);
  }
}

/** What stands behind the key, by chunk type. */
async function textIn(file: ByteFile, type: string, rest: Buffer): Promise<string> {
  if (type === 'zTXt') return textOf(await unpack(file, rest.subarray(1)));
  if (type !== 'iTXt') return textOf(rest);
  const [, behindLanguage] = split(rest.subarray(2));
  const [, text] = split(behindLanguage);
  return textOf(rest[0] === 1 ? await unpack(file, text) : text);
}

/** At the first zero byte: what stands before it as text, and what behind. */
function split(bytes: Buffer): [string, Buffer] {
  const zero = bytes.indexOf(0);
  if (zero === -1) throw new Unreadable('A text chunk of the PNG has no key.');
  return [bytes.toString('latin1', 0, zero), bytes.subarray(zero + 1)];
}

/** Stops at the limit: a kilobyte can unpack to a megabyte. */
async function unpack(file: ByteFile, packed: Buffer): Promise<Buffer> {
  try {
    const bytes = await inflate(packed, { maxOutputLength: limits.chunk });
    file.spend(bytes.length);
    return bytes;
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    const tooLong = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    if (tooLong) file.spend(limits.chunk);
    throw new Unreadable(
      tooLong
        ? `A packed text of the PNG is longer than ${limits.chunk / 2 ** 20} MB.`
        : 'A packed text of the PNG is damaged.',
    );
  }
}

/** The parts of a copy without metadata. Throws Unreadable when the file is damaged. */
export async function cleanPng(file: ByteFile): Promise<Piece[]> {
  const pieces: Piece[] = [{ start: 0, end: 8 }];
  for await (const { type, start, length } of chunks(file)) {
    if (needed.has(type)) pieces.push({ start, end: start + 12 + length });
    else if (type === 'eXIf') {
      const { orientation } = readExif(await file.take(start + 8, length));
      if (orientation !== 1) pieces.push(chunkOf('eXIf', orientationOnly(orientation)));
    }
  }
  return pieces;
}

function chunkOf(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(data.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), body.length + 4);
  return frame;
}
