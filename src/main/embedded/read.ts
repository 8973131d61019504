/** What programs wrote into a file about how it was made. */
import { AppError } from '../../shared/errors.js';
import { sharp } from '../sharp.js';
import { type ByteFile, openFile } from './byte-file.js';
import { readExif } from './exif.js';
import { createFindings, type Embedded, type Findings } from './findings.js';
import { readFlac } from './flac.js';
import { formatOf } from './format.js';
import { readGif } from './gif.js';
import { sampledHashOf } from './hash.js';
import { readId3At } from './id3.js';
import { readJpeg } from './jpeg.js';
import { readMatroska } from './matroska.js';
import { readMp4 } from './mp4.js';
import { readOgg } from './ogg.js';
import { readPng } from './png.js';
import { textOf, xmpTexts } from './text.js';
import { readWave } from './wave.js';
import { readWebp } from './webp.js';

export interface ReadOptions {
  /** Ends the reading with the signal's reason. */
  signal?: AbortSignal;
}

export interface Examined {
  /** Bytes. */
  size: number;
  /** As `sampledHash` tells it. */
  sampled_hash: string;
  embedded: Embedded;
}

/**
 * Reads what ComfyUI, AUTOMATIC1111 and programs like them wrote into a picture, a sound or a video. The first bytes say
 * what it is, not its name. Only the metadata is read, within limits; what can't be read is told in `problems`.
 *
 * Throws MEDIA_UNSUPPORTED when it is no file of a kind that is read here, MEDIA_UNAVAILABLE when it can't be had.
 */
export async function readEmbedded(path: string, { signal }: ReadOptions = {}): Promise<Embedded> {
  const file = await openFile(path, signal);
  try {
    return await readFrom(file);
  } finally {
    await file.close();
  }
}

/** The same together with what identifies the file, opened once: for taking in whole folders. Throws as `readEmbedded`. */
export async function examine(path: string, { signal }: ReadOptions = {}): Promise<Examined> {
  const file = await openFile(path, signal);
  try {
    const embedded = await readFrom(file);
    return { size: file.size, sampled_hash: await sampledHashOf(file, file.size), embedded };
  } finally {
    await file.close();
  }
}

async function readFrom(file: ByteFile): Promise<Embedded> {
  const format = await formatOf(file);
  if (format === undefined)
    throw new AppError('MEDIA_UNSUPPORTED', 'The file is no picture, sound or video that can be read.');
  const findings = createFindings();
  const read = {
    png: readPng,
    webp: readWebp,
    jpeg: readJpeg,
    gif: readGif,
    heif: readHeif,
    mp4: readMp4,
    matroska: readMatroska,
    ogg: readOgg,
    flac: readFlac,
    wave: readWave,
    mp3: (file: ByteFile, findings: Findings) => readId3At(file, 0, findings),
  }[format];
  await findings.attempt(() => read(file, findings));
  return findings.result();
}

/** AVIF and HEIF keep EXIF somewhere in a table of items: libvips finds it, without decoding pixels. */
async function readHeif(file: ByteFile, findings: Findings): Promise<void> {
  try {
    const { exif, xmp } = await sharp(file.path).timeout({ seconds: 30 }).metadata();
    if (exif !== undefined) for (const text of readExif(exif).texts) findings.loose(text);
    if (xmp !== undefined) for (const text of xmpTexts(textOf(xmp))) findings.loose(text);
  } catch (error) {
    findings.problem(`The picture is damaged: ${error instanceof Error ? error.message : String(error)}`);
  }
}
