/**
 * Facts of audio and video from their containers, without decoding. mediabunny reads them all in plain TypeScript
 * (music-metadata, the alternative, asks for Node 22 and knows no dimensions of WebM). Its playlist formats are left out:
 * they would follow addresses that a file names.
 */
import { ADTS, FilePathSource, FLAC, Input, MATROSKA, MP3, MP4, OGG, QTFF, WAVE, WEBM } from 'mediabunny';
import { unreadable } from './faults.js';

export interface ContainerFacts {
  /** Pixels; null for audio. */
  width: number | null;
  height: number | null;
  duration_seconds: number | null;
}

const formats = [MP4, QTFF, WEBM, MATROSKA, MP3, WAVE, OGG, FLAC, ADTS];

/** Throws MEDIA_UNSUPPORTED when the bytes are no container that can be read. */
export async function containerFacts(path: string): Promise<ContainerFacts> {
  const input = new Input({ formats, source: new FilePathSource(path) });
  try {
    const video = await input.getPrimaryVideoTrack();
    const duration = (await input.getDurationFromMetadata()) ?? (await input.computeDuration());
    const tracks = await input.getTracks();
    if (tracks.length === 0) throw new Error('no track');
    return {
      width: video?.displayWidth ?? null,
      height: video?.displayHeight ?? null,
      duration_seconds: Number.isFinite(duration) && duration > 0 ? duration : null,
    };
  } catch (error) {
    throw await unreadable(path, 'The file is damaged or not audio or video that can be read.', {
      fault: 'damaged',
      cause: error,
    });
  } finally {
    input.dispose();
  }
}
