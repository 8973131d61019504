/** Matroska and WebM: tags of the whole, and a copy in which they are void. Clusters, the sounds and pictures, are stepped over. */
import { type ByteFile, Unreadable } from './byte-file.js';
import type { Findings } from './findings.js';
import type { Piece } from './pieces.js';
import { textOf } from './text.js';

const ids = {
  segment: 0x18538067,
  info: 0x1549a966,
  title: 0x7ba9,
  crc: 0xbf,
  tags: 0x1254c367,
  tag: 0x7373,
  simpleTag: 0x67c8,
  tagName: 0x45a3,
  tagString: 0x4487,
  attachments: 0x1941a469,
  void: 0xec,
} as const;

interface Element {
  id: number;
  start: number;
  data: number;
  end: number;
}

/** The element that begins at `at` of these bytes, positions counted from there; `end` is infinite when its length is unknown. */
function elementIn(bytes: Buffer, at: number): Element | undefined {
  const idLength = lengthOf(bytes[at]);
  if (idLength === undefined || idLength > 4) return undefined;
  const sizeAt = at + idLength;
  const sizeLength = lengthOf(bytes[sizeAt]);
  const data = sizeAt + (sizeLength ?? 0);
  if (sizeLength === undefined || data > bytes.length) return undefined;
  const mask = 2 ** (8 - sizeLength) - 1;
  let size = (bytes[sizeAt] ?? 0) & mask;
  let isUnknown = size === mask;
  for (const byte of bytes.subarray(sizeAt + 1, data)) {
    size = size * 256 + byte;
    isUnknown &&= byte === 0xff;
  }
  return {
    id: bytes.readUIntBE(at, idLength),
    start: at,
    data,
    end: isUnknown ? Number.POSITIVE_INFINITY : data + size,
  };
}

/** Leading zeros of the first byte tell how many follow. */
function lengthOf(first: number | undefined): number | undefined {
  return first === undefined || first === 0 ? undefined : Math.clz32(first) - 23;
}

/** The elements between two positions. Throws Unreadable where one is longer than what it lies in. */
async function* elements(file: ByteFile, from: number, to: number): AsyncGenerator<Element> {
  for (let start = from; start < to; ) {
    const found = elementIn(await file.peek(start, 12), 0);
    if (found === undefined) throw new Unreadable('The Matroska file is damaged.');
    const end = found.end === Number.POSITIVE_INFINITY && found.id === ids.segment ? to : start + found.end;
    if (end > to) throw new Unreadable('The Matroska file ends inside an element.');
    yield { id: found.id, start, data: start + found.data, end };
    start = end;
  }
}

/** What lies in the segment, level one. */
async function* contents(file: ByteFile): AsyncGenerator<Element> {
  for await (const { id, data, end } of elements(file, 0, file.size)) {
    if (id === ids.segment) yield* elements(file, data, end);
  }
}

export async function readMatroska(file: ByteFile, findings: Findings): Promise<void> {
  for await (const { id, data, end } of contents(file)) {
    if (id === ids.tags) await findings.attempt(async () => addTags(await file.take(data, end - data), findings));
  }
}

function addTags(tags: Buffer, findings: Findings): void {
  for (const tag of within(tags, ids.tag)) {
    for (const simple of within(tag, ids.simpleTag)) {
      const [name] = within(simple, ids.tagName);
      const [text] = within(simple, ids.tagString);
      if (name !== undefined && text !== undefined) findings.named(textOf(name), textOf(text));
    }
  }
}

/** What the elements of one kind hold. */
function within(bytes: Buffer, id: number): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const element = elementIn(bytes, at);
    if (element === undefined || element.end > bytes.length) break;
    if (element.id === id) found.push(bytes.subarray(element.data, element.end));
    at = element.end;
  }
  return found;
}

/** The parts of a copy whose tags, attachments and title are void. Throws Unreadable when the file is damaged. */
export async function cleanMatroska(file: ByteFile): Promise<Piece[]> {
  const blanks: Element[] = [];
  for await (const element of contents(file)) {
    if (element.id === ids.tags || element.id === ids.attachments || element.id === ids.void) blanks.push(element);
    else if (element.id === ids.info) blanks.push(...(await titleIn(file, element)));
  }
  const pieces: Piece[] = [];
  let at = 0;
  for (const { start, end } of blanks) {
    const header = voidHeader(end - start);
    pieces.push({ start: at, end: start }, header, { zeros: end - start - header.length });
    at = end;
  }
  return [...pieces, { start: at, end: file.size }];
}

/** The title, and the checksum that would no longer be right. */
async function titleIn(file: ByteFile, { data, end }: Element): Promise<Element[]> {
  const inner: Element[] = [];
  for await (const element of elements(file, data, end)) inner.push(element);
  const isTitled = inner.some(({ id }) => id === ids.title);
  return inner.filter(({ id }) => id === ids.void || (isTitled && (id === ids.title || id === ids.crc)));
}

/** How an element of this length altogether begins that says nothing; lengths below 2 do not occur. */
function voidHeader(length: number): Buffer {
  if (length < 10) return Buffer.of(ids.void, 0x80 | (length - 2));
  const header = Buffer.alloc(9);
  header.writeUInt16BE((ids.void << 8) | 0x01, 0);
  header.writeUIntBE(length - header.length, 3, 6);
  return header;
}
