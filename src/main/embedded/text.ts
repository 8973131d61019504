/** Bytes as text, where formats leave open or programs disregard how they are to be read. */

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** UTF-8 when the bytes are, else Latin-1: several programs write UTF-8 where PNG and EXIF ask for less. */
export function textOf(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  }
}

/**
 * UTF-16 of unknown byte order: by its mark, else by where the zeros of Latin letters stand, else as `fallback` says.
 * EXIF says that the order of the whole applies; piexif, which AUTOMATIC1111 uses, always writes big endian.
 */
export function utf16Of(bytes: Uint8Array, fallback: 'le' | 'be'): string {
  const order = markedOrder(bytes) ?? likelyOrder(bytes) ?? fallback;
  return new TextDecoder(order === 'le' ? 'utf-16le' : 'utf-16be').decode(bytes);
}

function markedOrder([first, second]: Uint8Array): 'le' | 'be' | undefined {
  if (first === 0xff && second === 0xfe) return 'le';
  return first === 0xfe && second === 0xff ? 'be' : undefined;
}

function likelyOrder(bytes: Uint8Array): 'le' | 'be' | undefined {
  const zeros = [0, 0];
  for (const [at, byte] of bytes.subarray(0, 65_536).entries())
    if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (even === odd) return undefined;
  return even > odd ? 'be' : 'le';
}

/** Comments and descriptions of an XMP packet, as plain texts. */
export function xmpTexts(packet: string): string[] {
  return ['exif:UserComment', 'dc:description', 'tiff:ImageDescription'].flatMap((name) => {
    const start = packet.indexOf(`<${name}`);
    const end = start === -1 ? -1 : packet.indexOf(`</${name}>`, start);
    if (end === -1) return [];
    // An alternative of languages is written around it.
    const inner = packet.slice(packet.indexOf('>', start) + 1, end);
    return [unescaped(inner.replaceAll(/<[^<>]*>/g, '')).trim()].filter((text) => text !== '');
  });
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function unescaped(text: string): string {
  return text.replaceAll(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(lt|gt|quot|apos|amp));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return entities[String(name).toLowerCase()] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
