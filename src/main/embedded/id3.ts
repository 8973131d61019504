/** ID3v2 before MP3, AAC and, against the rules, FLAC: user texts and comments (id3.org, versions 2.2 to 2.4). */
import { type ByteFile, Unreadable } from './byte-file.js';
import type { Findings } from './findings.js';
import type { Piece } from './pieces.js';
import { textOf, utf16Of } from './text.js';

const maxFrames = 10_000;
const maxTags = 16;

/** The first byte behind the tags at the start of the file; 0 without any, never more than the file's size. */
export async function endOfId3(file: ByteFile): Promise<number> {
  let at = 0;
  for (let count = 0; count < maxTags && at < file.size; count += 1) {
    const header = await file.peek(at, 10);
    if (header.length < 10 || header.toString('latin1', 0, 3) !== 'ID3') break;
    at += 10 + synchsafe(header, 6) + ((header[5] ?? 0) & 0x10 ? 10 : 0);
  }
  return Math.min(at, file.size);
}

/** Reads the tag that begins at `at`. Throws Unreadable when it is longer than the file or than is read. */
export async function readId3At(file: ByteFile, at: number, findings: Findings): Promise<void> {
  const header = await file.peek(at, 10);
  if (header.length < 10 || header.toString('latin1', 0, 3) !== 'ID3') return;
  addId3(header, await file.take(at + 10, synchsafe(header, 6)), findings);
}

function addId3(header: Buffer, body: Buffer, findings: Findings): void {
  const version = header[3] ?? 0;
  const flags = header[5] ?? 0;
  if (version < 2 || version > 4) throw new Unreadable('The ID3 tag is of a version nobody knows.');
  const data = flags & 0x80 && version < 4 ? synchronised(body) : body;
  const sizeOf = version === 4 ? synchsafe : (bytes: Buffer, at: number) => bytes.readUInt32BE(at);
  const [idLength, headLength] = version === 2 ? [3, 6] : [4, 10];
  let at = version > 2 && flags & 0x40 && data.length >= 4 ? sizeOf(data, 0) + (version === 3 ? 4 : 0) : 0;
  for (let count = 0; count < maxFrames && at + headLength <= data.length; count += 1) {
    const id = data.toString('latin1', at, at + idLength);
    if (!/^[A-Z0-9]+$/.test(id)) return;
    const length = version === 2 ? data.readUIntBE(at + 3, 3) : sizeOf(data, at + 4);
    const start = at + headLength;
    if (start + length > data.length) throw new Unreadable('The ID3 tag ends inside a frame.');
    addFrame(id, frameData(data.subarray(start, start + length), version, data[at + 9] ?? 0), findings);
    at = start + length;
  }
}

/** Since 2.4 each frame says itself whether zeros were put in, and may begin with its length. Undefined: packed or secret. */
function frameData(frame: Buffer, version: number, flags: number): Buffer | undefined {
  if (version === 3 && flags & 0xc0) return undefined;
  if (version !== 4) return frame;
  if (flags & 0x0c) return undefined;
  const rest = flags & 0x01 ? frame.subarray(4) : frame;
  return flags & 0x02 ? synchronised(rest) : rest;
}

function addFrame(id: string, frame: Buffer | undefined, findings: Findings): void {
  if (frame === undefined || !['TXXX', 'TXX', 'COMM', 'COM'].includes(id)) return;
  const isComment = id.startsWith('C');
  const encoding = frame[0] ?? 0;
  const [name, text] = pairOf(frame.subarray(isComment ? 4 : 1), encoding);
  if (isComment) findings.loose(text);
  else findings.named(name, text);
}

/** A text, its end mark, and another text: 0 Latin-1, 1 UTF-16 with a mark, 2 UTF-16 big endian, 3 UTF-8. */
function pairOf(bytes: Buffer, encoding: number): [string, string] {
  const isWide = encoding === 1 || encoding === 2;
  let end = bytes.indexOf(isWide ? '\0\0' : '\0', 0, 'latin1');
  // Between a letter's low byte and the next one's high byte is no end.
  while (isWide && end % 2 === 1) end = bytes.indexOf('\0\0', end + 1, 'latin1');
  const decode = (part: Buffer) => (isWide ? utf16Of(part, encoding === 1 ? 'le' : 'be') : textOf(part));
  if (end === -1) return ['', decode(bytes)];
  const text = decode(bytes.subarray(end + (isWide ? 2 : 1)));
  return [decode(bytes.subarray(0, end)), text.replace(/\0+$/, '')];
}

/** A number of 28 bits in four bytes. */
function synchsafe(bytes: Buffer, at: number): number {
  return [0, 1, 2, 3].reduce((sum, index) => sum * 128 + ((bytes[at + index] ?? 0) & 0x7f), 0);
}

/** Without the zeros that keep players from taking the tag for sound. */
function synchronised(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replaceAll('\xff\0', '\xff'), 'latin1');
}

/** The part of an MP3 or AAC between its tags: ID3v2 before it, ID3v1 and APE behind. */
export async function cleanMp3(file: ByteFile): Promise<Piece[]> {
  const start = await endOfId3(file);
  let end = file.size;
  if ((await file.peek(Math.max(start, end - 128), 3)).toString('latin1') === 'TAG') end -= 128;
  const footer = await file.peek(Math.max(start, end - 32), 32);
  if (footer.toString('latin1', 0, 8) === 'APETAGEX' && footer.length === 32) {
    const hasHeader = (footer.readUInt32LE(20) & 0x80000000) !== 0;
    end -= footer.readUInt32LE(12) + (hasHeader ? 32 : 0);
  }
  if (end <= start) throw new Unreadable('The file holds no sound.');
  return [{ start, end }];
}
