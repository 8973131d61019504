/** MP3 through LAME (WASM), with an ID3 tag and the index frame that variable bit rates need. */
import { breathe } from '../chunks.js';

export type Mp3Quality = 'V0' | '128k' | '320k';

const rates = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000] as const;

/** ID3v2.4 with one user text (TXXX) per entry, in UTF-8. */
export function id3Tag(texts: readonly [key: string, text: string][]): Buffer {
  const syncsafe = (value: number) =>
    Buffer.from([(value >> 21) & 127, (value >> 14) & 127, (value >> 7) & 127, value & 127]);
  const frames = texts.map(([key, text]) => {
    const data = Buffer.concat([Buffer.of(3), Buffer.from(`${key}\0${text}\0`)]);
    return Buffer.concat([Buffer.from('TXXX'), syncsafe(data.length), Buffer.of(0, 0), data]);
  });
  const body = Buffer.concat(frames);
  return Buffer.concat([Buffer.from('ID3'), Buffer.of(4, 0, 0), syncsafe(body.length), body]);
}

const bitratesV1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const bitratesV2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

export interface Mp3Frame {
  offset: number;
  size: number;
  sampleRate: number;
  /** Samples per channel. */
  samples: number;
  mono: boolean;
  version1: boolean;
}

/** Walks the Layer III frames from `offset` on; stops at the first thing that isn't one. */
export function mp3Frames(bytes: Uint8Array, offset = 0): Mp3Frame[] {
  const frames: Mp3Frame[] = [];
  for (let at = offset; at + 4 <= bytes.length; ) {
    const second = bytes[at + 1] ?? 0;
    const third = bytes[at + 2] ?? 0;
    if (bytes[at] !== 0xff || (second & 0xe6) !== 0xe2) break;
    const version = (second >> 3) & 3;
    const version1 = version === 3;
    const bitrate = (version1 ? bitratesV1 : bitratesV2)[third >> 4] ?? 0;
    const base = [44100, 48000, 32000][(third >> 2) & 3];
    if (bitrate === 0 || base === undefined || version === 1) break;
    const sampleRate = base / (version1 ? 1 : version === 2 ? 2 : 4);
    const samples = version1 ? 1152 : 576;
    const size = Math.floor((samples * bitrate * 125) / sampleRate) + ((third >> 1) & 1);
    frames.push({ offset: at, size, sampleRate, samples, mono: (bytes[at + 3] ?? 0) >> 6 === 3, version1 });
    at += size;
  }
  return frames;
}

/**
 * The Xing frame: number of frames and bytes and a table for seeking, in a silent frame of its own.
 * Without it players guess the length of a file of variable bit rate from its first frame.
 */
export function xingFrame(stream: Uint8Array): Buffer {
  const frames = mp3Frames(stream);
  const first = frames[0];
  if (!first) return Buffer.alloc(0);
  const header = Buffer.from(stream.subarray(first.offset, first.offset + 4));
  // The same kind of frame without a checksum, large enough for the table.
  header[1] = (header[1] ?? 0) | 1;
  header[2] = ((first.version1 ? 5 : 8) << 4) | ((header[2] ?? 0) & 0x0c);
  const size = mp3Frames(Buffer.concat([header, Buffer.alloc(2048)]))[0]?.size ?? 208;
  const frame = Buffer.alloc(size);
  header.copy(frame);
  const side = first.version1 ? (first.mono ? 17 : 32) : first.mono ? 9 : 17;
  let at = 4 + side;
  at += frame.write('Xing', at, 'latin1');
  at = frame.writeUInt32BE(0b0111, at);
  at = frame.writeUInt32BE(frames.length, at);
  const bytes = stream.length + size;
  at = frame.writeUInt32BE(bytes, at);
  for (let percent = 0; percent < 100; percent++) {
    const target = frames[Math.floor((percent / 100) * frames.length)];
    at = frame.writeUInt8(Math.min(255, Math.floor(((size + (target?.offset ?? 0)) / bytes) * 256)), at);
  }
  return frame;
}

/** The sound as an MP3 file with the given user texts. `check` runs between slices of work and may throw to stop. */
export async function encodeMp3(
  channels: readonly Float32Array[],
  sampleRate: number,
  quality: Mp3Quality,
  texts: readonly [key: string, text: string][],
  check: () => void = () => undefined,
): Promise<Buffer> {
  const { createMp3Encoder } = await import('wasm-media-encoders');
  const encoder = await createMp3Encoder();
  const outputSampleRate = rates.reduce((best, rate) =>
    Math.abs(rate - sampleRate) < Math.abs(best - sampleRate) ? rate : best,
  );
  const common = { channels: channels.length === 1 ? (1 as const) : (2 as const), sampleRate, outputSampleRate };
  if (quality === 'V0') encoder.configure({ ...common, vbrQuality: 0 });
  else encoder.configure({ ...common, bitrate: quality === '128k' ? 128 : 320 });
  const parts: Buffer[] = [];
  const total = channels[0]?.length ?? 0;
  // A tenth of a second takes LAME a few milliseconds.
  const slice = Math.max(1152, Math.round(sampleRate / 10));
  let began = performance.now();
  for (let from = 0; from < total; from += slice) {
    parts.push(Buffer.from(encoder.encode(channels.map((samples) => samples.subarray(from, from + slice)))));
    if (performance.now() - began > 8) {
      await breathe();
      check();
      began = performance.now();
    }
  }
  parts.push(Buffer.from(encoder.finalize()));
  const stream = Buffer.concat(parts);
  return Buffer.concat([id3Tag(texts), xingFrame(stream), stream]);
}
