/** Reads WAV, FLAC and MP3 files into samples. */
import { NodeError } from '../../node.js';
import { breathe, inSlices } from '../chunks.js';
import { Sound } from '../values.js';

/** Longest piece that is decoded, in bytes of the file: LoadAudio is no place for a film. */
export const AUDIO_FILE_LIMIT = 256 * 1024 * 1024;

/** Decodes a file by its first bytes. Throws the error that the real server's av library raises. */
export async function decodeAudio(bytes: Uint8Array, path: string): Promise<Sound> {
  const magic = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  const sound = magic.startsWith('RIFF')
    ? await decodeWav(bytes)
    : magic.startsWith('fLaC')
      ? await decodeFlac(bytes)
      : magic.startsWith('ID3') || (bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe6) === 0xe2)
        ? await decodeMp3(bytes)
        : undefined;
  if (!sound) {
    throw new NodeError(
      'av.error.InvalidDataError',
      `[Errno 1094995529] Invalid data found when processing input: '${path}'`,
    );
  }
  return sound;
}

async function decodeWav(bytes: Uint8Array): Promise<Sound | undefined> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let format: { tag: number; channels: number; rate: number; bits: number } | undefined;
  for (let at = 12; at + 8 <= file.length; ) {
    const type = file.toString('latin1', at, at + 4);
    const size = Math.min(file.readUInt32LE(at + 4), file.length - at - 8);
    const data = file.subarray(at + 8, at + 8 + size);
    if (type === 'fmt ' && size >= 16) {
      const tag = data.readUInt16LE(0);
      format = {
        // The extensible form keeps the real tag at the head of its GUID.
        tag: tag === 0xfffe && size >= 26 ? data.readUInt16LE(24) : tag,
        channels: data.readUInt16LE(2),
        rate: data.readUInt32LE(4),
        bits: data.readUInt16LE(14),
      };
    }
    if (type === 'data' && format) return wavSamples(data, format);
    at += 8 + size + (size % 2);
  }
  return undefined;
}

async function wavSamples(
  data: Buffer,
  { tag, channels, rate, bits }: { tag: number; channels: number; rate: number; bits: number },
): Promise<Sound | undefined> {
  const width = bits / 8;
  const read =
    tag === 3 && bits === 32
      ? (at: number) => data.readFloatLE(at)
      : tag === 3 && bits === 64
        ? (at: number) => data.readDoubleLE(at)
        : tag === 1 && bits === 8
          ? (at: number) => ((data[at] ?? 128) - 128) / 128
          : tag === 1 && (bits === 16 || bits === 24 || bits === 32)
            ? (at: number) => data.readIntLE(at, width) / 2 ** (bits - 1)
            : undefined;
  if (!read || channels < 1 || channels > 8 || rate === 0) return undefined;
  const length = Math.floor(data.length / (width * channels));
  const samples = Array.from({ length: channels }, () => new Float32Array(length));
  for (const [channel, target] of samples.entries()) {
    await inSlices(length, 32768, (from, to) => {
      for (let i = from; i < to; i++) target[i] = read((i * channels + channel) * width);
    });
  }
  return new Sound(rate, [samples]);
}

/** What the WASM decoders give for a piece of a file. */
interface Decoded {
  channelData: Float32Array[];
  samplesDecoded: number;
  sampleRate: number;
}

/** Bytes given to a decoder at once: few enough for some milliseconds of work. */
const PIECE = 24 * 1024;

/** Feeds a file to a decoder piece by piece, so that the event loop stays free, and joins what comes out. */
async function decodePieces(
  bytes: Uint8Array,
  decode: (piece: Uint8Array) => Decoded | Promise<Decoded>,
  flush?: () => Promise<Decoded>,
): Promise<Sound | undefined> {
  const parts: Decoded[] = [];
  for (let at = 0; at < bytes.length; at += PIECE) {
    parts.push(await decode(bytes.subarray(at, at + PIECE)));
    await breathe();
  }
  if (flush) parts.push(await flush());
  const filled = parts.filter(({ samplesDecoded }) => samplesDecoded > 0);
  const first = filled[0];
  if (!first) return undefined;
  const total = filled.reduce((sum, part) => sum + part.samplesDecoded, 0);
  const channels = first.channelData.map((_, channel) => {
    const joined = new Float32Array(total);
    let at = 0;
    for (const part of filled) {
      joined.set(part.channelData[channel] ?? new Float32Array(part.samplesDecoded), at);
      at += part.samplesDecoded;
    }
    return joined;
  });
  return new Sound(first.sampleRate, [channels]);
}

async function decodeFlac(bytes: Uint8Array): Promise<Sound | undefined> {
  const { FLACDecoder } = await import('@wasm-audio-decoders/flac');
  const decoder = new FLACDecoder();
  await decoder.ready;
  try {
    return await decodePieces(
      bytes,
      (piece) => decoder.decode(piece),
      () => decoder.flush(),
    );
  } finally {
    decoder.free();
  }
}

async function decodeMp3(bytes: Uint8Array): Promise<Sound | undefined> {
  const { MPEGDecoder } = await import('mpg123-decoder');
  const decoder = new MPEGDecoder();
  await decoder.ready;
  try {
    return await decodePieces(bytes, (piece) => decoder.decode(piece));
  } finally {
    decoder.free();
  }
}
