/** Copies of files without what programs wrote into them, the pixels and samples as they are. */
import { AppError } from '../../shared/errors.js';
import { type ByteFile, openFile, Unreadable } from './byte-file.js';
import { cleanFlac } from './flac.js';
import { formatOf } from './format.js';
import { cleanGif } from './gif.js';
import { cleanMp3 } from './id3.js';
import { cleanJpeg } from './jpeg.js';
import { cleanMatroska } from './matroska.js';
import { cleanMp4 } from './mp4.js';
import { cleanOgg } from './ogg.js';
import { copyPieces, type Piece } from './pieces.js';
import { cleanPng } from './png.js';
import { cleanWave } from './wave.js';
import { cleanWebp } from './webp.js';

const cleaners: Readonly<Record<string, (file: ByteFile) => Promise<Piece[]>>> = {
  png: cleanPng,
  webp: cleanWebp,
  jpeg: cleanJpeg,
  gif: cleanGif,
  mp4: cleanMp4,
  matroska: cleanMatroska,
  ogg: cleanOgg,
  flac: cleanFlac,
  wave: cleanWave,
  mp3: cleanMp3,
};

/**
 * Writes a copy of `source` to `target` without its metadata and without encoding anything anew. Colour profiles and the
 * way a picture is turned stay. The target appears when it is whole and takes the place of what was there.
 *
 * Throws NOT_SUPPORTED when that can't be done for this kind of file, MEDIA_UNSUPPORTED when the file is damaged,
 * MEDIA_UNAVAILABLE when it can't be had, and the signal's reason.
 */
export async function stripMetadata(
  source: string,
  target: string,
  { signal }: { signal?: AbortSignal } = {},
): Promise<void> {
  const file = await openFile(source, signal);
  try {
    const format = await formatOf(file);
    const clean = format === undefined ? undefined : cleaners[format];
    if (clean === undefined) throw notSupported();
    await copyPieces(file, await clean(file), target);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    throw new AppError('MEDIA_UNSUPPORTED', `The file can't be copied without its metadata: ${error.message}`, {
      hint: 'It seems to be damaged; see whether it opens at all.',
      cause: error,
    });
  } finally {
    await file.close();
  }
}

function notSupported(): AppError {
  return new AppError('NOT_SUPPORTED', 'Metadata can not be taken out of this kind of file.', {
    hint: 'It works for PNG, WebP, JPEG, GIF, MP4, MOV, WebM, MKV, MP3, FLAC, Ogg and WAV.',
  });
}
