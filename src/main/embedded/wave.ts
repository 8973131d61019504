/** WAV: comments of its INFO list and of an ID3 chunk, and a copy without them. */
import { type ByteFile, Unreadable } from './byte-file.js';
import type { Findings } from './findings.js';
import { readId3At } from './id3.js';
import type { Piece } from './pieces.js';
import { textOf } from './text.js';

interface Chunk {
  type: string;
  start: number;
  length: number;
}

const needed: ReadonlySet<string> = new Set(['fmt ', 'data', 'fact', 'ds64']);

async function* chunks(file: ByteFile): AsyncGenerator<Chunk> {
  for (let start = 12; start + 8 <= file.size; ) {
    const header = await file.peek(start, 8);
    const type = header.toString('latin1', 0, 4);
    const claimed = header.readUInt32LE(4);
    // Streamed files don't know how long they are, and long ones have the length elsewhere.
    const length = type === 'data' && claimed === 0xffffffff ? file.size - start - 8 : claimed;
    if (start + 8 + length > file.size) throw new Unreadable(`The WAV ends inside a chunk (${type.trim()}).`);
    yield { type, start, length };
    start += 8 + length + (length % 2);
  }
}

export async function readWave(file: ByteFile, findings: Findings): Promise<void> {
  for await (const { type, start, length } of chunks(file)) {
    if (type === 'LIST') await findings.attempt(async () => addInfo(await file.take(start + 8, length), findings));
    else if (/^id3 $/i.test(type)) await findings.attempt(() => readId3At(file, start + 8, findings));
  }
}

function addInfo(list: Buffer, findings: Findings): void {
  if (list.toString('latin1', 0, 4) !== 'INFO') return;
  for (let at = 4; at + 8 <= list.length; ) {
    const length = list.readUInt32LE(at + 4);
    if (list.toString('latin1', at, at + 4) === 'ICMT') findings.loose(textOf(list.subarray(at + 8, at + 8 + length)));
    at += 8 + length + (length % 2);
  }
}

/** The parts of a copy without metadata, its length in order. */
export async function cleanWave(file: ByteFile): Promise<Piece[]> {
  const header = Buffer.from(await file.peek(0, 12));
  const pieces: Piece[] = [header];
  let size = 4;
  for await (const { type, start, length } of chunks(file)) {
    if (!needed.has(type)) continue;
    const end = Math.min(start + 8 + length + (length % 2), file.size);
    pieces.push({ start, end });
    size += end - start;
  }
  if (header.toString('latin1', 0, 4) === 'RIFF') header.writeUInt32LE(Math.min(size, 0xffffffff), 4);
  return pieces;
}
