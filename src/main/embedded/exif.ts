/**
 * EXIF, as far as programs that make pictures use it. A reader of our own: ComfyUI puts graphs of any length under tags
 * that cameras use for their names, and libraries for cameras cut those, miss them or were last kept years ago.
 */
import { textOf, utf16Of } from './text.js';

const tags = { imageDescription: 0x010e, make: 0x010f, model: 0x0110, orientation: 0x0112 } as const;
const exifDirectory = 0x8769;
const userComment = 0x9286;
/** Windows' comment: UTF-16, little endian. */
const xpComment = 0x9c9c;

/** Bytes of one value by TIFF's type number; others are not read. */
const widths: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 7: 1 };
const maxEntries = 2_000;
const maxDirectories = 16;

interface Entry {
  tag: number;
  type: number;
  bytes: Buffer;
}

export interface Exif {
  /** `key:text` as ComfyUI writes them, and comments without a key. */
  texts: string[];
  /** 1 to 8; 1 means upright. */
  orientation: number;
}

/** Reads an EXIF block, with or without the leading `Exif\0\0`. What is not one, or damaged, tells nothing. */
export function readExif(block: Buffer): Exif {
  const tiff = block.toString('latin1', 0, 6) === 'Exif\0\0' ? block.subarray(6) : block;
  const order = tiff.toString('latin1', 0, 4);
  if (order !== 'II*\0' && order !== 'MM\0*') return { texts: [], orientation: 1 };
  const endian = order === 'II*\0' ? 'le' : 'be';
  const entries = readEntries(tiff, endian);
  const oriented = entries.find(({ tag, bytes }) => tag === tags.orientation && bytes.length >= 2);
  const orientation = oriented === undefined ? 1 : u16(oriented.bytes, 0, endian);
  return {
    texts: takeTexts(entries, endian, tiff.length),
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
  };
}

/** An EXIF block (without `Exif\0\0`) that says nothing but how the picture is turned. */
export function orientationOnly(orientation: number): Buffer {
  const block = Buffer.from('4d4d002a00000008000101120003000000010000000000000000', 'hex');
  block.writeUInt16BE(orientation, 18);
  return block;
}

/** All entries of all directories. Each directory is read once, however they point at each other. */
function readEntries(tiff: Buffer, endian: 'le' | 'be'): Entry[] {
  const entries: Entry[] = [];
  const seen = new Set<number>();
  const waiting = [u32(tiff, 4, endian)];
  for (let at = waiting.pop(); at !== undefined && seen.size < maxDirectories; at = waiting.pop()) {
    if (seen.has(at) || at < 8 || at + 2 > tiff.length) continue;
    seen.add(at);
    const count = u16(tiff, at, endian);
    for (let index = 0; index < count && entries.length < maxEntries; index += 1) {
      const place = at + 2 + index * 12;
      if (place + 12 > tiff.length) break;
      const entry = readEntry(tiff, place, endian);
      if (entry === undefined) continue;
      entries.push(entry);
      if (entry.tag === exifDirectory && entry.bytes.length >= 4) waiting.push(u32(entry.bytes, 0, endian));
    }
    // The next directory at this level, usually that of the thumbnail, says nothing about the picture.
  }
  return entries;
}

function readEntry(tiff: Buffer, place: number, endian: 'le' | 'be'): Entry | undefined {
  const tag = u16(tiff, place, endian);
  const type = u16(tiff, place + 2, endian);
  const width = widths[type];
  if (width === undefined) return undefined;
  const length = u32(tiff, place + 4, endian) * width;
  const start = length <= 4 ? place + 8 : u32(tiff, place + 8, endian);
  // Cut short it may still tell something; nothing is copied.
  return { tag, type, bytes: tiff.subarray(start, Math.min(start + length, tiff.length)) };
}

/** Many entries may point at the same bytes, so what is decoded is counted: twice the block at most. */
function takeTexts(entries: readonly Entry[], endian: 'le' | 'be', size: number): string[] {
  let left = size * 2;
  return entries.flatMap((entry) => {
    if (!isText(entry) || entry.bytes.length > left) return [];
    left -= entry.bytes.length;
    return [decode(entry, endian).replace(/\0+$/, '')];
  });
}

function isText({ tag, type, bytes }: Entry): boolean {
  if (tag === userComment || tag === xpComment || tag === tags.imageDescription) return true;
  return type === 2 && /^(prompt|workflow)\s*:/i.test(bytes.toString('latin1', 0, 32));
}

function decode({ tag, bytes }: Entry, endian: 'le' | 'be'): string {
  if (tag === xpComment) return utf16Of(bytes, 'le');
  if (tag !== userComment) return textOf(bytes);
  const prefix = bytes.toString('latin1', 0, 8);
  if (prefix === 'UNICODE\0') return utf16Of(bytes.subarray(8), endian);
  return textOf(/^(ASCII\0\0\0|JIS\0{5}|\0{8})$/.test(prefix) ? bytes.subarray(8) : bytes);
}

function u16(bytes: Buffer, at: number, endian: 'le' | 'be'): number {
  if (at + 2 > bytes.length) return 0;
  return endian === 'le' ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
}

function u32(bytes: Buffer, at: number, endian: 'le' | 'be'): number {
  if (at + 4 > bytes.length) return 0;
  return endian === 'le' ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
}
