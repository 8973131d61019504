/** JPEG: EXIF, XMP and comments, and a copy without them. */
import { type ByteFile, Unreadable } from './byte-file.js';
import { orientationOnly, readExif } from './exif.js';
import type { Findings } from './findings.js';
import type { Piece } from './pieces.js';
import { textOf, xmpTexts } from './text.js';

const markers = { app0: 0xe0, app1: 0xe1, app2: 0xe2, app14: 0xee, app15: 0xef, comment: 0xfe, scan: 0xda, end: 0xd9 };
const xmpName = 'http://ns.adobe.com/xap/1.0/\0';
const blockSize = 64 * 1024;

interface Segment {
  marker: number;
  /** Where the marker stands. */
  start: number;
  /** The first byte of what it holds, and the first behind it. */
  data: number;
  end: number;
}

/** The segment whose marker stands at `position` or, behind fill bytes, shortly after. */
async function segmentAt(file: ByteFile, position: number): Promise<Segment> {
  let start = position;
  while (true) {
    const head = await file.peek(start, 4);
    if (head.length < 2) throw new Unreadable('The JPEG ends too early.');
    if (head[0] !== 0xff) throw new Unreadable('The JPEG is damaged between its segments.');
    if (head[1] === 0xff) {
      start += 1;
      continue;
    }
    const marker = head[1] ?? 0;
    if (marker === markers.end || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8))
      return { marker, start, data: start + 2, end: start + 2 };
    const length = head.length < 4 ? 0 : head.readUInt16BE(2);
    if (length < 2 || start + 2 + length > file.size) throw new Unreadable('The JPEG ends inside a segment.');
    return { marker, start, data: start + 4, end: start + 2 + length };
  }
}

/** Reads what stands before the pixels. */
export async function readJpeg(file: ByteFile, findings: Findings): Promise<void> {
  for (let at = 2; ; ) {
    const segment = await segmentAt(file, at);
    if (segment.marker === markers.scan || segment.marker === markers.end) return;
    if (segment.marker === markers.app1 || segment.marker === markers.comment) {
      const data = await file.take(segment.data, segment.end - segment.data);
      for (const text of textsIn(segment.marker, data)) findings.loose(text);
    }
    at = segment.end;
  }
}

function textsIn(marker: number, data: Buffer): string[] {
  if (marker === markers.comment) return [textOf(data)];
  if (data.toString('latin1', 0, 6) === 'Exif\0\0') return readExif(data).texts;
  const isXmp = data.toString('latin1', 0, xmpName.length) === xmpName;
  return isXmp ? xmpTexts(textOf(data.subarray(xmpName.length))) : [];
}

/**
 * The parts of a copy without metadata: from the first marker to the end of the picture, since phones hang further
 * pictures with EXIF of their own behind it. Throws Unreadable when the file is damaged.
 */
export async function cleanJpeg(file: ByteFile): Promise<Piece[]> {
  const pieces: Piece[] = [{ start: 0, end: 2 }];
  for (let at = 2; ; ) {
    const segment = await segmentAt(file, at);
    const kept = await keep(file, segment);
    if (kept !== undefined) pieces.push(kept);
    if (segment.marker === markers.end) return pieces;
    at = segment.end;
    if (segment.marker !== markers.scan) continue;
    at = await endOfScan(file, segment.end);
    pieces.push({ start: segment.end, end: at });
    // Cut off, as viewers still show it.
    if (at >= file.size) return pieces;
  }
}

/** The segment itself, something in its place, or undefined: it goes. */
async function keep(file: ByteFile, { marker, start, data, end }: Segment): Promise<Piece | undefined> {
  const whole = { start, end };
  if (marker === markers.comment) return undefined;
  if (marker < markers.app0 || marker > markers.app15) return whole;
  const name = (await file.peek(data, Math.min(12, end - data))).toString('latin1');
  const isNeeded =
    (marker === markers.app0 && name.startsWith('JFIF\0')) ||
    (marker === markers.app2 && name.startsWith('ICC_PROFILE\0')) ||
    (marker === markers.app14 && name.startsWith('Adobe'));
  if (isNeeded) return whole;
  if (marker !== markers.app1 || !name.startsWith('Exif\0\0')) return undefined;
  const { orientation } = readExif(await file.take(data, end - data));
  return orientation === 1 ? undefined : exifSegment(orientation);
}

function exifSegment(orientation: number): Buffer {
  const data = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), orientationOnly(orientation)]);
  const header = Buffer.of(0xff, markers.app1, 0, 0);
  header.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([header, data]);
}

/** The position of the first marker behind packed pixels, where 0xFF stands doubled by a zero or for a restart. */
async function endOfScan(file: ByteFile, from: number): Promise<number> {
  const block = Buffer.alloc(blockSize);
  for (let at = from; at < file.size; ) {
    const bytes = block.subarray(0, await file.fill(block, at));
    if (bytes.length < 2) break;
    for (let mark = bytes.indexOf(0xff); mark !== -1 && mark + 1 < bytes.length; mark = bytes.indexOf(0xff, mark + 1)) {
      const next = bytes[mark + 1] ?? 0;
      if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at + mark;
    }
    // The last byte once more: it may begin a marker.
    at += bytes.length - 1;
  }
  return file.size;
}
