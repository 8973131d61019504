/** A reader of the FLAC subset that our encoder writes, for its tests: every field and checksum is checked. */
import { createHash } from 'node:crypto';
import { crc8, crc16 } from './flac.js';

export interface FlacFile {
  sampleRate: number;
  channels: Int16Array[];
  comments: Record<string, string>;
}

class BitReader {
  at = 0;

  constructor(readonly bytes: Uint8Array) {}

  get(bits: number): number {
    let value = 0;
    for (let i = 0; i < bits; i++, this.at++) {
      value = value * 2 + (((this.bytes[this.at >> 3] ?? 0) >> (7 - (this.at & 7))) & 1);
    }
    return value;
  }

  signed(bits: number): number {
    const value = this.get(bits);
    return value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
  }

  unary(): number {
    let zeros = 0;
    while (this.get(1) === 0) zeros++;
    return zeros;
  }
}

function must(condition: boolean, what: string): void {
  if (!condition) throw new Error(`FLAC: ${what}`);
}

export function readFlac(file: Buffer): FlacFile {
  must(file.toString('latin1', 0, 4) === 'fLaC', 'magic');
  let at = 4;
  const blocks = new Map<number, Buffer>();
  for (let last = false; !last; ) {
    const type = file[at] ?? 0;
    last = type >= 128;
    const length = file.readUIntBE(at + 1, 3);
    blocks.set(type & 127, file.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  const info = blocks.get(0);
  if (!info) throw new Error('FLAC: no stream info');
  const bits = new BitReader(info);
  const [smallest, largest] = [bits.get(16), bits.get(16)];
  must(smallest === largest && smallest === 4096, 'block size');
  bits.get(48);
  const sampleRate = bits.get(20);
  const count = bits.get(3) + 1;
  must(bits.get(5) === 15, 'sample size');
  const total = bits.get(36);
  const channels = Array.from({ length: count }, () => new Int16Array(total));
  let done = 0;
  for (let frame = 0; done < total; frame++) {
    const { length, samples, size } = readFrame(file.subarray(at), count, frame);
    for (const [index, part] of samples.entries()) channels[index]?.set(part, done);
    done += length;
    at += size;
  }
  must(at === file.length, 'bytes behind the last frame');
  const pcm = new Int16Array(total * count);
  for (const [channel, samples] of channels.entries()) {
    for (let i = 0; i < total; i++) pcm[i * count + channel] = samples[i] ?? 0;
  }
  const md5 = createHash('md5').update(new Uint8Array(pcm.buffer)).digest();
  must(md5.equals(info.subarray(18, 34)), 'MD5');
  return { sampleRate, channels, comments: readComments(blocks.get(4) ?? Buffer.alloc(0)) };
}

function readFrame(bytes: Buffer, count: number, number: number) {
  const bits = new BitReader(bytes);
  must(bits.get(16) === 0xfff8, 'frame sync');
  const sizeCode = bits.get(4);
  const rateCode = bits.get(4);
  const mode = bits.get(4);
  must(bits.get(3) === 4 && bits.get(1) === 0, 'sample size of the frame');
  let index = bits.get(8);
  if (index >= 0xc0) {
    let more = 0;
    while (index & (0x40 >> more)) more++;
    index &= 0x3f >> more;
    for (; more > 0; more--) index = index * 64 + (bits.get(8) & 63);
  }
  must(index === number, 'frame number');
  const length = sizeCode === 0b0111 ? bits.get(16) + 1 : 4096;
  if (rateCode === 0b1101) bits.get(16);
  const header = bits.at / 8;
  must(bits.get(8) === crc8(bytes, 0, header), 'checksum of the header');
  must(mode < 8 ? mode + 1 === count : count === 2, 'channels');
  const sides = Array.from({ length: count }, (_, channel) => {
    const wide = (mode === 8 && channel === 1) || (mode === 9 && channel === 0) || (mode === 10 && channel === 1);
    return readSubframe(bits, length, wide ? 17 : 16);
  });
  bits.at = Math.ceil(bits.at / 8) * 8;
  const end = bits.at / 8;
  must(bits.get(16) === crc16(bytes, 0, end), 'checksum of the frame');
  return { length, samples: unmix(sides, mode, length), size: end + 2 };
}

function readSubframe(bits: BitReader, length: number, width: number): number[] {
  must(bits.get(1) === 0, 'padding');
  const type = bits.get(6);
  must(bits.get(1) === 0, 'wasted bits');
  if (type === 0) return new Array<number>(length).fill(bits.signed(width));
  const order = type & 7;
  must(type >> 3 === 1 && order <= 4, 'kind of subframe');
  const samples = Array.from({ length: order }, () => bits.signed(width));
  must(bits.get(2) === 0, 'coding of residuals');
  const partitions = 1 << bits.get(4);
  const weights = [[], [1], [2, -1], [3, -3, 1], [4, -6, 4, -1]][order] ?? [];
  for (let partition = 0; partition < partitions; partition++) {
    const parameter = bits.get(4);
    for (let left = length / partitions - (partition === 0 ? order : 0); left > 0; left--) {
      const folded = bits.unary() * 2 ** parameter + bits.get(parameter);
      const residual = folded % 2 ? -(folded + 1) / 2 : folded / 2;
      samples.push(weights.reduce((sum, weight, back) => sum + weight * (samples.at(-1 - back) ?? 0), residual));
    }
  }
  return samples;
}

function unmix(sides: number[][], mode: number, length: number): number[][] {
  const [one = [], two = []] = sides;
  const pair = (combine: (first: number, second: number) => [number, number]): number[][] => {
    const mixed = Array.from({ length }, (_, i) => combine(one[i] ?? 0, two[i] ?? 0));
    return [mixed.map(([left]) => left), mixed.map(([, right]) => right)];
  };
  if (mode === 8) return pair((left, side) => [left, left - side]);
  if (mode === 9) return pair((side, right) => [right + side, right]);
  if (mode === 10) {
    return pair((middle, side) => {
      const sum = middle * 2 + (Math.abs(side) % 2);
      return [(sum + side) / 2, (sum - side) / 2];
    });
  }
  return sides;
}

function readComments(data: Buffer): Record<string, string> {
  let at = 4 + data.readUInt32LE(0);
  const comments: Record<string, string> = {};
  const count = data.readUInt32LE(at);
  at += 4;
  for (let index = 0; index < count; index++) {
    const length = data.readUInt32LE(at);
    const text = data.toString('utf8', at + 4, at + 4 + length);
    comments[text.slice(0, text.indexOf('='))] = text.slice(text.indexOf('=') + 1);
    at += 4 + length;
  }
  return comments;
}
