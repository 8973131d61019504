/** FLAC: Vorbis comments, and a copy without them, without pictures and without applications' notes. */
import { type ByteFile, Unreadable } from './byte-file.js';
import type { Findings } from './findings.js';
import { endOfId3, readId3At } from './id3.js';
import type { Piece } from './pieces.js';
import { addVorbisComments } from './vorbis.js';

const kinds = { streamInfo: 0, seekTable: 3, comments: 4 } as const;

interface Block {
  kind: number;
  /** Where its header of 4 bytes stands. */
  start: number;
  length: number;
}

/** All blocks before the sound; the last one tells where that begins. */
async function* blocks(file: ByteFile, from: number): AsyncGenerator<Block> {
  for (let start = from + 4; ; ) {
    const header = await file.peek(start, 4);
    if (header.length < 4) throw new Unreadable('The FLAC ends before its sound.');
    const length = header.readUIntBE(1, 3);
    if (start + 4 + length > file.size) throw new Unreadable('The FLAC ends inside its metadata.');
    const first = header[0] ?? 0;
    yield { kind: first & 0x7f, start, length };
    if (first & 0x80) return;
    start += 4 + length;
  }
}

export async function readFlac(file: ByteFile, findings: Findings): Promise<void> {
  const from = await endOfId3(file);
  if (from > 0) await findings.attempt(() => readId3At(file, 0, findings));
  for await (const { kind, start, length } of blocks(file, from)) {
    if (kind !== kinds.comments) continue;
    await findings.attempt(async () => addVorbisComments(await file.take(start + 4, length), findings));
  }
}

/** The parts of a copy without metadata; the seek table counts from where the sound begins, so it stays right. */
export async function cleanFlac(file: ByteFile): Promise<Piece[]> {
  const kept: Block[] = [];
  let sound = 0;
  for await (const block of blocks(file, await endOfId3(file))) {
    if (block.kind === kinds.streamInfo || block.kind === kinds.seekTable) kept.push(block);
    sound = block.start + 4 + block.length;
  }
  const metadata = kept.flatMap(({ kind, start, length }, index): Piece[] => {
    const header = Buffer.alloc(4);
    header.writeUInt32BE(length);
    header[0] = kind | (index === kept.length - 1 ? 0x80 : 0);
    return [header, { start: start + 4, end: start + 4 + length }];
  });
  return [Buffer.from('fLaC'), ...metadata, { start: sound, end: file.size }];
}
