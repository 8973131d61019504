/** Formats by their first bytes: a wrong file name deceives nobody. */
import { type FileHandle, open } from 'node:fs/promises';

export type Signature = 'png' | 'jpeg' | 'gif' | 'webp' | 'tiff' | 'avif' | 'svg' | 'undrawn' | undefined;

/** Enough for a declaration and a comment before an `<svg`. */
const looked = 1024;

/** `undrawn`: a picture that libvips is not asked to read. Undefined: no picture. */
export async function signatureOf(path: string): Promise<Signature> {
  const handle = await open(path);
  try {
    return sniff(await bytesAt(handle, 0, looked));
  } finally {
    await handle.close();
  }
}

/** So many bytes from `position`, or fewer where the file ends. */
export async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

function sniff(bytes: Buffer): Signature {
  const text = bytes.toString('latin1');
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (text.startsWith('GIF8')) return 'gif';
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'webp';
  if (text.startsWith('II*\0') || text.startsWith('MM\0*')) return 'tiff';
  if (text.slice(4, 8) === 'ftyp') return heif(text.slice(8, 12));
  if (/^(?:<\?xml[^>]*>|<!--[\s\S]*?-->|<!DOCTYPE[^>]*>|\s)*<svg[\s>]/i.test(text)) return 'svg';
  const isUndrawn =
    text.startsWith('BM') ||
    text.startsWith('v/1\x01') ||
    text.startsWith('\xff\x0a') ||
    text.startsWith('\0\0\0\x0cJXL ');
  return isUndrawn ? 'undrawn' : undefined;
}

function heif(brand: string): Signature {
  if (['avif', 'avis', 'mif1'].includes(brand)) return 'avif';
  return ['heic', 'heix', 'hevc', 'msf1'].includes(brand) ? 'undrawn' : undefined;
}
