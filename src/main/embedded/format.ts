/** What a file is, by its first bytes: names deceive. */
import type { ByteFile } from './byte-file.js';
import { endOfId3 } from './id3.js';

export type Format = 'png' | 'webp' | 'jpeg' | 'gif' | 'heif' | 'mp4' | 'matroska' | 'ogg' | 'flac' | 'wave' | 'mp3';

/** Undefined when it is nothing that is read here. */
export async function formatOf(file: ByteFile): Promise<Format | undefined> {
  const start = (await file.peek(0, 16)).toString('latin1');
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (start.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (/^GIF8[79]a/.test(start)) return 'gif';
  if (/^RIFF.{4}WEBP/s.test(start)) return 'webp';
  if (/^.{4}ftyp(avif|avis|mif1|msf1|heic|heix)/s.test(start)) return 'heif';
  if (/^.{4}(ftyp|moov|mdat|free|wide|skip|pnot)/s.test(start)) return 'mp4';
  if (start.startsWith('\x1aE\xdf\xa3')) return 'matroska';
  if (start.startsWith('OggS')) return 'ogg';
  if (/^(RIFF|RF64).{4}WAVE/s.test(start)) return 'wave';
  if (start.startsWith('fLaC')) return 'flac';
  if (start.startsWith('ID3')) return (await isFlacBehindTags(file)) ? 'flac' : 'mp3';
  // Frames of MP3 and AAC begin with 11 or 12 ones.
  return /^\xff[\xe2-\xe7\xf0-\xfb]/.test(start) ? 'mp3' : undefined;
}

async function isFlacBehindTags(file: ByteFile): Promise<boolean> {
  return (await file.peek(await endOfId3(file), 4)).toString('latin1') === 'fLaC';
}
