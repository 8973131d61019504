/**
 * Films as WebM: each frame a key frame of VP8. A lossy WebP holds exactly such a frame, so libvips encodes them and
 * nothing else is needed. The real node writes VP9 or AV1; the note in every file says what this is.
 */
import { BufferTarget, EncodedPacket, EncodedVideoPacketSource, Output, WebMOutputFormat } from 'mediabunny';
import { rawImage } from '../pixels.js';

export interface Film {
  width: number;
  height: number;
  fps: number;
  /** 0 (worst) to 100. */
  quality: number;
  /** Written as tags of the file. */
  tags: Readonly<Record<string, string>>;
}

/** Encodes frames of interleaved RGB, one at a time: they need not all be in memory. */
export async function encodeWebm(frames: AsyncIterable<Uint8Array>, film: Film): Promise<Uint8Array> {
  const { width, height, fps, quality, tags } = film;
  const target = new BufferTarget();
  const output = new Output({ format: new WebMOutputFormat(), target });
  const source = new EncodedVideoPacketSource('vp8');
  output.addVideoTrack(source, { frameRate: fps });
  output.setMetadataTags({ raw: { ...tags } });
  await output.start();
  let index = 0;
  for await (const frame of frames) {
    const packet = new EncodedPacket(await encodeFrame(frame, width, height, quality), 'key', index / fps, 1 / fps);
    const config = { decoderConfig: { codec: 'vp8', codedWidth: width, codedHeight: height } };
    await source.add(packet, index === 0 ? config : undefined);
    index += 1;
  }
  await output.finalize();
  return new Uint8Array(target.buffer ?? new ArrayBuffer(0));
}

/** One frame as VP8 has it: what stands in the `VP8 ` chunk of a lossy WebP. */
async function encodeFrame(frame: Uint8Array, width: number, height: number, quality: number): Promise<Uint8Array> {
  const webp = await rawImage(frame, width, height, 3)
    .webp({ quality: Math.max(1, quality), effort: 0 })
    .toBuffer();
  for (let at = 12; at + 8 <= webp.length; ) {
    const size = webp.readUInt32LE(at + 4);
    if (webp.toString('latin1', at, at + 4) === 'VP8 ') return webp.subarray(at + 8, at + 8 + size);
    at += 8 + size + (size % 2);
  }
  throw new Error('the encoder wrote no VP8 frame');
}
