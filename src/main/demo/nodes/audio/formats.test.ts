import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.js';
import { decodeAudio } from './decode.js';
import { encodeFlac, quantise } from './flac.js';
import { readFlac } from './flac-reader.js';
import { encodeMp3, id3Tag, mp3Frames } from './mp3.js';

const samples = (length: number, make: (index: number) => number) =>
  Float32Array.from({ length }, (_, index) => make(index));
const sine = (length: number, hertz = 440, strength = 0.5) =>
  samples(length, (index) => strength * Math.sin((2 * Math.PI * hertz * index) / 44100));

describe('FLAC', () => {
  const random = createRandom('flac');
  const cases: [string, Float32Array[], number][] = [
    ['a tone', [sine(10000)], 44100],
    ['two channels alike', [sine(9000), sine(9000)], 48000],
    ['two channels apart', [sine(9000, 300), samples(9000, () => random.next() * 2 - 1)], 44100],
    [
      'opposite channels at full strength',
      [samples(8192, (i) => (i % 2 ? 1 : -1)), samples(8192, (i) => (i % 2 ? -1 : 1))],
      44100,
    ],
    ['silence', [new Float32Array(5000), new Float32Array(5000)], 22050],
    ['silence at the end', [samples(13000, (i) => (i < 12288 ? Math.sin(i / 9) : 0))], 44100],
    ['one sample', [samples(1, () => 0.25)], 8000],
    ['an odd rest', [sine(4096 + 3)], 12345],
    ['beyond full scale', [samples(4096, (i) => 3 * Math.sin(i / 7))], 96000],
    ['nothing', [new Float32Array(0)], 44100],
  ];
  it.each(cases)('%s comes back bit for bit', async (_name, channels, rate) => {
    const file = await encodeFlac(channels, rate, [['prompt', '{"a": "ü"}']]);
    const read = readFlac(file);
    expect(read.sampleRate).toBe(rate);
    expect(read.comments).toEqual({ prompt: '{"a": "ü"}' });
    expect(read.channels).toEqual(channels.map((channel) => Int16Array.from(channel, quantise)));
  });

  it('numbers many frames and is smaller than its samples', async () => {
    const long = sine(4096 * 140);
    const file = await encodeFlac([long], 44100, []);
    expect(readFlac(file).channels[0]).toHaveLength(long.length);
    expect(file.length).toBeLessThan(long.length * 1.6);
  });

  it('is read by an independent decoder', async () => {
    const left = sine(30000, 330);
    const sound = await decodeAudio(await encodeFlac([left, sine(30000, 550)], 44100, []), 'x.flac');
    expect([sound.sampleRate, sound.batch[0]?.length, sound.batch[0]?.[0]?.length]).toEqual([44100, 2, 30000]);
    expect(sound.batch[0]?.[0]?.[1234]).toBeCloseTo(left[1234] ?? 1, 3);
  });
});

describe('MP3', () => {
  it.each(['V0', '128k', '320k'] as const)('%s is a tag, an index frame and whole frames', async (quality) => {
    const second = sine(44100);
    const file = await encodeMp3([second, second], 44100, quality, [['prompt', '{"ä": 1}']]);
    const size = (index: number) => file[index] ?? 0;
    const tag = 10 + ((size(6) << 21) | (size(7) << 14) | (size(8) << 7) | size(9));
    expect(file.toString('latin1', 0, 3)).toBe('ID3');
    expect(file.toString('utf8', 10, tag)).toContain('TXXX');
    expect(file.toString('utf8', 10, tag)).toContain('prompt\0{"ä": 1}');
    const frames = mp3Frames(file, tag);
    const last = frames.at(-1);
    expect((last?.offset ?? 0) + (last?.size ?? 0)).toBe(file.length);
    const xing = file.indexOf('Xing', tag);
    expect(xing).toBeLessThan(frames[1]?.offset ?? 0);
    expect(file.readUInt32BE(xing + 8)).toBe(frames.length - 1);
    expect(file.readUInt32BE(xing + 12)).toBe(file.length - tag);
    const sound = await decodeAudio(file, 'x.mp3');
    const decoded = sound.batch[0]?.[0] ?? new Float32Array(0);
    expect(sound.sampleRate).toBe(44100);
    expect(Math.abs(decoded.length - 44100)).toBeLessThan(3000);
    const loud = Math.max(...decoded.subarray(10000, 20000));
    expect(loud).toBeGreaterThan(0.4);
    expect(loud).toBeLessThan(0.6);
  });

  it('writes one channel, and rates of its own for others', async () => {
    const file = await encodeMp3([sine(8000)], 7350, 'V0', []);
    const frames = mp3Frames(file, id3Tag([]).length);
    expect(frames[0]).toMatchObject({ mono: true, sampleRate: 8000 });
  });
});

describe('WAV', () => {
  const wav = (tag: number, bits: number, data: Buffer) => {
    const head = Buffer.alloc(44);
    head.write('RIFF', 0);
    head.writeUInt32LE(36 + data.length, 4);
    head.write('WAVEfmt ', 8);
    head.writeUInt32LE(16, 16);
    head.writeUInt16LE(tag, 20);
    head.writeUInt16LE(1, 22);
    head.writeUInt32LE(16000, 24);
    head.writeUInt32LE((16000 * bits) / 8, 28);
    head.writeUInt16LE(bits / 8, 32);
    head.writeUInt16LE(bits, 34);
    head.write('data', 36);
    head.writeUInt32LE(data.length, 40);
    return Buffer.concat([head, data]);
  };
  it('reads whole numbers and floats', async () => {
    const sixteen = await decodeAudio(wav(1, 16, Buffer.from(new Int16Array([0, 16384, -32768]).buffer)), 'x.wav');
    expect([sixteen.sampleRate, ...(sixteen.batch[0]?.[0] ?? [])]).toEqual([16000, 0, 0.5, -1]);
    const float = await decodeAudio(wav(3, 32, Buffer.from(new Float32Array([0.25, -0.5]).buffer)), 'x.wav');
    expect([...(float.batch[0]?.[0] ?? [])]).toEqual([0.25, -0.5]);
  });

  it.each([['not audio at all'], ['RIFF'], ['fLaC'], ['ID3']])('%s is refused', async (text) => {
    await expect(decodeAudio(Buffer.from(text.padEnd(64, ' ')), 'x')).rejects.toMatchObject({ name: 'NodeError' });
  });
});
