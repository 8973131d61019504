/**
 * A FLAC encoder: 16 bit, fixed predictors of order 0 to 4, Rice coding in up to 16 partitions, the best of the four
 * stereo modes per block. Source: RFC 9639.
 */
import { createHash } from 'node:crypto';
import { inSlices } from '../chunks.js';

const BLOCK = 4096;

/** Bits, most significant first, into a buffer that grows. */
class BitWriter {
  bytes = new Uint8Array(1 << 16);
  length = 0;
  private pending = 0;
  private count = 0;

  /** The low `bits` (at most 24) of `value`. */
  put(value: number, bits: number): void {
    this.pending = (this.pending << bits) | (value & ((1 << bits) - 1));
    this.count += bits;
    while (this.count >= 8) {
      this.count -= 8;
      this.byte((this.pending >>> this.count) & 255);
    }
    this.pending &= (1 << this.count) - 1;
  }

  /** `zeros` zero bits and a one. */
  unary(zeros: number): void {
    let left = zeros;
    while (left >= 16) {
      this.put(0, 16);
      left -= 16;
    }
    this.put(1, left + 1);
  }

  align(): void {
    if (this.count > 0) this.put(0, 8 - this.count);
  }

  private byte(value: number): void {
    if (this.length === this.bytes.length) {
      const larger = new Uint8Array(this.bytes.length * 2);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    this.bytes[this.length++] = value;
  }
}

function crcTable(width: 8 | 16, polynomial: number): Uint16Array {
  const top = 1 << (width - 1);
  const mask = (1 << width) - 1;
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << (width - 8);
    for (let bit = 0; bit < 8; bit++) crc = (crc & top ? (crc << 1) ^ polynomial : crc << 1) & mask;
    return crc;
  });
}

const crc8Table = crcTable(8, 0x07);
const crc16Table = crcTable(16, 0x8005);

export function crc8(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0;
  for (let at = from; at < to; at++) crc = crc8Table[(crc ^ (bytes[at] ?? 0)) & 255] ?? 0;
  return crc;
}

export function crc16(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0;
  for (let at = from; at < to; at++) {
    crc = ((crc << 8) ^ (crc16Table[((crc >> 8) ^ (bytes[at] ?? 0)) & 255] ?? 0)) & 0xffff;
  }
  return crc;
}

/** Samples in -1…1 as signed 16 bit. */
export function quantise(sample: number): number {
  return Math.max(-32768, Math.min(32767, Math.round(sample * 32767)));
}

interface Predicted {
  order: number;
  residual: Int32Array;
  /** Bits it will take, about. */
  cost: number;
}

/** The fixed predictor whose residuals are smallest together. */
function predict(samples: Int32Array, length: number): Predicted {
  let residual = samples.slice(0, length);
  let best: Predicted | undefined;
  for (let order = 0; order <= 4 && order < length; order++) {
    if (order > 0) {
      const next = new Int32Array(length);
      for (let i = order; i < length; i++) next[i] = (residual[i] ?? 0) - (residual[i - 1] ?? 0);
      residual = next;
    }
    let sum = 0;
    for (let i = order; i < length; i++) sum += Math.abs(residual[i] ?? 0);
    const mean = sum / Math.max(1, length - order);
    const cost = order * 17 + (length - order) * (mean < 0.5 ? 1.1 : Math.log2(mean) + 2.1);
    if (!best || cost < best.cost) best = { order, residual, cost };
  }
  return best ?? { order: 0, residual, cost: 0 };
}

