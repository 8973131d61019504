/**
 * Ogg with Opus or Vorbis: the comments, and a copy in which they are empty. Their packet keeps its length, so no page
 * moves; what follows the comments is ignored by both formats (RFC 7845, 5.2).
 */
import { type ByteFile, Unreadable } from './byte-file.js';
import type { Findings } from './findings.js';
import type { Piece } from './pieces.js';
import { addVorbisComments } from './vorbis.js';

interface Page {
  start: number;
  end: number;
  serial: number;
  begins: boolean;
  /** The runs of packets in it; `ends` when the packet ends there. */
  parts: { start: number; end: number; ends: boolean }[];
}

/** What a stream says about itself, in its second packet. */
interface Comments {
  parts: { start: number; end: number }[];
  pages: Page[];
}

interface Stream extends Comments {
  packets: number;
}

const prefixes = ['OpusTags', '\x03vorbis', '\x81theora'];

async function* pages(file: ByteFile): AsyncGenerator<Page> {
  for (let start = 0; start < file.size; ) {
    const header = await file.peek(start, 282);
    if (header.length < 27 || header.toString('latin1', 0, 4) !== 'OggS') throw new Unreadable('The Ogg is damaged.');
    const lacing = header.subarray(27, 27 + (header[26] ?? 0));
    const parts: Page['parts'] = [];
    let at = start + 27 + (header[26] ?? 0);
    let from = at;
    for (const length of lacing) {
      at += length;
      if (length === 255) continue;
      parts.push({ start: from, end: at, ends: true });
      from = at;
    }
    if (from < at) parts.push({ start: from, end: at, ends: false });
    if (at > file.size) throw new Unreadable('The Ogg ends inside a page.');
    const begins = ((header[5] ?? 0) & 2) !== 0;
    yield { start, end: at, serial: header.readUInt32LE(14), begins, parts };
    start = at;
  }
}

/** The comments of each stream. Without `all` it ends when the streams that begin the file are through with theirs. */
async function commentsIn(file: ByteFile, all: boolean): Promise<Comments[]> {
  const open = new Map<number, Stream>();
  const found: Comments[] = [];
  for await (const page of pages(file)) {
    if (page.begins) open.set(page.serial, { packets: 0, parts: [], pages: [] });
    const stream = open.get(page.serial);
    if (stream === undefined) continue;
    for (const part of page.parts) {
      if (stream.packets === 1) {
        stream.parts.push(part);
        if (stream.pages.at(-1) !== page) stream.pages.push(page);
      }
      if (part.ends) stream.packets += 1;
    }
    if (stream.packets < 2) continue;
    found.push(stream);
    open.delete(page.serial);
    if (!all && open.size === 0) return found;
  }
  return found;
}

/** Where the comments begin in their packet; undefined for streams of other kinds. */
function prefixOf(packet: Buffer): string | undefined {
  return prefixes.find((prefix) => packet.toString('latin1', 0, prefix.length) === prefix);
}

async function packetOf(file: ByteFile, { parts }: Comments): Promise<Buffer> {
  const bytes: Buffer[] = [];
  for (const { start, end } of parts) bytes.push(await file.take(start, end - start));
  return Buffer.concat(bytes);
}

export async function readOgg(file: ByteFile, findings: Findings): Promise<void> {
  for (const comments of await commentsIn(file, false)) {
    const packet = await packetOf(file, comments);
    const prefix = prefixOf(packet);
    if (prefix !== undefined)
      await findings.attempt(async () => addVorbisComments(packet.subarray(prefix.length), findings));
  }
}

/** The parts of a copy whose comments are empty. Throws Unreadable when the file is damaged, or of a kind nobody knows. */
export async function cleanOgg(file: ByteFile): Promise<Piece[]> {
  const changed = new Map<number, Buffer>();
  for (const comments of await commentsIn(file, true)) {
    const packet = await packetOf(file, comments);
    const prefix = prefixOf(packet);
    if (prefix === undefined || packet.length < prefix.length + 9)
      throw new Unreadable('The Ogg holds streams of an unknown kind.');
    // No vendor, no comments, and the bit with which Vorbis ends its list.
    const empty = Buffer.alloc(packet.length);
    empty.write(prefix, 'latin1');
    if (prefix !== 'OpusTags') empty[prefix.length + 8] = 1;
    for (const page of comments.pages) {
      if (!changed.has(page.start))
        changed.set(page.start, Buffer.from(await file.take(page.start, page.end - page.start)));
    }
    let done = 0;
    for (const { start, end } of comments.parts) {
      const page = comments.pages.find((one) => one.start <= start && end <= one.end);
      if (page !== undefined)
        empty.copy(changed.get(page.start) ?? Buffer.alloc(0), start - page.start, done, done + end - start);
      done += end - start;
    }
  }
  const pieces: Piece[] = [];
  let at = 0;
  for (const [start, page] of [...changed].sort(([one], [other]) => one - other)) {
    pieces.push({ start: at, end: start }, withChecksum(page));
    at = start + page.length;
  }
  return [...pieces, { start: at, end: file.size }];
}

function withChecksum(page: Buffer): Buffer {
  page.writeUInt32LE(0, 22);
  page.writeUInt32LE(checksum(page), 22);
  return page;
}

/** CRC-32 of 0x04c11db7, highest bit first, begun with zero (RFC 3533); zlib's goes the other way round. */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 0x80000000 ? (sum << 1) ^ 0x04c11db7 : sum << 1;
  }
  return sum >>> 0;
}
