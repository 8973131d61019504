/**
 * The bytes of an input, checked before anything is sent: from a file of this machine, or from base64. A file of an agent
 * is read only below folders that the person allowed, wherever links lead.
 */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../shared/errors.js';
import { sharp } from '../sharp.js';
import { type FileKind, type Sniffed, sniff } from './kinds.js';

/** Bytes of a file that are uploaded at most: what ComfyUI itself takes (`--max-upload-size`, 100 MB). */
export const largestFile = 100 * 1024 ** 2;
/** Bytes that base64 may hold: it travels whole through every message. */
export const largestBase64 = 16 * 1024 ** 2;
/** Pixels of a picture: as everywhere in this program. */
const mostPixels = 2 ** 27;
/** Read, and hashed, so many bytes at a time: the event loop is held for less than a frame. */
const pieceBytes = 1024 ** 2;

export interface Content {
  bytes: Uint8Array;
  /** SHA-256, hex. */
  hash: string;
  kind: FileKind;
  mime: string;
  /** A name that every server takes, with the right ending. */
  filename: string;
}

/**
 * Reads a file of this machine. `folders`: below which it must really lie; undefined where the person chose it themselves.
 *
 * @throws AppError VALIDATION_ERROR, INVALID_PATH, NOT_FOUND or MEDIA_UNSUPPORTED, one sentence each.
 */
export async function contentOfFile(
  file: string,
  { folders, name = path.basename(file) }: { folders: readonly string[] | undefined; name?: string },
): Promise<Content> {
  if (!path.isAbsolute(file) || file.includes('\0')) {
    throw new AppError('INVALID_PATH', `"${printable(file)}" is not a whole path.`, {
      hint: 'Send the path from the root on, or the file as base64.',
      details: { path: file },
    });
  }
  const real = folders === undefined ? await follow(file, file) : await allowed(file, folders);
  // Not through a link that was put there meanwhile, and never waiting for a pipe.
  const handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch((error) => {
    throw unreadable(file, error);
  });
  try {
    const facts = await handle.stat();
    if (!facts.isFile()) {
      throw new AppError('INVALID_PATH', `${printable(file)} is ${facts.isDirectory() ? 'a folder' : 'no file'}.`, {
        hint: 'Name one picture, sound or video.',
        details: { path: file },
      });
    }
    if (facts.size > largestFile) throw tooLarge(facts.size, largestFile);
    // What is no picture, sound or film is not read any further.
    const head = Buffer.alloc(Math.min(pieceBytes, facts.size));
    await handle.read(head, 0, head.length, 0);
    sniffed(head, name);
    return await checked(await readAll(handle, facts.size), name);
  } finally {
    await handle.close();
  }
}

/** @throws AppError VALIDATION_ERROR for what is no base64 or too large, MEDIA_UNSUPPORTED. */
export async function contentOfBase64(text: string, name = 'upload'): Promise<Content> {
  const [, media = '', body = text] = /^data:([\w.+/-]*)(?:;[\w=.+-]+)*;base64,([\s\S]*)$/.exec(text) ?? [];
  const compact = body.replace(/\s+/g, '');
  if ((compact.length / 4) * 3 > largestBase64 + 2) throw tooLarge((compact.length / 4) * 3, largestBase64);
  if (compact === '' || compact.length % 4 === 1 || !/^(?:[A-Za-z0-9+/]*|[A-Za-z0-9_-]*)={0,2}$/.test(compact)) {
    throw new AppError(
      'VALIDATION_ERROR',
      `base64 is ${compact === '' ? 'empty' : 'not readable'}${media && ` (${media})`}.`,
      {
        hint: 'Send the whole file in base64, with or without a data: address around it.',
        details: { parameter: 'base64' },
      },
    );
  }
  return checked(Buffer.from(compact, 'base64'), name);
}

async function follow(file: string, shown: string): Promise<string> {
  return realpath(file).catch((error: unknown) => {
    throw unreadable(shown, error);
  });
}

