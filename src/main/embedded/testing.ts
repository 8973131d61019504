/** What the tests of this room share: real files, folders that go away, and blocks written to the published formats. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { sharp } from '../sharp.js';

export const fixtures = path.join(import.meta.dirname, 'fixtures');

/** A folder that goes with the test. */
export async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'embedded-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A file of these bytes that goes with the test; its path. */
export async function fileOf(bytes: Uint8Array, name = 'file'): Promise<string> {
  const file = path.join(await tempFolder(), name);
  await writeFile(file, bytes);
  return file;
}

/** A picture of 8 × 4 pixels that are not all the same. */
export function picture() {
  const pixels = Buffer.from(Array.from({ length: 8 * 4 * 3 }, (_, at) => (at * 37) % 256));
  return sharp(pixels, { raw: { width: 8, height: 4, channels: 3 } });
}

export function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}

/** A PNG with these chunks before the pixels, and others behind them. */
export async function pngWith(before: readonly Buffer[], behind: readonly Buffer[] = []): Promise<Buffer> {
  const png = await picture().png().toBuffer();
  const headerEnd = 8 + 25;
  const end = png.length - 12;
  return Buffer.concat([
    png.subarray(0, headerEnd),
    ...before,
    png.subarray(headerEnd, end),
    ...behind,
    png.subarray(end),
  ]);
}

/** A text under a keyword, as tEXt and comf hold it. */
export function keyed(key: string, text: string | Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${key}\0`, 'latin1'), typeof text === 'string' ? Buffer.from(text) : text]);
}

export interface ExifTag {
  tag: number;
  /** TIFF's number: 2 text, 3 whole number of 16 bits, 7 bytes. */
  type: number;
  data: Buffer;
}

/** An EXIF block (without `Exif\0\0`); tags beyond 0x9000 go to the EXIF directory, as the standard asks. */
export function exifBlock(tags: readonly ExifTag[], order: 'II' | 'MM' = 'MM'): Buffer {
  const main = tags.filter(({ tag }) => tag < 0x9000);
  const inner = tags.filter(({ tag }) => tag >= 0x9000);
  const size = (count: number) => 2 + count * 12 + 4;
  const mainCount = main.length + (inner.length > 0 ? 1 : 0);
  const innerAt = 8 + size(mainCount);
  const block = Buffer.alloc(innerAt + (inner.length > 0 ? size(inner.length) : 0));
  const u16 = (value: number, at: number) =>
    order === 'II' ? block.writeUInt16LE(value, at) : block.writeUInt16BE(value, at);
  const u32 = (value: number, at: number) =>
    order === 'II' ? block.writeUInt32LE(value, at) : block.writeUInt32BE(value, at);
  const values: Buffer[] = [];
  let free = block.length;
  const write = (at: number, { tag, type, data }: ExifTag) => {
    u16(tag, at);
    u16(type, at + 2);
    u32(type === 3 ? data.length / 2 : data.length, at + 4);
    if (data.length <= 4) data.copy(block, at + 8);
    else {
      u32(free, at + 8);
      values.push(data);
      free += data.length;
    }
  };
  block.write(order === 'II' ? 'II*\0' : 'MM\0*', 'latin1');
  u32(8, 4);
  u16(mainCount, 8);
  for (const [index, tag] of main.entries()) write(10 + index * 12, tag);
  if (inner.length > 0) {
    const at = 10 + main.length * 12;
    u16(0x8769, at);
    u16(4, at + 2);
    u32(1, at + 4);
    u32(innerAt, at + 8);
    u16(inner.length, innerAt);
    for (const [index, tag] of inner.entries()) write(innerAt + 2 + index * 12, tag);
  }
  return Buffer.concat([block, ...values]);
}

/** UserComment as piexif writes it for AUTOMATIC1111 (UTF-16, big endian), or little endian as others do. */
export function userComment(text: string, order: 'le' | 'be' = 'be'): ExifTag {
  const utf16 = Buffer.from(text, 'utf16le');
  return {
    tag: 0x9286,
    type: 7,
    data: Buffer.concat([Buffer.from('UNICODE\0', 'latin1'), order === 'be' ? utf16.swap16() : utf16]),
  };
}

/** A JPEG with these segments behind its start. */
export async function jpegWith(...segments: readonly [marker: number, data: Buffer][]): Promise<Buffer> {
  const jpeg = await picture().jpeg().toBuffer();
  const parts = segments.map(([marker, data]) => {
    const header = Buffer.of(0xff, marker, 0, 0);
    header.writeUInt16BE(data.length + 2, 2);
    return Buffer.concat([header, data]);
  });
  return Buffer.concat([jpeg.subarray(0, 2), ...parts, jpeg.subarray(2)]);
}

/** APP1 with EXIF, for `jpegWith`. */
export function app1(exif: Buffer): [number, Buffer] {
  return [0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exif])];
}

/** A simple WebP of sharp's, extended by chunks. */
export async function webpWith(...chunks: readonly [type: string, data: Buffer][]): Promise<Buffer> {
  const webp = await picture().webp({ lossless: true }).toBuffer();
  const header = Buffer.from([0, 0, 0, 0, 7, 0, 0, 3, 0, 0]);
  for (const [type] of chunks) header[0] = (header[0] ?? 0) | (type === 'EXIF' ? 8 : 4);
  const all: [string, Buffer][] = [['VP8X', header], ...chunks];
  const [extended = Buffer.alloc(0), ...rest] = all.map(([type, data]) => riffChunk(type, data));
  const body = Buffer.concat([Buffer.from('WEBP'), extended, webp.subarray(12), ...rest]);
  const riff = Buffer.from('RIFF\0\0\0\0', 'latin1');
  riff.writeUInt32LE(body.length, 4);
  return Buffer.concat([riff, body]);
}

function riffChunk(type: string, data: Buffer): Buffer {
  const header = Buffer.from(`${type}\0\0\0\0`, 'latin1');
  header.writeUInt32LE(data.length, 4);
  return Buffer.concat([header, data, Buffer.alloc(data.length % 2)]);
}
