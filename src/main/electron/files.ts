/** Answers a request for a file on disk, with byte ranges: Chromium's media elements ask for them and seek by them. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { parseRange } from '../../shared/byte-range.js';

export interface ServedFile {
  path: string;
  mime_type: string;
}

/** `headers` are added to every answer. A missing file is a 404, an impossible range a 416. */
export async function fileResponse(
  request: Request,
  file: ServedFile,
  headers: Record<string, string> = {},
): Promise<Response> {
  const info = await stat(file.path).catch(() => undefined);
  if (!info?.isFile()) return new Response('Not found', { status: 404, headers });
  const size = info.size;
  const common = { ...headers, 'Content-Type': file.mime_type, 'Accept-Ranges': 'bytes' };
  const range = parseRange(request.headers.get('Range'), size);
  if (range === 'unsatisfiable') {
    return new Response(null, { status: 416, headers: { ...common, 'Content-Range': `bytes */${size}` } });
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  const length = Math.max(0, end - start + 1);
  const body =
    length === 0 || request.method === 'HEAD'
      ? null
      : (Readable.toWeb(createReadStream(file.path, { start, end })) as ReadableStream<Uint8Array>);
  return new Response(body, {
    status: range ? 206 : 200,
    headers: {
      ...common,
      'Content-Length': String(length),
      ...(range ? { 'Content-Range': `bytes ${start}-${end}/${size}` } : {}),
    },
  });
}