/** Rice parameters for 2^partitionOrder partitions and the bits they cost together. */
function riceParameters(residual: Int32Array, length: number, order: number, partitionOrder: number) {
  const partitions = 1 << partitionOrder;
  const size = length >> partitionOrder;
  const parameters: number[] = [];
  let cost = 0;
  for (let partition = 0; partition < partitions; partition++) {
    const from = partition === 0 ? order : partition * size;
    const to = (partition + 1) * size;
    let sum = 0;
    for (let i = from; i < to; i++) {
      const value = residual[i] ?? 0;
      sum += value >= 0 ? value * 2 : -value * 2 - 1;
    }
    const count = Math.max(1, to - from);
    const parameter = Math.max(0, Math.min(14, Math.floor(Math.log2(Math.max(1, sum / count)))));
    parameters.push(parameter);
    cost += 4 + count * (parameter + 1) + sum / 2 ** parameter;
  }
  return { parameters, cost, partitionOrder, size };
}

function writeSubframe(out: BitWriter, samples: Int32Array, length: number, bits: number): void {
  const first = samples[0] ?? 0;
  let constant = true;
  for (let i = 1; i < length && constant; i++) constant = samples[i] === first;
  if (constant) {
    out.put(0b00000000, 8);
    out.put(first, bits);
    return;
  }
  const { order, residual } = predict(samples, length);
  out.put(((0b001000 | order) << 1) & 255, 8);
  for (let i = 0; i < order; i++) out.put(samples[i] ?? 0, bits);
  let best = riceParameters(residual, length, order, 0);
  for (let partitionOrder = 1; partitionOrder <= 4; partitionOrder++) {
    if (length % (1 << partitionOrder) !== 0 || length >> partitionOrder <= order) break;
    const candidate = riceParameters(residual, length, order, partitionOrder);
    if (candidate.cost < best.cost) best = candidate;
  }
  out.put(0, 2);
  out.put(best.partitionOrder, 4);
  for (const [partition, parameter] of best.parameters.entries()) {
    out.put(parameter, 4);
    const from = partition === 0 ? order : partition * best.size;
    for (let i = from; i < (partition + 1) * best.size; i++) {
      const value = residual[i] ?? 0;
      const folded = value >= 0 ? value * 2 : -value * 2 - 1;
      out.unary(folded >>> parameter);
      if (parameter > 0) out.put(folded, parameter);
    }
  }
}

/** UTF-8 as FLAC uses it for frame numbers. */
function writeNumber(out: BitWriter, value: number): void {
  if (value < 0x80) {
    out.put(value, 8);
    return;
  }
  let bytes = 2;
  while (value >= 2 ** (5 * bytes + 1)) bytes++;
  out.put(((0xff00 >> bytes) & 0xff) | (value >>> (6 * (bytes - 1))), 8);
  for (let at = bytes - 2; at >= 0; at--) out.put(0x80 | ((value >>> (6 * at)) & 0x3f), 8);
}

/** Codes for sample rates in a frame's header, so that a frame can be read without the stream's. */
const rateCodes: Record<number, number> = {
  88200: 1,
  176400: 2,
  192000: 3,
  8000: 4,
  16000: 5,
  22050: 6,
  24000: 7,
  32000: 8,
  44100: 9,
  48000: 10,
  96000: 11,
};

/** Writes one block; picks the stereo mode that looks cheapest. */
function writeFrame(
  out: BitWriter,
  channels: readonly Int32Array[],
  length: number,
  index: number,
  sampleRate: number,
): void {
  const begin = out.length;
  const [left, right] = channels;
  let mode = channels.length - 1;
  let parts: { samples: Int32Array; bits: number }[] = channels.map((samples) => ({ samples, bits: 16 }));
  if (left && right && channels.length === 2) {
    const middle = new Int32Array(length);
    const side = new Int32Array(length);
    for (let i = 0; i < length; i++) {
      const one = left[i] ?? 0;
      const two = right[i] ?? 0;
      middle[i] = (one + two) >> 1;
      side[i] = one - two;
    }
    const cost = (samples: Int32Array) => predict(samples, length).cost;
    const [l, r, m, s] = [cost(left), cost(right), cost(middle), cost(side)];
    const wide = { samples: side, bits: 17 };
    const options: [cost: number, mode: number, parts: typeof parts][] = [
      [l + r, 1, parts],
      [l + s, 8, [{ samples: left, bits: 16 }, wide]],
      [s + r, 9, [wide, { samples: right, bits: 16 }]],
      [m + s, 10, [{ samples: middle, bits: 16 }, wide]],
    ];
    const cheapest = Math.min(...options.map(([each]) => each));
    const chosen = options.find(([each]) => each === cheapest);
    if (chosen) [, mode, parts] = chosen;
  }
  out.put(0x3ffe, 14);
  out.put(0, 2);
  out.put(length === BLOCK ? 0b1100 : 0b0111, 4);
  const rateCode = rateCodes[sampleRate] ?? (sampleRate < 65536 ? 0b1101 : 0);
  out.put(rateCode, 4);
  out.put(mode, 4);
  out.put(0b100, 3);
  out.put(0, 1);
  writeNumber(out, index);
  if (length !== BLOCK) out.put(length - 1, 16);
  if (rateCode === 0b1101) out.put(sampleRate, 16);
  out.put(crc8(out.bytes, begin, out.length), 8);
  for (const { samples, bits } of parts) writeSubframe(out, samples, length, bits);
  out.align();
  out.put(crc16(out.bytes, begin, out.length), 16);
}

