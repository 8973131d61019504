import {
  BufferTarget,
  EncodedPacket,
  EncodedVideoPacketSource,
  Mp4OutputFormat,
  Output,
  type OutputFormat,
  WebMOutputFormat,
} from 'mediabunny';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Media } from './media.js';
import { assetOf, createStudio, type Studio } from './testing.js';

let studio: Studio;
let media: Media;
beforeEach(() => {
  studio = createStudio();
  media = studio.open();
});
afterEach(() => studio.dispose());

/** Three seconds of 320 × 240: a real container whose packets nobody decodes. */
async function video(format: OutputFormat): Promise<Uint8Array> {
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

/** Silence, as 16-bit mono PCM. */
function wave(seconds: number, rate = 8000): Buffer {
  const size = seconds * rate * 2;
  const bytes = Buffer.alloc(44 + size);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + size, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(rate * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(size, 40);
  return bytes;
}

/** Frames of MPEG-1 Layer III, 128 kbit/s at 44.1 kHz: 417 bytes and 1152 samples each. */
function mp3(frames: number): Buffer {
  const frame = Buffer.alloc(417);
  frame.writeUInt32BE(0xfffb9000);
  return Buffer.concat(Array.from({ length: frames }, () => frame));
}

/** A FLAC file without frames: its first block tells everything. */
function flac(seconds: number, rate = 44_100): Buffer {
  const bytes = Buffer.alloc(42);
  bytes.write('fLaC', 0);
  bytes.writeUInt32BE(0x80000022, 4);
  bytes.writeUInt16BE(4096, 8);
  bytes.writeUInt16BE(4096, 10);
  const samples = BigInt(seconds * rate);
  bytes.writeBigUInt64BE((BigInt(rate) << 44n) | (1n << 41n) | (15n << 36n) | samples, 18);
  return bytes;
}

async function probe(filename: string, bytes: Uint8Array) {
  studio.files.set(filename, bytes);
  return media.probe(assetOf(filename));
}

describe('facts of sound and video', () => {
  it('are read from MP4 and WebM', async () => {
    const facts = { width: 320, height: 240, duration_seconds: 3, animated: false };
    expect(await probe('a.mp4', await video(new Mp4OutputFormat()))).toMatchObject(facts);
    expect(await probe('fast.mp4', await video(new Mp4OutputFormat({ fastStart: 'in-memory' })))).toMatchObject(facts);
    expect(await probe('a.webm', await video(new WebMOutputFormat()))).toMatchObject(facts);
  });

  it('are read from WAVE, MP3 and FLAC, which have no dimensions', async () => {
    const bytes = wave(2);
    expect(await probe('a.wav', bytes)).toEqual({
      width: null,
      height: null,
      duration_seconds: 2,
      bytes_size: bytes.length,
      animated: false,
    });
    expect((await probe('a.mp3', mp3(500))).duration_seconds).toBeCloseTo((500 * 1152) / 44_100, 0);
    expect(await probe('a.flac', flac(7))).toMatchObject({ width: null, duration_seconds: 7 });
  });

  it('do not depend on the name', async () => {
    expect(await probe('named.mp3', wave(1))).toMatchObject({ duration_seconds: 1 });
  });

  it('are refused for what is no container', async () => {
    const mp4 = await video(new Mp4OutputFormat({ fastStart: 'in-memory' }));
    const broken: [string, Uint8Array][] = [
      ['junk.mp4', Buffer.alloc(1000, 7)],
      ['cut.mp4', mp4.subarray(0, 300)],
      ['page.webm', Buffer.from('<html>not found</html>')],
      [
        'list.mp4',
        Buffer.from('#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n'),
      ],
      ['one.mp3', Buffer.from([0xff])],
    ];
    for (const [filename, bytes] of broken) {
      await expect(probe(filename, bytes), filename).rejects.toMatchObject({ code: 'MEDIA_UNSUPPORTED' });
    }
  });

  it('of other files are their size only', async () => {
    expect(await probe('a.txt', Buffer.from('hello'))).toMatchObject({ bytes_size: 5, width: null });
  });
});
