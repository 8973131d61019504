/**
 * Reads the waveform of a sound file, packet by packet: however long it is, only a few packets are in memory. mediabunny
 * opens the containers and PCM; Node has no WebCodecs, so WASM decoders do the rest. AAC, which has none that is free to
 * ship, is left to the window's own decoder.
 */
import { createReadStream } from 'node:fs';
import {
  ADTS,
  AudioSampleSink,
  EncodedPacketSink,
  FilePathSource,
  FLAC,
  Input,
  type InputAudioTrack,
  MATROSKA,
  MP3,
  MP4,
  OGG,
  QTFF,
  WAVE,
  WEBM,
} from 'mediabunny';
import { AppError } from '../../shared/errors.js';
import { barCount, type Peaks } from '../../shared/peaks.js';
import { unreadable, unsupported } from './faults.js';
import { createLoudnessMeter, type LoudnessMeter } from './loudness.js';

const formats = [MP4, QTFF, WEBM, MATROSKA, MP3, WAVE, OGG, FLAC, ADTS];
/** Packets decoded at once: each is some hundredths of a second. */
const packetsAtOnce = 64;
/** Loudness needs no more, and Opus can be decoded at it directly. */
const opusRate = 8000;

/**
 * Peaks of the first audio track. Throws MEDIA_UNSUPPORTED with the fault `no_decoder` for what only the window can decode,
 * `damaged` for what nobody can.
 */
export async function readPeaks(path: string): Promise<Peaks> {
  const input = new Input({ formats, source: new FilePathSource(path) });
  try {
    const track = await input.getPrimaryAudioTrack();
    if (track === null) throw unsupported('The file holds no sound.', { fault: 'damaged' });
    const meter = createLoudnessMeter();
    const rate = await measure(path, track, meter).catch((error: unknown) => {
      // Of a file that was cut short, what came before is drawn.
      if (meter.samples === 0) throw error;
      return track.sampleRate;
    });
    if (meter.samples === 0) throw unsupported('No sound could be decoded.', { fault: 'damaged' });
    const told = await input.getDurationFromMetadata();
    return {
      bars: meter.bars(barCount).map((bar) => Math.round(bar * 1000) / 1000),
      duration: told !== null && Number.isFinite(told) && told > 0 ? told : meter.samples / rate,
    };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw await unreadable(path, 'The file is damaged or not sound that can be read.', {
      fault: 'damaged',
      cause: error,
    });
  } finally {
    input.dispose();
  }
}

/** Feeds the whole track to the meter; answers samples per second of what was fed. */
async function measure(path: string, track: InputAudioTrack, meter: LoudnessMeter): Promise<number> {
  const codec = track.codec ?? '';
  if (codec.startsWith('pcm-') || codec === 'ulaw' || codec === 'alaw') return measurePcm(track, meter);
  if (codec === 'mp3') return measureMp3(track, meter);
  if (codec === 'flac') return measureFlac(track, meter);
  if (codec === 'opus' && track.numberOfChannels <= 2) return measureOpus(track, meter);
  if (codec === 'vorbis') return measureVorbis(path, meter);
  throw unsupported(`Sound of the kind ${codec || 'unknown'} is not decoded here.`, { fault: 'no_decoder' });
}

async function measurePcm(track: InputAudioTrack, meter: LoudnessMeter): Promise<number> {
  for await (const sample of new AudioSampleSink(track).samples()) {
    const { numberOfChannels, numberOfFrames } = sample;
    const channels = Array.from({ length: numberOfChannels }, (_, planeIndex) => {
      const plane = new Float32Array(numberOfFrames);
      sample.copyTo(plane, { planeIndex, format: 'f32-planar' });
      return plane;
    });
    sample.close();
    meter.add(channels);
  }
  return track.sampleRate;
}

/** What the WASM decoders give for some packets. */
interface Decoded {
  channelData: Float32Array[];
  samplesDecoded: number;
}

interface PacketDecoder {
  readonly ready: Promise<void>;
  free(): void;
}

/** Decodes packets in small groups, and lets go of the decoder. */
async function measurePackets<D extends PacketDecoder>(
  track: InputAudioTrack,
  meter: LoudnessMeter,
  decoder: D,
  decode: (packets: Uint8Array[]) => Decoded | Promise<Decoded>,
): Promise<void> {
  await decoder.ready;
  try {
    let group: Uint8Array[] = [];
    const take = async () => {
      const { channelData, samplesDecoded } = await decode(group);
      if (samplesDecoded > 0) meter.add(channelData);
      group = [];
    };
    for await (const packet of new EncodedPacketSink(track).packets()) {
      group.push(packet.data);
      if (group.length >= packetsAtOnce) await take();
    }
    if (group.length > 0) await take();
  } finally {
    decoder.free();
  }
}

async function measureMp3(track: InputAudioTrack, meter: LoudnessMeter): Promise<number> {
  const { MPEGDecoder } = await import('mpg123-decoder');
  const decoder = new MPEGDecoder({ enableGapless: false });
  await measurePackets(track, meter, decoder, (packets) => decoder.decodeFrames(packets));
  return track.sampleRate;
}

async function measureFlac(track: InputAudioTrack, meter: LoudnessMeter): Promise<number> {
  const { FLACDecoder } = await import('@wasm-audio-decoders/flac');
  const decoder = new FLACDecoder();
  await measurePackets(track, meter, decoder, (packets) => decoder.decodeFrames(packets));
  return track.sampleRate;
}

async function measureOpus(track: InputAudioTrack, meter: LoudnessMeter): Promise<number> {
  const { OpusDecoder } = await import('opus-decoder');
  const decoder = new OpusDecoder({ sampleRate: opusRate, channels: track.numberOfChannels });
  await measurePackets(track, meter, decoder, (packets) => decoder.decodeFrames(packets));
  return opusRate;
}

/** This decoder wants Ogg's pages, not packets; Vorbis in other containers is rarer than it is worth. */
async function measureVorbis(path: string, meter: LoudnessMeter): Promise<number> {
  const { OggVorbisDecoder } = await import('@wasm-audio-decoders/ogg-vorbis');
  const decoder = new OggVorbisDecoder();
  await decoder.ready;
  let rate = 0;
  const take = ({ channelData, samplesDecoded, sampleRate }: Decoded & { sampleRate: number }) => {
    if (samplesDecoded > 0) meter.add(channelData);
    if (sampleRate > 0) rate = sampleRate;
  };
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 64 * 1024 })) take(await decoder.decode(chunk));
    take(await decoder.flush());
  } finally {
    decoder.free();
  }
  return rate;
}
