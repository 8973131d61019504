/** Files made byte by byte for the tests of this room: what encoders would never write, and small real ones. */
import { crc32, deflateSync } from 'node:zlib';
import {
  BufferTarget,
  EncodedPacket,
  EncodedVideoPacketSource,
  Mp4OutputFormat,
  Output,
  type OutputFormat,
  WebMOutputFormat,
} from 'mediabunny';
import { sharp } from '../sharp.js';

const pngSignature = Buffer.from('89504e470d0a1a0a', 'hex');

/** One chunk of a PNG with its length and checksum. */
export function pngChunk(type: string, data: Uint8Array = new Uint8Array()): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  chunk.set(data, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}

interface PngParts {
  width: number;
  height: number;
  /** Bits per sample; 8 when absent. */
  bits?: number;
  /** PNG's colour type; 6, RGBA, when absent. */
  colour?: number;
  /** Compressed rows. */
  data: Uint8Array;
  /** Chunks before the pixels. */
  before?: Uint8Array;
}

export function png({ width, height, bits = 8, colour = 6, data, before = new Uint8Array() }: PngParts): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(bits, 8);
  header.writeUInt8(colour, 9);
  return Buffer.concat([pngSignature, pngChunk('IHDR', header), before, pngChunk('IDAT', data), pngChunk('IEND')]);
}

/** An animated PNG of 8 × 8 pixels, one frame for each delay in milliseconds. */
export function apng(delays: readonly number[]): Buffer {
  const side = 8;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.writeUInt8(8, 8);
  header.writeUInt8(2, 9);
  const control = Buffer.alloc(8);
  control.writeUInt32BE(delays.length, 0);
  let sequence = 0;
  const numbered = (rest: Uint8Array) => {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(sequence, 0);
    sequence += 1;
    return Buffer.concat([head, rest]);
  };
  const frames = delays.map((delay, frame) => {
    const place = Buffer.alloc(22);
    place.writeUInt32BE(side, 0);
    place.writeUInt32BE(side, 4);
    place.writeUInt16BE(delay, 16);
    place.writeUInt16BE(1000, 18);
    const shown = pngChunk('fcTL', numbered(place));
    const rows = deflateSync(Buffer.alloc(side * (side * 3 + 1)));
    return Buffer.concat([shown, frame === 0 ? pngChunk('IDAT', rows) : pngChunk('fdAT', numbered(rows))]);
  });
  return Buffer.concat([
    pngSignature,
    pngChunk('IHDR', header),
    pngChunk('acTL', control),
    ...frames,
    pngChunk('IEND'),
  ]);
}

/** A GIF of one frame with a few pixels of data, whatever its sizes say. */
export function gif({ screen, image }: { screen: [number, number]; image: [number, number] }): Buffer {
  const bytes = Buffer.concat([
    Buffer.from('GIF89a'),
    Buffer.from([0, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255]),
    Buffer.from([0x2c, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 0x44, 1, 0, 0x3b]),
  ]);
  bytes.writeUInt16LE(screen[0], 6);
  bytes.writeUInt16LE(screen[1], 8);
  bytes.writeUInt16LE(image[0], 24);
  bytes.writeUInt16LE(image[1], 26);
  return bytes;
}

/** A grey TIFF of 4 × 4 pixels whose only directory, at byte 8, names `next` as the one after it. */
export function tiff({ next }: { next: number }): Buffer {
  const short = 3;
  const long = 4;
  const pixels = 110;
  const tags: [tag: number, type: number, value: number][] = [
    [256, short, 4],
    [257, short, 4],
    [258, short, 8],
    [259, short, 1],
    [262, short, 1],
    [273, long, pixels],
    [277, short, 1],
    [279, long, 16],
  ];
  const bytes = Buffer.alloc(pixels + 16);
  bytes.write('II*\0', 'latin1');
  bytes.writeUInt32LE(8, 4);
  bytes.writeUInt16LE(tags.length, 8);
  for (const [index, [tag, type, value]] of tags.entries()) {
    const at = 10 + index * 12;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(type, at + 2);
    bytes.writeUInt32LE(1, at + 4);
    bytes.writeUInt32LE(value, at + 8);
  }
  bytes.writeUInt32LE(next, 10 + tags.length * 12);
  return bytes;
}

/** Noise of `side` pixels with an Exif orientation. */
export function jpegOf(side: number, orientation: number): Promise<Buffer> {
  return sharp({
    create: {
      width: side,
      height: side >> 1,
      channels: 3,
      background: 'grey',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  })
    .withMetadata({ orientation })
    .jpeg()
    .toBuffer();
}

/** Three seconds of 320 × 240: a real container whose packets nobody decodes. */
export async function film(format: OutputFormat): Promise<Uint8Array> {
  const target = new BufferTarget();
  const out = new Output({ format, target });
  const source = new EncodedVideoPacketSource('vp9');
  out.addVideoTrack(source, { frameRate: 10 });
  await out.start();
  const decoderConfig = { codec: 'vp09.00.10.08', codedWidth: 320, codedHeight: 240 };
  for (let frame = 0; frame < 30; frame += 1) {
    const packet = new EncodedPacket(new Uint8Array(100).fill(frame), 'key', frame / 10, 0.1);
    await source.add(packet, frame === 0 ? { decoderConfig } : undefined);
  }
  await out.finalize();
  if (target.buffer === null) throw new Error('no file was written');
  return new Uint8Array(target.buffer);
}

export const webm = (): Promise<Uint8Array> => film(new WebMOutputFormat());
/** With its index behind the frames, as cameras and ffmpeg write it. */
export const mp4 = (): Promise<Uint8Array> => film(new Mp4OutputFormat({ fastStart: false }));

/** 16-bit mono PCM; silence where `sample` (from -1 to 1, of a time in seconds) is absent. */
export function wave(seconds: number, rate = 8000, sample?: (time: number) => number): Buffer {
  const count = Math.round(seconds * rate);
  // A header of a long silence is all that some tests want.
  const bytes = Buffer.alloc(44 + (sample === undefined && count > 1e6 ? 0 : count * 2));
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + count * 2, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(rate * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(count * 2, 40);
  for (let at = 0; sample !== undefined && at < count; at += 1) {
    bytes.writeInt16LE(Math.round(sample(at / rate) * 32_767), 44 + at * 2);
  }
  return bytes;
}

/** Frames of MPEG-1 Layer III, 128 kbit/s at 44.1 kHz: 417 bytes and 1152 samples each. */
export function mp3(frames: number): Buffer {
  const frame = Buffer.alloc(417);
  frame.writeUInt32BE(0xfffb9000);
  return Buffer.concat(Array.from({ length: frames }, () => frame));
}

/** A FLAC file without frames: its first block tells everything. */
export function flac(seconds: number, rate = 44_100): Buffer {
  const bytes = Buffer.alloc(42);
  bytes.write('fLaC', 0);
  bytes.writeUInt32BE(0x80000022, 4);
  bytes.writeUInt16BE(4096, 8);
  bytes.writeUInt16BE(4096, 10);
  const samples = BigInt(seconds * rate);
  bytes.writeBigUInt64BE((BigInt(rate) << 44n) | (1n << 41n) | (15n << 36n) | samples, 18);
  return bytes;
}
