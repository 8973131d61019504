/**
 * MP4, MOV, M4A: the tags of ISO and QuickTime metadata boxes, and a copy in which those boxes are blank. Blank, not gone:
 * nothing moves, so no table of places has to be written anew. A reader of our own, as for all containers here: media
 * libraries run in circles in some damaged files, and what can't be stopped must not begin.
 */
import { type ByteFile, Unreadable } from './byte-file.js';
import type { Findings } from './findings.js';
import type { Piece } from './pieces.js';
import { textOf, utf16Of } from './text.js';

interface Box {
  type: string;
  start: number;
  /** The first byte of what it holds, and the first behind it. */
  data: number;
  end: number;
}

const maxDepth = 4;
/** Boxes that hold tags, or boxes that do. */
const parents: ReadonlySet<string> = new Set(['moov', 'trak', 'udta', 'meta']);
const blanked: ReadonlySet<string> = new Set(['udta', 'meta', 'uuid', 'free', 'skip', 'wide']);

/** The boxes between two positions. Throws Unreadable where one is longer than what it lies in. */
async function* boxes(file: ByteFile, from: number, to: number): AsyncGenerator<Box> {
  // Four zeros end a list of QuickTime's.
  for (let start = from; start + 8 <= to; ) {
    const header = await file.peek(start, 16);
    const short = header.readUInt32BE(0);
    const type = header.toString('latin1', 4, 8);
    const isLong = short === 1 && header.length === 16;
    const length = isLong ? Number(header.readBigUInt64BE(8)) : short === 0 ? to - start : short;
    const data = start + (isLong ? 16 : 8);
    if (start + length > to || start + length < data) throw new Unreadable('The MP4 ends inside a box.');
    yield { type, start, data, end: start + length };
    start += length;
  }
}

/** Reads the tags of the whole and of its tracks; the pictures and sounds are stepped over. */
export async function readMp4(file: ByteFile, findings: Findings): Promise<void> {
  await readWithin(file, findings, 0, file.size, 0);
}

async function readWithin(file: ByteFile, findings: Findings, from: number, to: number, depth: number): Promise<void> {
  const names: string[] = [];
  for await (const { type, data, end } of boxes(file, from, to)) {
    if (parents.has(type) && depth < maxDepth) {
      const start = type === 'meta' ? await startOfMeta(file, data) : data;
      await findings.attempt(() => readWithin(file, findings, start, end, depth + 1));
    } else if (type === 'keys') names.push(...namesIn(await file.take(data, end - data)));
    else if (type === 'ilst') addItems(await file.take(data, end - data), names, findings);
    // QuickTime's own: a length, a language, a text.
    else if (type === '\xa9cmt' && end - data > 4) findings.loose(textOf(await file.take(data + 4, end - data - 4)));
  }
}

/** ISO's has a version before its boxes, QuickTime's has not. */
async function startOfMeta(file: ByteFile, data: number): Promise<number> {
  return (await file.peek(data + 4, 4)).toString('latin1') === 'hdlr' ? data : data + 4;
}

function namesIn(keys: Buffer): string[] {
  const names: string[] = [];
  for (let at = 8; at + 8 <= keys.length; ) {
    const length = keys.readUInt32BE(at);
    if (length < 8 || at + length > keys.length) break;
    names.push(textOf(keys.subarray(at + 8, at + length)));
    at += length;
  }
  return names;
}

/** Items are called by their number among the names, by four letters, or by a name of their own. */
function addItems(list: Buffer, names: readonly string[], findings: Findings): void {
  for (const item of within(list)) {
    const inner = within(item.bytes);
    const data = inner.find(({ type }) => type === 'data')?.bytes;
    if (data === undefined || data.length < 8) continue;
    const kind = data.readUInt32BE(0) & 0xffffff;
    if (kind > 2) continue;
    const text = kind === 2 ? utf16Of(data.subarray(8), 'be') : textOf(data.subarray(8));
    const own = inner.find(({ type }) => type === 'name')?.bytes.subarray(4);
    const name = own === undefined ? names[Buffer.from(item.type, 'latin1').readUInt32BE(0) - 1] : textOf(own);
    if (name !== undefined) findings.named(name, text);
    else if (['\xa9cmt', '\xa9des', 'desc'].includes(item.type)) findings.loose(text);
  }
}

function within(bytes: Buffer): { type: string; bytes: Buffer }[] {
  const found: { type: string; bytes: Buffer }[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    if (length < 8 || at + length > bytes.length) break;
    found.push({ type: bytes.toString('latin1', at + 4, at + 8), bytes: bytes.subarray(at + 8, at + length) });
    at += length;
  }
  return found;
}

/** The parts of a copy whose boxes of metadata are blank. Throws Unreadable when the file is damaged. */
export async function cleanMp4(file: ByteFile): Promise<Piece[]> {
  const blanks: Box[] = [];
  let hasMovie = false;
  async function look(from: number, to: number): Promise<void> {
    for await (const box of boxes(file, from, to)) {
      if (blanked.has(box.type)) blanks.push(box);
      else if (box.type === 'moov' || box.type === 'trak') {
        hasMovie = true;
        await look(box.data, box.end);
      }
    }
  }
  await look(0, file.size);
  if (!hasMovie) throw new Unreadable('The MP4 has no table of its contents.');
  const pieces: Piece[] = [];
  let at = 0;
  for (const { start, data, end } of blanks) {
    pieces.push(
      { start: at, end: start + 4 },
      Buffer.from('free'),
      { start: start + 8, end: data },
      { zeros: end - data },
    );
    at = end;
  }
  return [...pieces, { start: at, end: file.size }];
}
