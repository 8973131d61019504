/** Files over HTTP as aiohttp serves them: ETag, Last-Modified, one range. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Answer, DemoRequest } from './http.js';

/** Sends a file; `headers` come on top. The file must exist. */
export async function sendFile(path: string, request: DemoRequest, headers: Record<string, string>): Promise<Answer> {
  const facts = await stat(path, { bigint: true });
  const size = Number(facts.size);
  const seconds = Number(facts.mtimeMs / 1000n);
  const etag = `"${facts.mtimeNs.toString(16)}-${facts.size.toString(16)}"`;
  const modified = new Date(seconds * 1000).toUTCString();
  const named = { ...headers, etag, 'last-modified': modified, 'accept-ranges': 'bytes' };
  if (isUnchanged(request, etag, seconds)) return { status: 304, headers: named };
  const range = rangeOf(request, etag, seconds);
  if (range === undefined) {
    return { status: 200, headers: { ...named, 'content-length': String(size) }, body: createReadStream(path) };
  }
  const start = range.start ?? Math.max(0, size - (range.end ?? 0));
  const end = range.start === undefined ? size - 1 : Math.min(range.end ?? size - 1, size - 1);
  if (start >= size || end < start) {
    return { status: 416, headers: { ...headers, 'content-range': `bytes */${size}` }, body: '' };
  }
  return {
    status: 206,
    headers: {
      ...named,
      'content-length': String(end - start + 1),
      'content-range': `bytes ${start}-${end}/${size}`,
    },
    body: createReadStream(path, { start, end }),
  };
}

function isUnchanged({ headers }: DemoRequest, etag: string, seconds: number): boolean {
  const known = headers['if-none-match'];
  if (known !== undefined) return known === '*' || known.split(',').some((tag) => tag.trim() === etag);
  const since = headers['if-modified-since'];
  return since !== undefined && Date.parse(since) >= seconds * 1000;
}

/** `bytes=2-5`, `bytes=2-` or `bytes=-5`; undefined when the whole file is wanted. */
function rangeOf(
  { headers }: DemoRequest,
  etag: string,
  seconds: number,
): { start: number | undefined; end: number | undefined } | undefined {
  const condition = headers['if-range'];
  if (condition !== undefined && condition !== etag && Date.parse(String(condition)) !== seconds * 1000)
    return undefined;
  const match = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const number = (digits: string | undefined) => (digits ? Number(digits) : undefined);
  return { start: number(match[1]), end: number(match[2]) };
}
