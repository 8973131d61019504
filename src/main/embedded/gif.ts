/** GIF: comments, and a copy without them. */
import { type ByteFile, Unreadable } from './byte-file.js';
import type { Findings } from './findings.js';
import type { Piece } from './pieces.js';
import { textOf } from './text.js';

const blockSize = 64 * 1024;
const kinds = { extension: 0x21, image: 0x2c, end: 0x3b } as const;
const comment = 0xfe;
const application = 0xff;

/** Reads bytes in order: GIF has a length before every 255 bytes, so there is nothing to step over. */
function createCursor(file: ByteFile, start: number) {
  const block = Buffer.alloc(Math.min(blockSize, file.size));
  let window = { start: 0, length: 0 };
  let position = start;
  async function byte(): Promise<number> {
    if (position < window.start || position >= window.start + window.length)
      window = { start: position, length: await file.fill(block, position) };
    if (window.length === 0) throw new Unreadable('The GIF ends too early.');
    position += 1;
    return block[position - 1 - window.start] ?? 0;
  }
  return {
    byte,
    position: () => position,
    skip: (length: number) => {
      position += length;
    },
    /** Past a row of sub-blocks. */
    async skipBlocks() {
      for (let length = await byte(); length !== 0; length = await byte()) position += length;
    },
  };
}

interface Block {
  kind: number;
  /** Of an extension. */
  label: number;
  start: number;
  end: number;
}

async function* blocks(file: ByteFile): AsyncGenerator<Block> {
  const header = await file.peek(0, 13);
  if (header.length < 13) throw new Unreadable('The GIF ends inside its header.');
  const cursor = createCursor(file, 13 + tableSize(header[10] ?? 0));
  yield { kind: 0, label: 0, start: 0, end: cursor.position() };
  while (true) {
    const start = cursor.position();
    const kind = await cursor.byte();
    let label = 0;
    if (kind === kinds.extension) label = await cursor.byte();
    else if (kind === kinds.image) {
      cursor.skip(8);
      cursor.skip(tableSize(await cursor.byte()) + 1);
    } else if (kind !== kinds.end) throw new Unreadable('The GIF is damaged.');
    if (kind !== kinds.end) await cursor.skipBlocks();
    yield { kind, label, start, end: cursor.position() };
    if (kind === kinds.end) return;
  }
}

/** Bytes of the colour table that packed flags tell of. */
function tableSize(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

/** Reads the comments before the first picture: behind it there is no way but through all pixels. */
export async function readGif(file: ByteFile, findings: Findings): Promise<void> {
  for await (const { kind, label, start, end } of blocks(file)) {
    if (kind === kinds.image) return;
    if (kind === kinds.extension && label === comment)
      findings.loose(textOf(joined(await file.take(start + 2, end - start - 2))));
  }
}

function joined(blocksOfText: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < blocksOfText.length; ) {
    const length = blocksOfText[at] ?? 0;
    if (length === 0) break;
    parts.push(blocksOfText.subarray(at + 1, at + 1 + length));
    at += 1 + length;
  }
  return Buffer.concat(parts);
}

/** The parts of a copy without comments and without applications' notes, but for those that make it loop. */
export async function cleanGif(file: ByteFile): Promise<Piece[]> {
  const pieces: Piece[] = [];
  for await (const { kind, label, start, end } of blocks(file)) {
    if (kind === kinds.extension && label === comment) continue;
    if (kind === kinds.extension && label === application) {
      const name = (await file.peek(start + 3, 11)).toString('latin1');
      if (name !== 'NETSCAPE2.0' && name !== 'ANIMEXTS1.0' && name !== 'ICCRGBG1012') continue;
    }
    pieces.push({ start, end });
  }
  return pieces;
}
