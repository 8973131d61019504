/** EXIF in WebP files, in the place and form ComfyUI uses: `prompt:{json}` in tag 0x0110, `workflow:{json}` in 0x010F. */

const EXIF_FLAG = 0x08;
const ALPHA_FLAG = 0x10;

/** A little-endian TIFF block with ASCII tags; the texts must be ASCII. */
export function exifBlock(tags: ReadonlyMap<number, string>): Buffer {
  const sorted = [...tags].sort(([one], [two]) => one - two);
  const head = Buffer.alloc(8 + 2 + sorted.length * 12 + 4);
  head.write('II', 0, 'latin1');
  head.writeUInt16LE(42, 2);
  head.writeUInt32LE(8, 4);
  head.writeUInt16LE(sorted.length, 8);
  const texts: Buffer[] = [];
  let at = head.length;
  for (const [index, [tag, text]] of sorted.entries()) {
    const bytes = Buffer.from(`${text}\0`, 'latin1');
    const padded = Buffer.alloc(Math.max(4, bytes.length + (bytes.length % 2)));
    bytes.copy(padded);
    const entry = 10 + index * 12;
    head.writeUInt16LE(tag, entry);
    head.writeUInt16LE(2, entry + 2);
    head.writeUInt32LE(bytes.length, entry + 4);
    if (bytes.length <= 4) {
      padded.copy(head, entry + 8);
      continue;
    }
    head.writeUInt32LE(at, entry + 8);
    texts.push(padded);
    at += padded.length;
  }
  return Buffer.concat([head, ...texts]);
}

/**
 * The tags of ComfyUI's SaveAnimatedWEBP: `prompt` first, then each key of extra_pnginfo in descending tags,
 * and the demo engine's note as Software.
 */
export function comfyExif(graph: readonly [key: string, json: string][], note: string): Buffer {
  const tags = new Map<number, string>();
  let next = 0x010f;
  for (const [key, json] of graph) tags.set(key === 'prompt' ? 0x0110 : next--, `${key}:${json}`);
  tags.set(0x0131, note);
  return exifBlock(tags);
}

/** The chunks of a RIFF WebP file. */
function webpChunks(file: Buffer): { type: string; data: Buffer }[] {
  const chunks: { type: string; data: Buffer }[] = [];
  for (let at = 12; at + 8 <= file.length; ) {
    const length = file.readUInt32LE(at + 4);
    chunks.push({ type: file.toString('latin1', at, at + 4), data: file.subarray(at + 8, at + 8 + length) });
    at += 8 + length + (length % 2);
  }
  return chunks;
}

/** The file with an EXIF chunk; a simple file becomes an extended one. `width` and `height` are its canvas. */
export function withWebpExif(webp: Uint8Array, exif: Uint8Array, width: number, height: number): Buffer {
  const chunks = webpChunks(Buffer.from(webp)).filter(({ type }) => type !== 'EXIF');
  const extended = chunks.find(({ type }) => type === 'VP8X');
  if (extended) {
    extended.data[0] = (extended.data[0] ?? 0) | EXIF_FLAG;
  } else {
    const header = Buffer.alloc(10);
    const lossless = chunks.find(({ type }) => type === 'VP8L')?.data;
    // Bit 28 of a lossless stream's header says that it has alpha.
    const alpha = lossless !== undefined && ((lossless[4] ?? 0) & ALPHA_FLAG) !== 0;
    header[0] = EXIF_FLAG | (alpha ? ALPHA_FLAG : 0);
    header.writeUIntLE(width - 1, 4, 3);
    header.writeUIntLE(height - 1, 7, 3);
    chunks.unshift({ type: 'VP8X', data: header });
  }
  chunks.push({ type: 'EXIF', data: Buffer.from(exif) });
  const body = chunks.flatMap(({ type, data }) => {
    const head = Buffer.alloc(8);
    head.write(type, 0, 'latin1');
    head.writeUInt32LE(data.length, 4);
    return data.length % 2 ? [head, data, Buffer.alloc(1)] : [head, data];
  });
  const riff = Buffer.alloc(12);
  riff.write('RIFF', 0, 'latin1');
  riff.writeUInt32LE(4 + body.reduce((sum, part) => sum + part.length, 0), 4);
  riff.write('WEBP', 8, 'latin1');
  return Buffer.concat([riff, ...body]);
}