async function allowed(file: string, folders: readonly string[]): Promise<string> {
  const roots = (await Promise.all(folders.map((folder) => realpath(folder).catch(() => undefined)))).filter(
    (folder) => folder !== undefined,
  );
  const outside = () =>
    new AppError('INVALID_PATH', `${printable(file)} is outside of the folders that files may be taken from.`, {
      hint:
        folders.length === 0
          ? 'None is allowed yet: the person can add one under Settings → Storage (input_dirs). Send the file as base64 until then.'
          : `Allowed are ${folders.join(', ')}. Send it as base64, or ask the person to add its folder under Settings → Storage.`,
      details: { path: file, allowed: folders },
    });
  // Whether a file outside exists is nobody's business.
  const lexical = folders.some((folder) => isBelow(path.resolve(folder), path.resolve(file)));
  const real = await realpath(file).catch((error: unknown) => {
    throw lexical || roots.some((root) => isBelow(root, path.resolve(file))) ? unreadable(file, error) : outside();
  });
  if (!roots.some((root) => isBelow(root, real))) throw outside();
  return real;
}

function isBelow(folder: string, file: string): boolean {
  const way = path.relative(folder, file);
  return way !== '' && way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
}

async function readAll(handle: FileHandle, size: number): Promise<Buffer> {
  const bytes = Buffer.alloc(size);
  let at = 0;
  while (at < size) {
    const { bytesRead } = await handle.read(bytes, at, Math.min(pieceBytes, size - at), at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return bytes.subarray(0, at);
}

function sniffed(bytes: Uint8Array, name: string): Sniffed {
  const found = sniff(bytes);
  if (found !== undefined) return found;
  throw new AppError('MEDIA_UNSUPPORTED', `${printable(name)} is no picture, sound or video that ComfyUI loads.`, {
    hint: 'PNG, JPEG, WebP, GIF, TIFF, WAV, FLAC, MP3, OGG, M4A, MP4, MOV, WebM and MKV are taken.',
  });
}

async function checked(bytes: Uint8Array, name: string): Promise<Content> {
  const { kind, extension, mime } = sniffed(bytes, name);
  if (kind === 'image') await checkPicture(bytes, name);
  const hash = await sha256(bytes);
  return { bytes, hash, kind, mime, filename: `${stemOf(name)}-${hash.slice(0, 10)}.${extension}` };
}

/** By its header: a small file may claim to be an enormous picture. */
async function checkPicture(bytes: Uint8Array, name: string): Promise<void> {
  const facts = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch((cause: unknown) => {
      throw new AppError('MEDIA_UNSUPPORTED', `${printable(name)} is a damaged picture.`, { cause });
    });
  const pixels = facts.width * facts.height;
  if (pixels <= mostPixels) return;
  throw new AppError('MEDIA_UNSUPPORTED', `${printable(name)} has ${facts.width} × ${facts.height} pixels: too many.`, {
    hint: `At most ${mostPixels} pixels are taken, 11585 × 11585 for example.`,
    details: { width: facts.width, height: facts.height },
  });
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    hash.update(bytes.subarray(at, at + pieceBytes));
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  return hash.digest('hex');
}

/** What is left of a name that may come from anybody: no folders, no control characters, no ending, not long. */
function stemOf(name: string): string {
  const bare = name.split(/[\\/]/).at(-1) ?? '';
  const stem = bare.replace(/\.[^.]*$/, '').normalize('NFC');
  const clean = stem
    .replace(/[^\p{L}\p{N}_ -]+/gu, '_')
    .replace(/^[\s_-]+|[\s_-]+$/g, '')
    .slice(0, 40)
    .trim();
  return clean === '' ? 'input' : clean;
}

/** For a sentence: no control characters, no novels. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '�').slice(0, 300);
}

function tooLarge(size: number, most: number): AppError {
  const mb = (bytes: number) => `${Math.round(bytes / 1024 ** 2)} MB`;
  return new AppError('VALIDATION_ERROR', `The file has ${mb(size)}, more than the ${mb(most)} that are taken.`, {
    hint: most === largestBase64 ? 'Send a path instead, or make it smaller.' : 'Make it smaller or shorter.',
    details: { bytes_size: Math.round(size), limit: most },
  });
}

function unreadable(file: string, error: unknown): AppError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new AppError('NOT_FOUND', `There is no file ${printable(file)}.`, { details: { path: file } });
  }
  return new AppError('INVALID_PATH', `${printable(file)} can't be read${code === '' ? '' : ` (${code})`}.`, {
    hint: 'Look at the rights of the file and its folders.',
    details: { path: file },
    cause: error,
  });
}
