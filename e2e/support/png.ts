/** Pictures with texts in them, as ComfyUI writes its graphs. */
import { crc32 } from 'node:zlib';
import sharp from 'sharp';

/** A PNG of one colour with tEXt chunks, or others with the bytes given. */
export async function pngWithTexts(texts: Record<string, string>, extra: readonly Buffer[] = []): Promise<Buffer> {
  const png = await sharp({ create: { width: 96, height: 64, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();
  const headerEnd = 8 + 25;
  const chunks = Object.entries(texts).map(([key, text]) => pngChunk('tEXt', Buffer.from(`${key}\0${text}`, 'latin1')));
  return Buffer.concat([png.subarray(0, headerEnd), ...chunks, ...extra, png.subarray(headerEnd)]);
}

export function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}