/** STREAMINFO: sizes, rate, number of samples, MD5 of the 16-bit samples. */
function streamInfo(sampleRate: number, channels: number, total: number, md5: Buffer): Buffer {
  const info = Buffer.alloc(34);
  info.writeUInt16BE(BLOCK, 0);
  info.writeUInt16BE(BLOCK, 2);
  info.writeUIntBE(sampleRate * 16 + ((channels - 1) << 1), 10, 3);
  info[13] = (15 << 4) | (Math.floor(total / 2 ** 32) & 15);
  info.writeUInt32BE(total % 2 ** 32, 14);
  md5.copy(info, 18);
  return info;
}

function vorbisComment(texts: readonly [key: string, text: string][]): Buffer {
  const field = (text: string) => {
    const bytes = Buffer.from(text);
    const head = Buffer.alloc(4);
    head.writeUInt32LE(bytes.length);
    return Buffer.concat([head, bytes]);
  };
  const count = Buffer.alloc(4);
  count.writeUInt32LE(texts.length);
  return Buffer.concat([field('ComfyUI MCP Desktop'), count, ...texts.map(([key, text]) => field(`${key}=${text}`))]);
}

/** The sound as a FLAC file with the given comments. `check` runs between slices of work and may throw to stop. */
export async function encodeFlac(
  channels: readonly Float32Array[],
  sampleRate: number,
  comments: readonly [key: string, text: string][],
  check?: () => void,
): Promise<Buffer> {
  const total = channels[0]?.length ?? 0;
  const out = new BitWriter();
  const hash = createHash('md5');
  const blocks = channels.map(() => new Int32Array(BLOCK));
  await inSlices(
    Math.ceil(total / BLOCK),
    1,
    (index) => {
      const start = index * BLOCK;
      const length = Math.min(BLOCK, total - start);
      const pcm = new Int16Array(length * channels.length);
      for (const [channel, samples] of channels.entries()) {
        const block = blocks[channel] ?? new Int32Array(BLOCK);
        for (let i = 0; i < length; i++) {
          const value = quantise(samples[start + i] ?? 0);
          block[i] = value;
          pcm[i * channels.length + channel] = value;
        }
      }
      hash.update(new Uint8Array(pcm.buffer));
      writeFrame(out, blocks, length, index, sampleRate);
    },
    check,
  );
  const info = streamInfo(sampleRate, channels.length, total, hash.digest());
  const comment = vorbisComment(comments);
  const block = (type: number, data: Buffer) => {
    const head = Buffer.alloc(4);
    head.writeUInt32BE((type << 24) >>> 0);
    head.writeUIntBE(data.length, 1, 3);
    return Buffer.concat([head, data]);
  };
  return Buffer.concat([Buffer.from('fLaC'), block(0, info), block(0x84, comment), out.bytes.subarray(0, out.length)]);
}
