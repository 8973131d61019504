/** What a file is by its first bytes, as far as ComfyUI's loaders read it. Names deceive; bytes less so. */

export type FileKind = 'image' | 'audio' | 'video';

export interface Sniffed {
  kind: FileKind;
  /** Ending of the name it is uploaded under. */
  extension: string;
  mime: string;
}

/** Bytes that are looked at. */
const looked = 64;

const kinds = {
  png: ['image', 'image/png'],
  jpg: ['image', 'image/jpeg'],
  gif: ['image', 'image/gif'],
  webp: ['image', 'image/webp'],
  tiff: ['image', 'image/tiff'],
  wav: ['audio', 'audio/wav'],
  flac: ['audio', 'audio/flac'],
  ogg: ['audio', 'audio/ogg'],
  mp3: ['audio', 'audio/mpeg'],
  m4a: ['audio', 'audio/mp4'],
  mov: ['video', 'video/quicktime'],
  mp4: ['video', 'video/mp4'],
  webm: ['video', 'video/webm'],
  mkv: ['video', 'video/x-matroska'],
} as const satisfies Record<string, readonly [FileKind, string]>;

type Extension = keyof typeof kinds;

/** Bytes in hex that a file begins with. */
const starts: readonly (readonly [hex: string, Extension])[] = [
  ['89504e470d0a1a0a', 'png'],
  ['ffd8ff', 'jpg'],
  ['474946383761', 'gif'],
  ['474946383961', 'gif'],
  ['49492a00', 'tiff'],
  ['4d4d002a', 'tiff'],
  ['664c6143', 'flac'],
  ['4f676753', 'ogg'],
  ['494433', 'mp3'],
];

/** Brands of the family of MP4. */
const brands: readonly (readonly [RegExp, Extension])[] = [
  [/^M4[AB] /, 'm4a'],
  [/^qt {2}/, 'mov'],
  [/^(?:isom|iso\d|mp4\d|avc1|dash|MSNV|M4V )/, 'mp4'],
];

/** Undefined for everything that no loader takes. */
export function sniff(bytes: Uint8Array): Sniffed | undefined {
  const extension = extensionOf(Buffer.from(bytes.subarray(0, looked)));
  if (extension === undefined) return undefined;
  const [kind, mime] = kinds[extension];
  return { kind, extension, mime };
}

function extensionOf(head: Buffer): Extension | undefined {
  const hex = head.toString('hex');
  const found = starts.find(([start]) => hex.startsWith(start));
  if (found !== undefined) return found[1];
  const text = head.toString('latin1');
  if (text.startsWith('RIFF'))
    return text.slice(8, 12) === 'WEBP' ? 'webp' : text.slice(8, 12) === 'WAVE' ? 'wav' : undefined;
  if (text.slice(4, 8) === 'ftyp') return brands.find(([brand]) => brand.test(text.slice(8, 12)))?.[1];
  if (hex.startsWith('1a45dfa3')) return text.includes('webm') ? 'webm' : text.includes('matroska') ? 'mkv' : undefined;
  return isMpegFrame(head) ? 'mp3' : undefined;
}

/** The sync word of an MPEG sound frame, its layer III, and values that a frame can have. */
function isMpegFrame([first = 0, second = 0, third = 0]: Buffer): boolean {
  return first === 0xff && (second & 0xe6) === 0xe2 && third >> 4 !== 0xf && (third & 0x0c) !== 0x0c;
}
