/** One multipart/form-data body, as /upload/image takes it. By hand, so that big files are streamed and names are sent verbatim. */
import { randomUUID } from 'node:crypto';

export interface Multipart {
  contentType: string;
  body: AsyncIterable<Uint8Array> | Uint8Array;
}

/** A body of one file and some fields. Bytes give a body of known length; a stream gives a chunked one. */
export function multipart(
  fields: Record<string, string>,
  file: { field: string; filename: string; contentType: string; data: Uint8Array | AsyncIterable<Uint8Array> },
): Multipart {
  const boundary = `----comfy-${randomUUID()}`;
  const texts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const opening =
    `--${boundary}\r\nContent-Disposition: form-data; name="${file.field}"; filename="${file.filename}"\r\n` +
    `Content-Type: ${file.contentType}\r\n\r\n`;
  const head = Buffer.from(texts.join('') + opening, 'utf8');
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`, 'utf8');
  const { data } = file;
  const body = data instanceof Uint8Array ? Buffer.concat([head, data, tail]) : joined(head, data, tail);
  return { contentType: `multipart/form-data; boundary=${boundary}`, body };
}

async function* joined(head: Uint8Array, data: AsyncIterable<Uint8Array>, tail: Uint8Array): AsyncIterable<Uint8Array> {
  yield head;
  yield* data;
  yield tail;
}

/**
 * A file name that every server takes: no folders (ComfyUI answers 500 to them), no quotes or control characters (they would
 * break the header), not empty, no `..` (refused wherever it stands).
 */
export function uploadName(filename: string): string {
  const bare = filename.split(/[\\/]/).at(-1) ?? '';
  const clean = [...bare]
    .map((char) => (char < ' ' || char === '"' || char === '\u007f' ? '_' : char))
    .join('')
    .replace(/\.{2,}/g, '.')
    .trim();
  return clean === '' || clean === '.' ? 'upload' : clean;
}
